package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestWebhooksOfTheProgram runs the program, has a partner make a webhook, changes things, starts
// the program anew in the middle, and looks at its metrics and at what it kept when it ended.
func TestWebhooksOfTheProgram(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		var mu sync.Mutex
		var bodies []string
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			bodies = append(bodies, string(body))
		}))
		t.Cleanup(receiver.Close)
		received := func(text string) func() bool {
			return func() bool {
				mu.Lock()
				defer mu.Unlock()
				return strings.Contains(strings.Join(bodies, "\n"), text)
			}
		}
		must(t, "sample", "--recommendations=100", "--database-url="+address)
		folder, keyFile := t.TempDir(), secretKeyFile(t)
		must(t, "user", "add", "ann@example.org", "--name=Ann", "--role=PARTNER", "--database-url="+address, "--secret-key-file="+keyFile)
		made := must(t, "key", "add", "ann@example.org", "--name=test", "--scopes=webhooks:write,webhooks:read,changes:read,recommendations:read", "--database-url="+address, "--secret-key-file="+keyFile)
		key := regexp.MustCompile(`upr_[A-Z2-7]{33}`).FindString(made)

		private := freeAddress(t)
		log, err := os.Create(filepath.Join(folder, "log"))
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		pidFile := filepath.Join(folder, "upr.pid")
		command := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr=127.0.0.1:0", "--metrics-addr="+private, "--webhook-networks=127.0.0.0/8", //nolint:gosec // this test
			"--pid-file="+pidFile, "--database-url="+address, "--secret-key-file="+keyFile)
		command.Env = append(os.Environ(), asProgram+"=1")
		command.Stdout, command.Stderr = log, log
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		last := pidOf(t, pidFile, 0)
		t.Cleanup(func() {
			_ = syscall.Kill(last, syscall.SIGTERM)
			if t.Failed() {
				said, _ := os.ReadFile(log.Name())
				t.Logf("%s", said)
			}
		})
		url := printedAddress(t, log.Name())
		secret := createWebhook(t, url, key, receiver.URL)
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		say(t, db, 1, "Before the restart")
		eventually(t, "delivery", received("Before the restart"))
		if err := syscall.Kill(last, syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		say(t, db, 2, "While it restarts")
		last = pidOf(t, pidFile, last)
		waitForEnd(t, ended)
		say(t, db, 3, "After the restart")
		eventually(t, "delivery while it restarts", received("While it restarts"))
		eventually(t, "delivery after the restart", received("After the restart"))
		said, err := os.ReadFile(log.Name())
		if err != nil || bytes.Contains(said, []byte(secret)) {
			t.Errorf("the log has the secret (%v)", err)
		}
		if response, err := http.Get(url + "/graphql?query={nothing}"); err != nil || response.Body.Close() != nil {
			t.Fatal(err)
		}
		text := ""
		eventually(t, "metrics", func() bool {
			text = fetch(t, "http://"+private+"/metrics")
			return strings.Contains(text, `upr_jobs_total{kind="webhook_delivery",outcome="done"}`) && strings.Contains(text, `upr_webhook_attempts_total{outcome="delivered"}`) &&
				strings.Contains(text, `upr_errors_total{`) && strings.Contains(text, `upr_jobs{`) // missing where the database is too busy to count them
		})
		checkDashboard(t, text)
		ask(t, url, key, `{ statistics { total } }`, nil)
		if err := syscall.Kill(last, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		eventually(t, "usage of both processes", func() bool {
			var requests int
			return db.SQL.QueryRow(`SELECT SUM(requests) FROM key_usages`).Scan(&requests) == nil && requests == 2
		})
	})
}

// must runs a command that succeeds, and returns what it prints.
func must(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}

func eventually(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !there(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there was no %s", what)
		}
	}
}

func ask(t *testing.T, address, key, query string, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || bytes.Contains(answer, []byte(`"errors"`)) {
		t.Fatalf("%s (%v)", answer, err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}

// createWebhook returns the secret of a new one.
func createWebhook(t *testing.T, address, key, to string) string {
	t.Helper()
	var got struct {
		Data struct{ CreateWebhook struct{ Secret string } }
	}
	ask(t, address, key, fmt.Sprintf(`mutation { createWebhook(input: {name: "x", url: %q}) { secret userErrors { message } } }`, to), &got)
	if got.Data.CreateWebhook.Secret == "" {
		t.Fatal("there is no secret")
	}
	return got.Data.CreateWebhook.Secret
}

func say(t *testing.T, db *database.DB, row int, text string) {
	t.Helper()
	_, err := changelog.Write(t.Context(), db, changelog.Because{Actor: "program:test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
		log.Touch(changelog.Recommendation, changelog.Correct, row)
		_, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET text = $1 WHERE id = $2`, text, row)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// freeAddress is one that nobody listens on: sockets are handed over by the address that was asked
// for, so that no two may be asked for as port 0. Its port is below those that systems give to whoever
// needs any, so that nobody has it before it is listened on.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
