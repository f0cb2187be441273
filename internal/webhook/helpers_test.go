package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
	"github.com/upr-info/upr/internal/webhook"
)

// house is a server with partners.
type house struct {
	url     string
	address string
	db      *database.DB
	record  *record.Record
	people  *identity.Service
	hooks   *webhook.Service
	mail    *mailbox
}

// mailbox keeps what is sent.
type mailbox struct {
	mu   sync.Mutex
	sent []string
}

func (m *mailbox) Send(_ context.Context, to, subject, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, to+"\n"+subject+"\n"+text)
	return nil
}

func (m *mailbox) all() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.sent, "\n\n")
}

// open opens a house with some recommendations, whose webhooks may lead to this machine, or to
// other networks where they are named.
func open(t *testing.T, address string, recommendations int, networks ...string) *house {
	t.Helper()
	db := sampletest.Filled(t, address, recommendations)
	if len(networks) == 0 {
		networks = []string{"127.0.0.0/8"}
	}
	var err error
	h := &house{db: db, address: address, mail: &mailbox{}}
	if h.record, err = record.Open(t.Context(), db, time.Now); err != nil {
		t.Fatal(err)
	}
	if h.people, err = identity.New(db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil); err != nil {
		t.Fatal(err)
	}
	if h.hooks, err = newHooks(db, h.record, h.mail, networks...); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.New(db, h.record, h.people, server.Options{Webhooks: h.hooks}))
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

func newHooks(db *database.DB, r *record.Record, mail webhook.Mailer, networks ...string) (*webhook.Service, error) {
	return webhook.New(db, r, slice.New(db, r, slice.About{}), secret.NewBox(secret.Key{}), webhook.Settings{PublicURL: "https://upr.example.org", Networks: networks}, mail)
}

// work makes and sends deliveries until the test ends or stop is called.
func (h *house) work(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	q := job.New(h.db)
	h.hooks.Handle(q)
	busy.Go(func() { h.record.Follow(ctx, 50*time.Millisecond) })
	busy.Go(func() { h.hooks.Run(ctx) })
	busy.Go(func() {
		if err := q.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = func() { cancel(); busy.Wait() }
	t.Cleanup(stop)
	return stop
}

// partner makes a user with a role and returns a key of theirs.
func (h *house) partner(t *testing.T, email string, scopes ...string) (key string) {
	t.Helper()
	ctx := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := h.people.UserByEmail(ctx, email)
	if err != nil {
		if u, err = h.people.CreateUser(ctx, email, "Ann", "EN", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.GrantRole(ctx, u.UID, viewer.Grant{Role: viewer.Partner}); err != nil {
			t.Fatal(err)
		}
	}
	_, key, err = h.people.CreateKeyFor(ctx, u, "test", scopes, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ask asks with a key and returns the code of the first error, also of userErrors.
func (h *house) ask(t *testing.T, key, query string, variables map[string]any, into any) (code, message string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/graphql", bytes.NewReader(body))
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
	var a struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if len(a.Errors) > 0 {
		return a.Errors[0].Extensions.Code, a.Errors[0].Message
	}
	var payloads map[string]json.RawMessage
	if err := json.Unmarshal(a.Data, &payloads); err != nil {
		t.Fatal(err)
	}
	for _, payload := range payloads {
		var p struct {
			UserErrors []struct{ Code, Message string }
		}
		if json.Unmarshal(payload, &p) == nil && len(p.UserErrors) > 0 {
			return p.UserErrors[0].Code, p.UserErrors[0].Message
		}
	}
	if into != nil {
		if err := json.Unmarshal(a.Data, into); err != nil {
			t.Fatal(err)
		}
	}
	return "", ""
}

func (h *house) must(t *testing.T, key, query string, variables map[string]any, into any) {
	t.Helper()
	if code, message := h.ask(t, key, query, variables, into); code != "" {
		t.Fatalf("%s: %s %s", query, code, message)
	}
}

// create makes a webhook and returns its id and its secret.
func (h *house) create(t *testing.T, key string, input map[string]any) (id, secret string) {
	t.Helper()
	if input["name"] == nil {
		input["name"] = "Our copy"
	}
	var got struct {
		CreateWebhook struct {
			Webhook struct{ ID string }
			Secret  string
		}
	}
	h.must(t, key, `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } secret userErrors { code message } } }`, map[string]any{"input": input}, &got)
	return got.CreateWebhook.Webhook.ID, got.CreateWebhook.Secret
}

// hook is what owners see.
type hook struct {
	ID, Name, Cursor        string
	DisabledBecause         *string
	Deliveries, DeadLetters []struct {
		ID, State, Cursor string
		Attempts          int
		Status            *int
		Failure           *string
	}
}

func (h *house) mine(t *testing.T, key string) []hook {
	t.Helper()
	var got struct{ Mine struct{ Webhooks []hook } }
	const delivery = `{ id state cursor attempts status failure }`
	h.must(t, key, `{ mine { webhooks { id name cursor disabledBecause deliveries `+delivery+` deadLetters `+delivery+` } } }`, nil, &got)
	return got.Mine.Webhooks
}

// change changes a row as the desk does.
func (h *house) change(t *testing.T, kind string, row int, sql string, args ...any) {
	t.Helper()
	_, err := changelog.Write(t.Context(), h.db, changelog.Because{Actor: "program:test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
		log.Touch(kind, changelog.Correct, row)
		_, err := tx.ExecContext(t.Context(), sql, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// say gives a recommendation a text.
func (h *house) say(t *testing.T, row int, text string) {
	t.Helper()
	h.change(t, changelog.Recommendation, row, `UPDATE recommendations SET text = $1 WHERE id = $2`, text, row)
}

// received is a delivery as a receiver has it.
type received struct {
	id, timestamp, signature string
	body                     []byte
	message                  struct {
		Type string
		Data struct {
			Webhook, Since, Cursor, Fetch string
			Complete, Anew                bool
			Changes                       []slice.Change
		}
	}
}

// receiver is a server of a partner's.
type receiver struct {
	url string
	mu  sync.Mutex
	got []received
	// answer is what it answers, by how many it got before; nil: 204.
	answer func(w http.ResponseWriter, before int)
}

// receive starts a receiver with TLS, which a house trusts, or without.
func receive(t *testing.T, h *house, secure bool, answer func(w http.ResponseWriter, before int)) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	srv := httptest.NewUnstartedServer(r)
	srv.Config.ErrorLog = nil
	if secure {
		srv.StartTLS()
		roots := x509.NewCertPool()
		roots.AddCert(srv.Certificate())
		h.hooks.Trust(roots)
	} else {
		srv.Start()
	}
	t.Cleanup(srv.Close)
	r.url = srv.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	h := request.Header
	one := received{id: h.Get("webhook-id"), timestamp: h.Get("webhook-timestamp"), signature: h.Get("webhook-signature"), body: body}
	_ = json.Unmarshal(body, &one.message)
	r.mu.Lock()
	before := len(r.got)
	r.got = append(r.got, one)
	r.mu.Unlock()
	if r.answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	r.answer(w, before)
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received{}, r.got...)
}

// after waits until there are some deliveries.
func (r *receiver) after(t *testing.T, n int) []received {
	t.Helper()
	waitFor(t, fmt.Sprintf("%d deliveries", n), func() bool { return len(r.all()) >= n })
	return r.all()
}

// verify checks a signature as receivers do.
func (r received) verify(secret string) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 {
		return fmt.Errorf("the secret has %d bytes, %w", len(key), err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(r.id + "." + r.timestamp + "." + string(r.body)))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for signature := range strings.SplitSeq(r.signature, " ") {
		if hmac.Equal([]byte(signature), []byte(want)) {
			return nil
		}
	}
	return fmt.Errorf("%q is not %q", r.signature, want)
}

func waitFor(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there was no %s", what)
		}
	}
}
