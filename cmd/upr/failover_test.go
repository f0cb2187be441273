package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

const publicQuestion = `{ statistics { total } }`

// TestFailover kills the primary under two servers that edit and answer, and promotes its
// synchronous standby: nothing that was acknowledged is lost, and no reader is refused.
func TestFailover(t *testing.T) {
	primary, standby := startPair(t)
	failOver(t, primary, standby, primary.Either(standby), primary.Kill)
}

// failOver loses the primary while either of the two is used.
func failOver(t *testing.T, primary, standby *cluster.Cluster, either string, lose func() error) {
	t.Helper()
	f := &failover{stop: make(chan struct{})}
	key := secretKeyFile(t)
	for range 2 {
		f.servers = append(f.servers, startSample(t, either, key))
	}
	recommendations := uidsOf(t, primary.URL, len(f.servers))
	before := recordVersion(t, f.servers[0].address)

	var working sync.WaitGroup
	for i, s := range f.servers {
		e := s.signIn(t, recommendations[i], fmt.Sprintf("editor %d", i+1))
		f.editors = append(f.editors, e)
		working.Go(func() { f.read(t, s.address) })
		working.Go(func() { f.edit(t, e) })
	}
	defer working.Wait()
	defer f.end()

	f.wait(t, "edits before", func() bool { return f.least((*editing).acknowledgedEdits) >= 20 })
	if err := lose(); err != nil {
		t.Fatal(err)
	}
	f.wait(t, "editors hear that the database is away", func() bool { return f.least((*editing).refusedEdits) >= 3 })
	for _, s := range f.servers {
		s.checkDegraded(t)
	}
	answered := f.answers.Load()
	f.wait(t, "readers are answered without a database", func() bool { return f.answers.Load() > answered+50 })
	acknowledged := f.least((*editing).acknowledgedEdits)
	if err := standby.Promote(); err != nil {
		t.Fatal(err)
	}
	f.wait(t, "edits after", func() bool { return f.least((*editing).acknowledgedEdits) >= acknowledged+20 })
	f.end()
	working.Wait()

	f.checkNothingLost(t, standby.URL)
	for i, s := range f.servers {
		for _, e := range f.editors {
			waitUntil(t, fmt.Sprintf("server %d shows what %s wrote last", i+1, e.name), func() bool { return s.numberOf(t, e.recommendation) == e.last })
		}
		if epochOf(recordVersion(t, s.address)) == epochOf(before) {
			t.Errorf("server %d is in the same epoch as before the standby was promoted", i+1)
		}
	}
	t.Logf("%d answers to readers; editors: %d and %d acknowledged, %d and %d refused, the slowest refusal %v", f.answers.Load(),
		len(f.editors[0].acknowledged), len(f.editors[1].acknowledged), f.editors[0].refused, f.editors[1].refused, max(f.editors[0].slowest, f.editors[1].slowest))
}

// failover is what goes on while the primary is killed.
type failover struct {
	servers []*sampleServer
	editors []*editing
	answers atomic.Int64
	stop    chan struct{}
	once    sync.Once
}

func (f *failover) end() { f.once.Do(func() { close(f.stop) }) }

func (f *failover) stopped() bool {
	select {
	case <-f.stop:
		return true
	default:
		return false
	}
}

func (f *failover) wait(t *testing.T, what string, until func() bool) {
	t.Helper()
	waitUntil(t, what, until)
}

func waitUntil(t *testing.T, what string, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !until(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// least is the smallest number of all editors.
func (f *failover) least(of func(*editing) int) int {
	numbers := make([]int, len(f.editors))
	for i, e := range f.editors {
		numbers[i] = of(e)
	}
	return slices.Min(numbers)
}

// read asks what anybody may, without pause: each answer must be right.
func (f *failover) read(t *testing.T, address string) {
	client := http.Client{Timeout: 20 * time.Second}
	for i := 0; !f.stopped(); i++ {
		// Another question each time: none is answered from a cache.
		question := fmt.Sprintf(`{"query": "{ a%d: recommendations(first: 2) { totalCount nodes { id stateUnderReview { code } } } }"}`, i)
		response, err := client.Post(address+"/graphql", "application/json", strings.NewReader(question))
		if err != nil {
			t.Errorf("a reader: %v", err)
			continue
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"totalCount":300`)) {
			t.Errorf("a reader got %s, %s, %v", response.Status, body, err)
		}
		f.answers.Add(1)
		time.Sleep(2 * time.Millisecond)
	}
}

// editing is somebody who corrects one recommendation, over and over.
type editing struct {
	client         http.Client
	address        string
	name           string
	recommendation string

	mu           sync.Mutex
	acknowledged []string // the reasons of what was acknowledged
	last         string   // what was acknowledged last
	refused      int
	slowest      time.Duration // refusal
}

func (e *editing) acknowledgedEdits() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.acknowledged)
}

func (e *editing) refusedEdits() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.refused
}

// edit corrects without pause. It may be refused because the database is away, and for no
// other reason.
func (f *failover) edit(t *testing.T, e *editing) {
	for i := 0; !f.stopped(); i++ {
		number, reason := fmt.Sprintf("1.%d", i), fmt.Sprintf("%s, edit %d", e.name, i)
		began := time.Now()
		code := e.correct(t, number, reason)
		took := time.Since(began)
		e.mu.Lock()
		switch code {
		case "":
			e.acknowledged, e.last = append(e.acknowledged, reason), number
		case "UNAVAILABLE":
			e.refused++
			e.slowest = max(e.slowest, took)
		default:
			t.Errorf("%s got %s", e.name, code)
		}
		e.mu.Unlock()
		if took > 20*time.Second {
			t.Errorf("%s waited %v for an answer", e.name, took)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (e *editing) correct(t *testing.T, number, reason string) (code string) {
	code, _ = e.tryToCorrect(t, number, reason)
	return code
}

// tryToCorrect returns the code of the first error, and its sentence.
func (e *editing) tryToCorrect(t *testing.T, number, reason string) (code, message string) {
	var read struct {
		Desk struct{ Statement struct{ Revision int } }
	}
	if code, message = e.ask(t, `query($id: ID!) { desk { statement(id: $id) { revision } } }`, map[string]any{"id": e.recommendation}, &read); code != "" {
		return code, message
	}
	var done struct {
		CorrectStatement struct {
			UserErrors []struct{ Message, Code string }
		}
	}
	code, message = e.ask(t, `mutation($input: CorrectStatementInput!) { correctStatement(input: $input) { userErrors { message code } } }`,
		map[string]any{"input": map[string]any{"id": e.recommendation, "revision": read.Desk.Statement.Revision, "number": number, "reason": reason}}, &done)
	if code == "" && len(done.CorrectStatement.UserErrors) > 0 {
		return fmt.Sprint(done.CorrectStatement.UserErrors), ""
	}
	return code, message
}

// send returns the code of the first error.
func (e *editing) send(t *testing.T, query string, variables map[string]any, into any) string {
	code, _ := e.ask(t, query, variables, into)
	return code
}

// ask returns the code of the first error, and its sentence.
func (e *editing) ask(t *testing.T, query string, variables map[string]any, into any) (code, message string) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err.Error(), ""
	}
	response, err := e.client.Post(e.address+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		return err.Error(), ""
	}
	defer response.Body.Close()
	var a struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return err.Error(), ""
	}
	if len(a.Errors) > 0 {
		if a.Errors[0].Extensions.Code != "UNAVAILABLE" {
			t.Logf("%s: %s", e.name, a.Errors[0].Message)
		}
		return a.Errors[0].Extensions.Code, a.Errors[0].Message
	}
	if err := json.Unmarshal(a.Data, into); err != nil {
		return err.Error(), ""
	}
	return "", ""
}

// checkNothingLost looks for every acknowledged edit in the log of the promoted standby.
func (f *failover) checkNothingLost(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, e := range f.editors {
		for _, reason := range e.acknowledged {
			var n int
			if err := db.QueryRow(`SELECT COUNT(*) FROM changes c JOIN change_entries e ON e.change_id = c.id WHERE c.reason = $1`, reason).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n != 1 {
				t.Errorf("%q was acknowledged, and is in the log %d times", reason, n)
			}
		}
	}
}

func startPair(t *testing.T) (primary, standby *cluster.Cluster) {
	t.Helper()
	primary, err := cluster.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = primary.Stop() })
	if standby, err = primary.Standby(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	return primary, standby
}

// uidsOf returns as many recommendations as there are editors.
func uidsOf(t *testing.T, url string, n int) (uids []string) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range n {
		var uid string
		if err := db.QueryRow(`SELECT uid FROM recommendations ORDER BY id LIMIT 1 OFFSET $1`, i).Scan(&uid); err != nil {
			t.Fatal(err)
		}
		uids = append(uids, uid)
	}
	return uids
}

// sampleServer is a server with a sample, and with how to sign in there.
type sampleServer struct{ address, email, password string }

func startSample(t *testing.T, url, key string) *sampleServer {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var out lines
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--sample", "--sample-size=300", "--rate-limit=0", "--secret-key-file=" + key, "--addr=127.0.0.1:0", "--database-url=" + url}, &out, io.Discard)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("a server stopped with %v", err)
		}
	})
	said := out.waitForAll(t, regexp.MustCompile(`sign in as editor: (\S+), password (\S+) .* at (http://[^/]+)/playground`), done)
	return &sampleServer{email: said[1], password: said[2], address: said[3]}
}

func (s *sampleServer) signIn(t *testing.T, recommendation, name string) *editing {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &editing{client: http.Client{Jar: jar, Timeout: 30 * time.Second}, address: s.address, name: name, recommendation: recommendation}
	code := e.send(t, `mutation($input: SignInInput!) { signIn(input: $input) { userErrors { message } viewer { name } } }`,
		map[string]any{"input": map[string]any{"email": s.email, "password": s.password}}, &struct{}{})
	if code != "" {
		t.Fatalf("signing in: %s", code)
	}
	return e
}

// numberOf asks as anybody for the paragraph of a recommendation.
func (s *sampleServer) numberOf(t *testing.T, id string) string {
	t.Helper()
	var read struct{ Node struct{ Number string } }
	e := editing{address: s.address, name: "a reader"}
	if code := e.send(t, `query($id: ID!) { node(id: $id) { ... on Recommendation { number } } }`, map[string]any{"id": id}, &read); code != "" {
		t.Fatal(code)
	}
	return read.Node.Number
}

// checkDegraded reads that the server serves, and says what it lacks.
func (s *sampleServer) checkDegraded(t *testing.T) {
	t.Helper()
	waitUntil(t, "/readyz says that the database is away", func() bool { return s.readiness(t).Status == "degraded" })
}

// readiness is the answer of /readyz.
func (s *sampleServer) readiness(t *testing.T) (h struct{ Status, Reason string }) {
	t.Helper()
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Get(s.address + "/readyz")
	if err != nil {
		t.Error(err)
		return h
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&h); err != nil {
		t.Error(err)
	}
	return h
}
