package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestTheFileIsMovedAway takes the file of the database away under a server that edits, and puts
// another one into its place: nothing is written where nobody would find it, and it comes back.
func TestTheFileIsMovedAway(t *testing.T) {
	url := dbtest.SQLite(t)
	path := strings.TrimPrefix(url, "sqlite:")
	s := startSample(t, url, secretKeyFile(t))
	var first struct {
		Recommendations struct{ Nodes []struct{ ID string } }
	}
	reader := editing{address: s.address}
	if code := reader.send(t, `{ recommendations(first: 1) { nodes { id } } }`, nil, &first); code != "" || len(first.Recommendations.Nodes) != 1 {
		t.Fatalf("%s, %+v", code, first)
	}
	e := s.signIn(t, first.Recommendations.Nodes[0].ID, "editor")
	edits := func(when, number, want string) {
		t.Helper()
		if code := e.correct(t, number, when); code != want {
			t.Errorf("%s: an editor hears %q, want %q", when, code, want)
		}
	}
	away := func(when, number string) {
		t.Helper()
		edits(when, number, "UNAVAILABLE")
		if h := s.readiness(t); h.Status != "degraded" || !strings.Contains(h.Reason, "removed or replaced") {
			t.Errorf("%s: %+v", when, h)
		}
		if code := e.send(t, publicQuestion, nil, &struct{}{}); code != "" {
			t.Errorf("%s: a public question: %s", when, code)
		}
	}
	edits("before", "1.1", "")
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	away("the file is gone", "1.2")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a new file: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	away("another file has its name", "1.3")
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Errorf("the other file was written: %v, %v", info, err)
	}
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	edits("the file is back", "1.4", "")
	if h := s.readiness(t); h.Status != "ok" {
		t.Errorf("after: %+v", h)
	}
	if number := s.numberOf(t, e.recommendation); number != "1.4" {
		t.Errorf("readers see %s", number)
	}
}
