package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/secret"
)

// TestServeFollowsAnImport serves an empty database, imports into it as another process
// would, asks for what was imported, and stops the server.
func TestServeFollowsAnImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var out lines
		done, key := make(chan error, 1), "--secret-key-file="+secretKeyFile(t)
		go func() {
			done <- run(ctx, []string{"serve", key, "--addr=127.0.0.1:0", "--database-url=" + url}, &out, io.Discard)
		}()
		address := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground \(0 recommendations\)`), done)

		if n := total(t, address); n != 0 {
			t.Errorf("%d recommendations in an empty database", n)
		}
		seed := filepath.Join("..", "..", "graph", "testdata", "seed.csv")
		if err := run(ctx, []string{"import", "--database-url=" + url, seed}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); total(t, address) != 12; {
			if time.Now().After(deadline) {
				t.Fatal("the import was not followed")
			}
			time.Sleep(50 * time.Millisecond)
		}
		checkHealth(t, address)
		stop()
		if err := <-done; err != nil {
			t.Errorf("stopped with %v", err)
		}
	})
}

// secretKeyFile makes a key, as PostgreSQL needs one.
func secretKeyFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "upr.key")
	if _, err := secret.ReadOrMake(file); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestServeSample(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out lines
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--sample", "--sample-size=2000", "--addr=127.0.0.1:0", "--database-url=" + dbtest.SQLite(t)}, &out, io.Discard)
	}()
	address := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground \(2000 synthetic recommendations\)`), done)
	if n := total(t, address); n != 2000 {
		t.Errorf("got %d recommendations", n)
	}
	if text := fetch(t, address+"/export/states.json"); !strings.Contains(text, address+"/export/states.csv") {
		t.Errorf("an export does not say where it is from: %.500s", text)
	}
	file := out.waitFor(t, regexp.MustCompile(`sign in as editor: editor@example\.org, password [a-z0-9-]{23} \(kept in (\S+)\)`), done)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the editor's password: %v, %v", info, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCommandsThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		args     []string
		sentence string
	}{
		"sample for everybody": {[]string{"serve", "--sample", "--addr=0.0.0.0:0"}, "listens on this machine only"},
		"sample without host":  {[]string{"serve", "--sample", "--addr=:8080"}, "listens on this machine only"},
		"no such address":      {[]string{"serve", "--addr=300.1.1.1:1"}, "choose another address"},
		"no such command":      {[]string{"sing"}, "upr --help lists the commands"},
		"no such database":     {[]string{"migrate", "--database-url=oracle:x"}, "must begin with sqlite: or postgres://"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), test.args, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.sentence) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestConfigHidesPasswords(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"config", "--database-url=postgres://upr:hidden@localhost/upr"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "hidden") || !strings.Contains(got, "UPR_ADDR=127.0.0.1:8080\n") {
		t.Errorf("got %s", got)
	}
}

func total(t *testing.T, address string) int {
	t.Helper()
	response, err := http.Post(address+"/graphql", "application/json", strings.NewReader(`{"query":"{ statistics { total } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		Data struct{ Statistics struct{ Total int } }
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Data.Statistics.Total
}

func checkHealth(t *testing.T, address string) {
	t.Helper()
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ok","recommendations":12}`} {
		response, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if got := strings.TrimSpace(string(text)); got != want || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s, want %s", path, response.StatusCode, got, want)
		}
	}
}

// lines collects what a command prints, while it prints.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// waitFor waits until a pattern is printed and returns its first group.
func (l *lines) waitFor(t *testing.T, pattern *regexp.Regexp, done <-chan error) string {
	t.Helper()
	return l.waitForAll(t, pattern, done)[1]
}

// waitForAll waits until a pattern is printed and returns it with all its groups.
func (l *lines) waitForAll(t *testing.T, pattern *regexp.Regexp, done <-chan error) []string {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if found := pattern.FindStringSubmatch(l.String()); found != nil {
			return found
		}
		select {
		case err := <-done:
			t.Fatalf("the command ended with %v; it printed:\n%s", err, l)
		default:
		}
	}
	t.Fatalf("not printed within two minutes; it printed:\n%s", l)
	return nil
}
