package webhook_test

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/webhook"
)

// program is an example of docs/partners that runs.
type program struct {
	mu    sync.Mutex
	lines []string
}

func (p *program) said() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.lines)
}

// run starts a receiver of docs/partners and returns its address.
func run(t *testing.T, interpreter, name, secret string) (*program, string) {
	t.Helper()
	if _, err := exec.LookPath(interpreter); err != nil {
		if os.Getenv("CI") != "" && interpreter == "node" {
			t.Fatal("node is missing: .ci/setup says what to install")
		}
		t.Skipf("SKIPPED, NOT TESTED: %s is missing", interpreter)
	}
	command := exec.CommandContext(t.Context(), interpreter, filepath.Join("..", "..", "docs", "partners", "webhooks", name), "0") //nolint:gosec // an example of ours
	command.Env, command.Stderr = append(os.Environ(), "WEBHOOK_SECRET="+secret), os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	p := &program{}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, lines.Text())
			p.mu.Unlock()
		}
	}()
	waitFor(t, "receiver", func() bool { return len(p.said()) == 1 })
	return p, "http://127.0.0.1:" + strings.TrimPrefix(p.said()[0], "listening on ")
}

// TestReceiversOfPartners runs the examples of docs/partners: they take what is ours, once, and
// refuse what is forged, altered or old.
func TestReceiversOfPartners(t *testing.T) {
	for interpreter, name := range map[string]string{"node": "receive.mjs", "python3": "receive.py"} {
		t.Run(name, func(t *testing.T) {
			h := open(t, dbtest.SQLite(t), 30)
			// The address of a webhook is not changed, and its secret is known only then.
			relay := receive(t, h, false, nil)
			key := h.partner(t, "ann@example.org", all...)
			_, secret := h.create(t, key, map[string]any{"url": relay.url})
			p, address := run(t, interpreter, name, secret)
			h.work(t)
			h.say(t, 1, "Amend the law; 批准《公约》")
			h.change(t, changelog.Recommendation, 2, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`)
			waitFor(t, "two changes", func() bool {
				n := 0
				for _, d := range relay.all() {
					n += len(d.message.Data.Changes)
				}
				return n == 2
			})
			post := func(id, at, signature string, body []byte) int {
				t.Helper()
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(body)))
				if err != nil {
					t.Fatal(err)
				}
				for name, value := range map[string]string{"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature} {
					request.Header.Set(name, value)
				}
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				_ = response.Body.Close()
				return response.StatusCode
			}
			signed := func(at time.Time, body []byte) (string, string) {
				t.Helper()
				signature, err := webhook.Sign([]string{secret}, "dlv_x", at, body)
				if err != nil {
					t.Fatal(err)
				}
				return strconv.FormatInt(at.Unix(), 10), signature
			}
			for _, d := range relay.all() {
				for range 2 { // it may come twice
					if status := post(d.id, d.timestamp, "v1,AAAA "+d.signature, d.body); status != http.StatusNoContent {
						t.Errorf("ours was answered %d", status)
					}
				}
				if status := post(d.id, d.timestamp, d.signature, append(slices.Clone(d.body), ' ')); status != http.StatusUnauthorized {
					t.Errorf("an altered one was answered %d", status)
				}
				if status := post(d.id+"x", d.timestamp, d.signature, d.body); status != http.StatusUnauthorized {
					t.Errorf("one under another id was answered %d", status)
				}
				if status := post(d.id, d.timestamp, "", d.body); status != http.StatusUnauthorized {
					t.Errorf("one without a signature was answered %d", status)
				}
			}
			for _, at := range []time.Time{time.Now().Add(-6 * time.Minute), time.Now().Add(6 * time.Minute)} {
				when, signature := signed(at, []byte(`{}`))
				if status := post("dlv_x", when, signature, []byte(`{}`)); status != http.StatusUnauthorized {
					t.Errorf("one of %v was answered %d", at, status)
				}
			}
			waitFor(t, "output", func() bool { return len(p.said()) == 3 })
			time.Sleep(100 * time.Millisecond)
			if said := p.said()[1:]; len(said) != 2 || !strings.HasPrefix(said[0], "changed rec_") || !strings.HasPrefix(said[1], "deleted rec_") {
				t.Errorf("it said %v", said)
			}
		})
	}
}
