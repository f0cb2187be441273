package notify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/viewer"
)

// process is where the test binary is told to be a process that releases and sends what is in the
// outbox of a database: its address, a space, and the mail server's.
const process = "UPR_TEST_OUTBOX_OF"

func TestMain(m *testing.M) {
	if of := os.Getenv(process); of != "" {
		fmt.Fprintln(os.Stderr, releaseAndSend(context.Background(), of))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// lease is so short here that claims of living processes are taken as well.
const lease = time.Second

func releaseAndSend(ctx context.Context, of string) error {
	address, server, _ := strings.Cut(of, " ")
	db, err := database.Open(ctx, address)
	if err != nil {
		return err
	}
	smtp, err := notify.NewSMTP(server)
	if err != nil {
		return err
	}
	queue := job.New(db)
	o := notify.NewOutbox(db, boxOf(), smtp, queue)
	o.Hurry(50*time.Millisecond, time.Hour, lease)
	go func() {
		for ; ; time.Sleep(lease / 4) {
			_ = o.Sweep(ctx)
		}
	}()
	go func() {
		for { // as long as something else writes
			err := database.WithTx(ctx, db, func(tx *database.Tx) error {
				all, err := o.About(ctx, tx, "reg_1")
				if err != nil {
					return err
				}
				var drafts []string
				for _, m := range all {
					if m.Status == notify.DraftStatus {
						drafts = append(drafts, m.ID)
					}
				}
				return o.Release(ctx, tx, drafts...)
			})
			if err == nil {
				return
			}
		}
	}()
	return queue.Run(ctx)
}

// TestKilledProcesses releases many messages at once by processes that are killed at random moments,
// as by kill -9, two at a time: no message arrives twice, all that are sent arrived, and of those that
// are in doubt, which are few, staff can find out by their Message-IDs. In the end each has arrived once.
func TestKilledProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		p := newPostOffice(t, func(step, _ string, _ *smtp.Conn) error {
			time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
			if step == "RCPT" && rand.IntN(20) == 0 {
				return says(451, smtp.EnhancedCode{4, 3, 0})
			}
			return nil
		})
		h := newHouse(t, address, p.address)
		const messages = 120
		h.in(t, func(tx *database.Tx) error {
			for i := range messages {
				d := offer(fmt.Sprintf("a%d@example.org", i))
				d.Hold = true
				if _, err := h.Add(t.Context(), tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		start := func() *exec.Cmd {
			command := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test
			command.Env = append(os.Environ(), process+"="+address+" "+p.address)
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			return command
		}
		kill := func(c *exec.Cmd) {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
		running := []*exec.Cmd{start(), start()}
		kills := 0
		for deadline := time.Now().Add(3 * time.Minute); !h.settled(t, messages); {
			if time.Now().After(deadline) {
				t.Fatalf("not all are settled after %d kills", kills)
			}
			time.Sleep(time.Duration(700+rand.IntN(1500)) * time.Millisecond)
			if kills == 12 { // a slow machine gets nothing done between kills
				continue
			}
			i := rand.IntN(len(running))
			kill(running[i])
			running[i] = start()
			kills++
		}
		for _, c := range running {
			kill(c)
		}
		doubt := h.compare(t, p)
		t.Logf("%d kills left %d of %d messages in doubt", kills, len(doubt), messages)
		if kills < 3 || len(doubt) > 4*(kills+2) { // a process sends four at a time
			t.Errorf("%d kills, %d in doubt", kills, len(doubt))
		}
		staff := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}}})
		letters := p.letters()
		for _, uid := range doubt {
			outcome := notify.SendAgain
			if len(letters[uid]) == 1 {
				outcome = notify.WasSent
			}
			if _, err := h.Settle(staff, uid, outcome, "seen on the server"); err != nil {
				t.Fatal(err)
			}
		}
		h.work(t)
		for _, uid := range doubt {
			h.becomes(t, uid, notify.Sent)
		}
		if left := h.compare(t, p); len(left) > 0 || len(p.letters()) != messages {
			t.Errorf("in the end %d are in doubt, and %d of %d arrived", len(left), len(p.letters()), messages)
		}
	})
}

// settled says whether all messages were sent, or are in doubt.
func (h *house) settled(t *testing.T, messages int) bool {
	t.Helper()
	var n int
	if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM outbox_messages WHERE status IN ('SENT', 'IN_DOUBT')`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n == messages
}

// compare holds what the outbox says against what the server has, and returns what is in doubt.
func (h *house) compare(t *testing.T, p *postOffice) (doubt []string) {
	t.Helper()
	letters := p.letters()
	h.in(t, func(tx *database.Tx) error {
		all, err := h.About(t.Context(), tx, "reg_1")
		for _, m := range all {
			n := len(letters[m.ID])
			switch {
			case n > 1, m.Status == notify.Sent && n != 1, m.Status != notify.Sent && m.Status != notify.InDoubt:
				t.Errorf("%s is %s, and arrived %d times", m.ID, m.Status, n)
			case m.Status == notify.InDoubt:
				doubt = append(doubt, m.ID)
			}
		}
		return err
	})
	return doubt
}
