package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryRestartWhileReleasing: decisions are released, and the program is started anew in the middle
// of sending, and ended and started once more: each mail arrives exactly once.
func TestStoryRestartWhileReleasing(t *testing.T) {
	smtp, api := startMailpit(t)
	dbtest.Each(t, func(t *testing.T, url string) {
		must(t, "sample", "--recommendations=100", "--database-url="+url)
		db, err := database.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		keyFile := secretKeyFile(t)
		release(t, db, keyFile)
		queued := messages(t, db, "QUEUED")
		if len(queued) < 6 {
			t.Fatalf("only %d mails wait", len(queued))
		}
		pidFile := filepath.Join(t.TempDir(), "upr.pid")
		serve := func() (pid int) {
			t.Helper()
			before := 0
			if text, err := os.ReadFile(pidFile); err == nil && len(text) > 0 {
				before = pidOf(t, pidFile, 0)
			}
			upr := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr=127.0.0.1:0", "--database-url="+url, "--secret-key-file="+keyFile, "--pid-file="+pidFile, //nolint:gosec // this test
				"--smtp-url=smtp+plain://"+smtp+"?from=upr@example.org", "--mail-per-minute=40", "--public-url=https://upr.example.org")
			upr.Env = append(os.Environ(), asProgram+"=1")
			start(t, upr)
			return pidOf(t, pidFile, before)
		}
		sent := func(n int) func() bool {
			return func() bool { return len(messages(t, db, "SENT")) >= n }
		}
		pid := serve()
		eventually(t, "first mail", sent(1))
		if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		pid = pidOf(t, pidFile, pid)
		eventually(t, "mail of the second process", sent(3))
		if n := len(messages(t, db, "SENT")); n == len(queued) {
			t.Fatalf("all %d were sent before the program ended", n)
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		pid = serve()
		t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGTERM) })
		eventually(t, "last mail", sent(len(queued)))
		for _, id := range queued {
			arrived(t, api, id)
		}
	})
}

// messages lists the ids of messages in a status.
func messages(t *testing.T, db *database.DB, status string) (ids []string) {
	t.Helper()
	rows, err := db.SQL.Query(`SELECT uid FROM outbox_messages WHERE status = $1 ORDER BY id`, status)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// release stages a decision on each registration of the made-up round whose call has closed, and
// releases them all.
func release(t *testing.T, db *database.DB, keyFile string) {
	t.Helper()
	box, err := secret.Read(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rounds.Fill(t.Context(), db, box, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	var round string
	if err := db.SQL.QueryRow(`SELECT uid FROM rounds WHERE state = 'CALL_CLOSED'`).Scan(&round); err != nil {
		t.Fatal(err)
	}
	workflow := presession.New(db, time.Now, presession.Means{Box: box, Outbox: notify.NewOutbox(db, box, nil, job.New(db)), PublicURL: "https://upr.example.org"})
	ctx := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_m", Name: "Manager", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}, {Role: viewer.ProtectionOfficer}}})
	all := submittedTo(ctx, t, workflow, round)
	full := "CAPACITY"
	for _, a := range all {
		if err := workflow.Move(ctx, presession.Move{ID: a.ID, Revision: a.Revision, To: presession.NotSelected, Outcome: &full}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := workflow.ReleaseDecisions(ctx, presession.Release{Round: round, Expected: len(all)}); err != nil {
		t.Fatal(err)
	}
}

func submittedTo(ctx context.Context, t *testing.T, workflow *presession.Service, round string) []presession.Registration {
	t.Helper()
	page, err := workflow.Registrations(ctx, round, &presession.RegistrationFilter{States: []presession.State{presession.Submitted}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return page.Nodes
}
