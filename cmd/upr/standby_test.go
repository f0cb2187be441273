package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// TestTheStandbyIsAway stops the standby under a server. One editor makes as many changes at once as
// the server has connections and more: whoever reads does not wait with them, and who comes later is
// told at once. Changes go through again when the standby does, and what was acknowledged is there.
func TestTheStandbyIsAway(t *testing.T) {
	primary, standby := startPair(t)
	s := startSample(t, primary.URL, secretKeyFile(t))
	uids := uidsOf(t, primary.URL, 62)
	e := s.signIn(t, uids[60], "the editor")
	if code := e.correct(t, "1.1", "with the standby"); code != "" {
		t.Fatal(code)
	}
	if err := standby.Pause(); err != nil {
		t.Fatal(err)
	}
	a := &away{s: s, e: e, stop: make(chan struct{})}
	var reading, changing sync.WaitGroup
	reading.Go(func() { a.read(t) })
	for i, uid := range uids[:60] {
		changing.Go(func() { a.change(t, uid, fmt.Sprintf("change %d of many", i)) })
	}
	waitUntil(t, "/readyz says that the standby is away", func() bool {
		h := s.readiness(t)
		return h.Status == "degraded" && strings.Contains(h.Reason, "standby")
	})
	waitUntil(t, "a change is refused because the standby is away", func() bool {
		_, message := e.tryToCorrect(t, "1.2", "without it")
		return strings.Contains(message, "second machine")
	})
	for i := range 5 {
		began := time.Now()
		code, message := e.tryToCorrect(t, "1.3", fmt.Sprintf("refused %d", i))
		if code != "UNAVAILABLE" || !strings.Contains(message, "nothing was changed") || time.Since(began) > 2*time.Second {
			t.Errorf("while the standby is away, after %v: %s %s", time.Since(began), code, message)
		}
		a.mu.Lock()
		a.unchanged = append(a.unchanged, fmt.Sprintf("refused %d", i))
		a.mu.Unlock()
	}
	changing.Wait()
	close(a.stop)
	reading.Wait()
	t.Logf("%d reads, the slowest took %v; of 60 changes %d were acknowledged and %d changed nothing, the last was answered after %v",
		a.reads, a.slowestRead, len(a.acknowledged), len(a.unchanged)-5, a.slowestChange)

	if err := standby.Resume(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "changes go through again", func() bool { return e.correct(t, "1.4", "with it again") == "" })
	if h := s.readiness(t); h.Status != "ok" {
		t.Errorf("/readyz says %s: %s", h.Status, h.Reason)
	}
	a.acknowledged = append(a.acknowledged, "with the standby", "with it again")
	a.check(t, primary)
}

// away is what goes on while the standby is.
type away struct {
	s    *sampleServer
	e    *editing
	stop chan struct{}

	mu                      sync.Mutex
	acknowledged, unchanged []string // reasons
	slowestChange           time.Duration

	reads       int
	slowestRead time.Duration
}

func (a *away) change(t *testing.T, uid, reason string) {
	e := &editing{client: a.e.client, address: a.e.address, name: reason, recommendation: uid}
	began := time.Now()
	code, message := e.tryToCorrect(t, "2.1", reason)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slowestChange = max(a.slowestChange, time.Since(began))
	switch {
	case code == "":
		a.acknowledged = append(a.acknowledged, reason)
	case code != "UNAVAILABLE":
		t.Errorf("%s got %s %s", reason, code, message)
	case strings.Contains(message, "nothing was changed"):
		a.unchanged = append(a.unchanged, reason)
	}
	if a.slowestChange > 25*time.Second {
		t.Errorf("%s was answered after %v: %s", reason, a.slowestChange, message)
	}
}

// read asks as the editor and as anybody, until it is stopped: each answer is right, and soon.
func (a *away) read(t *testing.T) {
	public := editing{address: a.s.address, name: "a reader"}
	for {
		for name, ask := range map[string]func() string{
			"the desk": func() string {
				return a.e.send(t, `query($id: ID!) { desk { statement(id: $id) { revision } } }`, map[string]any{"id": a.e.recommendation}, &struct{}{})
			},
			"anybody": func() string { return public.send(t, publicQuestion, nil, &struct{}{}) },
		} {
			began := time.Now()
			code := ask()
			took := time.Since(began)
			if a.reads, a.slowestRead = a.reads+1, max(a.slowestRead, took); code != "" || took > 3*time.Second {
				t.Errorf("%s was answered after %v: %s", name, took, code)
			}
		}
		select {
		case <-a.stop:
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// check looks in the log for what was acknowledged, and for what changed nothing.
func (a *away) check(t *testing.T, primary *cluster.Cluster) {
	t.Helper()
	db, err := sql.Open("postgres", primary.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for want, reasons := range map[int][]string{1: a.acknowledged, 0: a.unchanged} {
		for _, reason := range reasons {
			var n int
			if err := db.QueryRow(`SELECT COUNT(*) FROM changes WHERE reason = $1`, reason).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n < want || want == 0 && n > 0 {
				t.Errorf("%q is in the log %d times, want %d", reason, n, want)
			}
		}
	}
}

// TestTheStandbyIsAwayFromTwo: a change of one server waits for the standby, and one of another server for its locks. Who
// made the second one is told as soon that it changed nothing.
func TestTheStandbyIsAwayFromTwo(t *testing.T) {
	primary, standby := startPair(t)
	key, uids := secretKeyFile(t), []string(nil)
	var editors []*editing
	for i := range 2 {
		s := startSample(t, primary.URL, key)
		if uids == nil {
			uids = uidsOf(t, primary.URL, 2)
		}
		e := s.signIn(t, uids[i], fmt.Sprintf("editor %d", i+1))
		if code := e.correct(t, "1.1", "with the standby"); code != "" {
			t.Fatal(code)
		}
		editors = append(editors, e)
	}
	if err := standby.Pause(); err != nil {
		t.Fatal(err)
	}
	var waiting sync.WaitGroup
	waiting.Go(func() { editors[0].tryToCorrect(t, "1.2", "in doubt") })
	waitUntil(t, "the first change waits for the standby", func() bool { return isWaiting(t, primary) })
	for i := range 3 {
		began := time.Now()
		code, message := editors[1].tryToCorrect(t, "1.3", "refused")
		took, soon := time.Since(began), 12*time.Second // 3 until it looks
		if i > 0 {
			soon = 2 * time.Second
		}
		if code != "UNAVAILABLE" || !strings.Contains(message, "nothing was changed") || took > soon {
			t.Errorf("change %d of the second server is answered after %v: %s %s", i+1, took, code, message)
		}
	}
	waiting.Wait()
	if err := standby.Resume(); err != nil {
		t.Fatal(err)
	}
	for _, e := range editors {
		waitUntil(t, e.name+" changes things again", func() bool { return e.correct(t, "1.4", "with it again") == "" })
	}
}

// isWaiting says whether a COMMIT waits for the standby.
func isWaiting(t *testing.T, primary *cluster.Cluster) (waits bool) {
	t.Helper()
	db, err := sql.Open("postgres", primary.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')`).Scan(&waits); err != nil {
		t.Fatal(err)
	}
	return waits
}

// TestCommandsGiveUpWithoutTheStandby: a command that nobody tells to give up says what happened.
func TestCommandsGiveUpWithoutTheStandby(t *testing.T) {
	primary, standby := startPair(t)
	key, db := "--secret-key-file="+secretKeyFile(t), "--database-url="+primary.URL
	command(t, "migrate", db)
	if err := standby.Pause(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"user", "add", "one@example.org", "--name=One"}, {"epoch", "new"}} {
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		upr := exec.CommandContext(ctx, os.Args[0], append(args, key, db)...)
		upr.Env = append(os.Environ(), asProgram+"=1")
		said, err := upr.CombinedOutput()
		cancel()
		if err == nil || upr.ProcessState.ExitCode() <= 0 || !strings.Contains(string(said), "the standby did not confirm the change within 20s") {
			t.Errorf("%v, after %v: %v\n%s", args, time.Since(began), err, said)
		}
	}
	if err := standby.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"user", "role", "one@example.org", "PARTNER", key, db}, io.Discard, io.Discard); err != nil {
		t.Errorf("what the standby had not confirmed is there: %v", err)
	}
}
