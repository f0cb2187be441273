package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/pquerna/otp/totp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

const password = "correct horse battery"

// house is a running server with people in it.
type house struct {
	url    string
	people *identity.Service
	db     *database.DB
	mail   mailbox
	clock  clock
}

// clock is moved by tests.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

type letter struct{ to, text string }

// mailbox receives mail.
type mailbox chan letter

func (m mailbox) Send(_ context.Context, to, _, text string) error {
	m <- letter{to, text}
	return nil
}

// each runs a test in a house on each database.
func each(t *testing.T, run func(*testing.T, *house)) {
	t.Helper()
	eachWith(t, identity.Settings{}, run)
}

func eachWith(t *testing.T, settings identity.Settings, run func(*testing.T, *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, url string) { run(t, build(t, url, settings)) })
}

func build(t *testing.T, url string, settings identity.Settings) *house {
	t.Helper()
	return buildOn(t, sampletest.Migrated(t, url), settings)
}

func buildOn(t *testing.T, db *database.DB, settings identity.Settings) *house {
	t.Helper()
	h := &house{db: db, mail: make(mailbox, 10), clock: clock{at: time.Now()}}
	srv := httptest.NewUnstartedServer(nil)
	h.url = "http://" + srv.Listener.Addr().String()
	settings.PublicURL = h.url
	people, err := identity.New(db, secret.NewBox(secret.Key{1}), settings, h.mail)
	if err != nil {
		t.Fatal(err)
	}
	h.people = people
	h.people.SetClock(h.clock.now)
	r, err := record.Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = server.New(db, r, h.people, server.Options{Graph: graph.Options{CacheMegabytes: 16}})
	srv.Start()
	t.Cleanup(srv.Close)
	return h
}

func program(t *testing.T) context.Context {
	return viewer.NewContext(t.Context(), viewer.Program("test"))
}

// add makes a user with a password and some grants, and returns their id.
func (h *house) add(t *testing.T, email string, roles ...viewer.Role) string {
	t.Helper()
	u, err := h.people.CreateUser(program(t), email, "Somebody", "EN", password)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		if _, err := h.people.GrantRole(program(t), u.UID, viewer.Grant{Role: role}); err != nil {
			t.Fatal(err)
		}
	}
	return u.UID
}

// browser keeps cookies.
type browser struct {
	*http.Client
	url    string
	header http.Header
}

func (h *house) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar}, h.url, http.Header{"Content-Type": {"application/json"}}}
}

// answer is what a question got.
type answer struct {
	Status int
	Header http.Header
	Body   string
	Data   map[string]json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

// code is the code of the first error.
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

func (b *browser) ask(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = b.header.Clone()
	response, err := b.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(text)}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("not JSON: %s", text)
	}
	return a
}

// payload is what all mutations answer here.
type payload struct {
	Done          bool
	Viewer        *struct{ Name string }
	Secret        string
	Key           *struct{ ID string }
	RecoveryCodes []string
	UserErrors    []struct{ Field, Message, Code string }
}

// do runs a mutation, and returns the payload and the field that is wrong.
func (b *browser) do(t *testing.T, name, mutation string, variables map[string]any) (payload, string) {
	t.Helper()
	a := b.ask(t, mutation, variables)
	if len(a.Errors) > 0 {
		return payload{}, a.code()
	}
	var p payload
	if err := json.Unmarshal(a.Data[name], &p); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	if len(p.UserErrors) > 0 {
		return p, p.UserErrors[0].Field + " " + p.UserErrors[0].Code
	}
	return p, ""
}

func (b *browser) signIn(t *testing.T, email, password, code string) string {
	t.Helper()
	p, wrong := b.do(t, "signIn", `mutation($e: String!, $p: String!, $c: String) {
		signIn(input: {email: $e, password: $p, code: $c}) { viewer { name account { email sessions { current } } } userErrors { field message code } } }`,
		map[string]any{"e": email, "p": password, "c": code})
	if wrong == "" && p.Viewer == nil {
		return "nobody is signed in"
	}
	return wrong
}

func (b *browser) mustSignIn(t *testing.T, email string) *browser {
	t.Helper()
	if wrong := b.signIn(t, email, password, ""); wrong != "" {
		t.Fatal(wrong)
	}
	return b
}

// who is the name of whoever asks, and the roles.
func (b *browser) who(t *testing.T) string {
	t.Helper()
	a := b.ask(t, `{ viewer { email confirmed grants { role } } }`, nil)
	return string(a.Data["viewer"])
}

// enrol gives whoever is signed in a second factor, and returns its secret and the codes.
func (h *house) enrol(t *testing.T, b *browser) (secret string, codes []string) {
	t.Helper()
	p, wrong := b.do(t, "enrolSecondFactor", `mutation { enrolSecondFactor { secret uri userErrors { field message code } } }`, nil)
	if wrong != "" {
		t.Fatal(wrong)
	}
	codes, wrong = b.confirm(t, h.codeOf(t, p.Secret))
	if wrong != "" || len(codes) != 10 {
		t.Fatalf("%s, %d recovery codes", wrong, len(codes))
	}
	return p.Secret, codes
}

func (b *browser) confirm(t *testing.T, code string) ([]string, string) {
	t.Helper()
	p, wrong := b.do(t, "confirmSecondFactor", `mutation($c: String!) { confirmSecondFactor(input: {code: $c}) { done recoveryCodes userErrors { field message code } } }`, map[string]any{"c": code})
	return p.RecoveryCodes, wrong
}

func (h *house) codeOf(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, h.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}
