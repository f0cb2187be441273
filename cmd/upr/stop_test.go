package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestServeIsStoppedWhileItStarts stops the program as soon as it listens, while it fills the database, and while it
// makes rounds. Each time it ends well, and the database is as empty or as full as after a start that nobody stopped.
func TestServeIsStoppedWhileItStarts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		p := stoppable{url: url, key: secretKeyFile(t), address: freeAddress(t), size: 20000} // not written at once
		for range 3 {
			p.stop(t, nil)
			if got := p.filled(t); got != "" && got != "0 recommendations, 0 rounds, 0 registrations, 0 accounts" {
				t.Errorf("stopped as soon as it listens there are %s", got)
			}
		}
		p.size = 500
		said := p.stop(t, regexp.MustCompile(`synthetic recommendations .* written`))
		if !strings.Contains(said, "8 made-up rounds") || strings.Contains(said, "upr is ready") && !strings.Contains(said, "sign in as editor") {
			t.Errorf("stopped while it makes rounds it says %s", said)
		}
		got := p.filled(t)
		p.stop(t, nil)
		p.stop(t, regexp.MustCompile(`sign in as editor`))
		whole := p.filled(t)
		if before, _, _ := strings.Cut(got, ", 0 accounts"); !strings.HasPrefix(whole, before) || !strings.HasPrefix(got, "500 recommendations, 8 rounds, ") || strings.Contains(got, " 0 registrations") {
			t.Errorf("stopped while it makes rounds there are %s, and at last %s", got, whole)
		}
	})
}

// stoppable is a program that is stopped again and again.
type stoppable struct {
	url, key, address string
	size              int // of the sample
}

// stop starts it, and stops it once it has said something; nil: as soon as it listens. It returns all that it said.
func (p stoppable) stop(t *testing.T, once *regexp.Regexp) string {
	t.Helper()
	var out lines
	command := exec.CommandContext(t.Context(), os.Args[0], "serve", "--sample", fmt.Sprint("--sample-size=", p.size), "--addr="+p.address, "--secret-key-file="+p.key, "--database-url="+p.url)
	command.Env = append(os.Environ(), asProgram+"=1")
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	if once != nil {
		out.waitForAll(t, once, done)
	} else {
		p.listens(t)
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if err != nil || strings.Contains(out.String(), "upr: ") {
			t.Errorf("stopped after %v it ended with %v: %s", once, err, out.String())
		}
	case <-time.After(2 * time.Minute):
		_ = command.Process.Kill()
		t.Fatalf("stopped after %v it goes on: %s", once, out.String())
	}
	return out.String()
}

func (p stoppable) listens(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if conn, err := net.Dial("tcp", p.address); err == nil {
			_ = conn.Close()
			return
		}
	}
	t.Fatal("it does not listen")
}

// filled is what there is in the database; empty: no tables yet.
func (p stoppable) filled(t *testing.T) string {
	t.Helper()
	db, err := database.Open(t.Context(), p.url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var said []string
	for _, count := range []struct{ of, table string }{{"recommendations", "recommendations"}, {"rounds", "rounds"}, {"registrations", "registrations"}, {"accounts", "users WHERE email = 'editor@example.org'"}} {
		var n int
		if err := db.SQL.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+count.table).Scan(&n); err != nil {
			return ""
		}
		said = append(said, fmt.Sprint(n, " ", count.of))
	}
	return strings.Join(said, ", ")
}
