package server_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	publicQuestion = `{ statistics { total } }`
	staffQuestion  = `{ desk { viewer { name } } }`
	signIn         = `mutation { signIn(input: {email: "a@example.org", password: "some words"}) { userErrors { code } } }`
)

// codeOf asks and returns the code of the first error, and its message.
func (s *site) codeOf(t *testing.T, query, key string) (code, message string) {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"query": query})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var a struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", query, response.StatusCode, err)
	}
	if len(a.Errors) == 0 {
		return "", ""
	}
	return a.Errors[0].Extensions.Code, a.Errors[0].Message
}

// readiness is the answer of /readyz.
func (s *site) readiness(t *testing.T) (h struct{ Status, Reason string }) {
	t.Helper()
	response, err := http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&h); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", response.StatusCode, err)
	}
	return h
}

// cable is a connection to a server that can be cut.
type cable struct {
	mu    sync.Mutex
	to    string
	at    string
	ends  []io.Closer
	alive bool
	quiet bool // nothing that is sent arrives
	there bool // and yet new connections are told that a server is there
}

func (c *cable) plugIn(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", c.at)
	for deadline := time.Now().Add(20 * time.Second); err != nil && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		listener, err = net.Listen("tcp", c.at) // somebody else may have had its port meanwhile
	}
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.alive, c.quiet, c.ends = listener.Addr().String(), true, false, []io.Closer{listener}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			if c.hush(near) {
				continue
			}
			network := "tcp"
			if strings.HasPrefix(c.to, "/") {
				network = "unix"
			}
			far, err := net.Dial(network, c.to)
			if err != nil {
				_ = near.Close()
				continue
			}
			c.mu.Lock()
			if !c.alive {
				_, _ = near.Close(), far.Close()
			}
			c.ends = append(c.ends, near, far)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(hushed{c, far}, near) }()
			go func() { _, _ = io.Copy(hushed{c, near}, far) }()
		}
	}()
}

// silence takes whatever is sent, on connections that there are and on new ones, and lets nothing
// through. there: who asks on a new connection whether a server is there is answered, as PostgreSQL
// does whose disk hangs.
func (c *cable) silence(there bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quiet, c.there = true, there
	return nil
}

// hush keeps a new connection while the cable is silent.
func (c *cable) hush(near net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.quiet {
		return false
	}
	c.ends = append(c.ends, near)
	there := c.there
	go func() {
		first := make([]byte, 8)
		if _, err := io.ReadFull(near, first); err == nil && there && first[4] == 4 && first[5] == 210 && first[7] == 47 { // SSLRequest
			_, _ = near.Write([]byte("N"))
		}
		_, _ = io.Copy(io.Discard, near)
	}()
	return true
}

// hushed is an end of a cable.
type hushed struct {
	*cable
	to io.Writer
}

func (h hushed) Write(b []byte) (int, error) {
	h.mu.Lock()
	quiet := h.quiet
	h.mu.Unlock()
	if quiet {
		return len(b), nil
	}
	return h.to.Write(b)
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alive = false
	for _, end := range c.ends {
		_ = end.Close()
	}
}

// lay returns a cable to an empty PostgreSQL, and the address at its near end.
func lay(t *testing.T) (*cable, string) {
	t.Helper()
	address, err := url.Parse(dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	line := &cable{to: address.Host, at: "127.0.0.1:0"}
	given := address.Query()
	if folder := given.Get("host"); folder != "" { // of a socket
		line.to = folder + "/.s.PGSQL." + given.Get("port")
	}
	line.plugIn(t)
	t.Cleanup(line.cut)
	given.Del("host")
	given.Del("port")
	address.Host, address.RawQuery = line.at, given.Encode()
	return line, address.String()
}

// TestTheDatabaseGoesAway cuts the connection and mends it: what is public is answered
// throughout, staff are told at once, and everything comes back by itself.
func TestTheDatabaseGoesAway(t *testing.T) {
	line, address := lay(t)
	s := openAt(t, address).serve(t, server.Options{})
	key := s.key(t, "partner@example.org")
	whole := func(when string) {
		t.Helper()
		if code, _ := s.codeOf(t, staffQuestion, key); code != "FORBIDDEN" { // a key is no staff: it was found out who asks
			t.Errorf("%s: staff get %q", when, code)
		}
		if code, _ := s.codeOf(t, signIn, ""); code != "" {
			t.Errorf("%s: signing in: %q", when, code)
		}
		if h := s.readiness(t); h.Status != "ok" || h.Reason != "" {
			t.Errorf("%s: %+v", when, h)
		}
	}
	whole("before")
	line.cut()
	began := time.Now()
	if code, message := s.codeOf(t, staffQuestion, key); code != "UNAVAILABLE" {
		t.Errorf("staff get %s, %s", code, message)
	}
	if code, message := s.codeOf(t, signIn, ""); code != "UNAVAILABLE" || strings.Contains(message, "connect:") {
		t.Errorf("signing in: %s, %s", code, message)
	}
	for _, given := range []string{"", key} {
		if code, message := s.codeOf(t, publicQuestion, given); code != "" {
			t.Errorf("a public question with the key %q: %s, %s", given, code, message)
		}
	}
	if h := s.readiness(t); h.Status != "degraded" || !strings.Contains(h.Reason, "cannot be reached") {
		t.Errorf("%+v", h)
	}
	if took := time.Since(began); took > 20*time.Second { // one hanging attempt would take longer
		t.Errorf("it took %s to say so", took)
	}
	line.plugIn(t)
	whole("after")
}

// TestTheDatabaseTakesNoChanges asks beside a file that can only be read.
func TestTheDatabaseTakesNoChanges(t *testing.T) {
	address := dbtest.SQLite(t)
	before := openAt(t, address).serve(t, server.Options{})
	key, cookie := before.key(t, "partner@example.org"), before.signedIn(t)
	s := over(t, readOnly(t, strings.TrimPrefix(address, "sqlite:"))).serve(t, server.Options{})
	if code, message := s.codeOf(t, signIn, ""); code != "UNAVAILABLE" || !strings.Contains(message, "takes no changes") {
		t.Errorf("signing in: %s, %s", code, message)
	}
	if code, _ := s.codeOf(t, staffQuestion, key); code != "FORBIDDEN" { // it can be read who asks
		t.Errorf("staff get %q", code)
	}
	if _, body := s.ask(t, staffQuestion, "Cookie", cookie); !strings.Contains(string(body), "FORBIDDEN") {
		t.Errorf("who has signed in before gets %s", body)
	}
	if code, _ := s.codeOf(t, publicQuestion, ""); code != "" {
		t.Errorf("a public question: %q", code)
	}
	if h := s.readiness(t); h.Status != "degraded" || !strings.Contains(h.Reason, "takes no changes") {
		t.Errorf("%+v", h)
	}
}

// signedIn is the cookie of somebody who has signed in, and has not asked for an hour.
func (s *site) signedIn(t *testing.T) string {
	t.Helper()
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	const password = "four words that fit"
	if _, err := s.people.CreateUser(program, "somebody@example.org", "Somebody", "EN", password); err != nil {
		t.Fatal(err)
	}
	response, body := s.ask(t, `mutation { signIn(input: {email: "somebody@example.org", password: "`+password+`"}) { userErrors { code } } }`)
	cookie, _, _ := strings.Cut(response.Header.Get("Set-Cookie"), ";")
	if cookie == "" {
		t.Fatalf("signing in: %s", body)
	}
	if err := s.db.Ent.WebSession.Update().SetSeenAt(time.Now().UTC().Add(-time.Hour)).Exec(program); err != nil {
		t.Fatal(err)
	}
	return cookie
}

func readOnly(t *testing.T, path string) *database.DB {
	t.Helper()
	pool, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return &database.DB{SQL: pool, Ent: ent.NewClient(ent.Driver(entsql.OpenDB(dialect.SQLite, pool))), Dialect: dialect.SQLite}
}

// TestTheDiskIsFull lets a database grow no more: what does not fit leaves nothing behind.
func TestTheDiskIsFull(t *testing.T) {
	s := open(t)
	s.db.SQL.SetMaxOpenConns(1)                                           // the limit holds for one connection
	if _, err := s.db.SQL.Exec("PRAGMA max_page_count = 1"); err != nil { // not less than there are
		t.Fatal(err)
	}
	s.serve(t, server.Options{})
	program, made := viewer.NewContext(t.Context(), viewer.Program("test")), 0
	var full error
	for ; full == nil && made < 5000; made++ {
		_, full = s.people.CreateUser(program, fmt.Sprintf("%d@example.org", made), strings.Repeat("x", 190), "EN", "")
	}
	if trouble := database.Trouble(full); trouble == nil || !strings.Contains(trouble.Error(), "no space left") {
		t.Fatalf("after %d users: %v", made, full)
	}
	if h := s.readiness(t); h.Status != "degraded" || !strings.Contains(h.Reason, "no space left") {
		t.Errorf("%+v", h)
	}
	var kept int
	if err := s.db.SQL.QueryRow("SELECT COUNT(*) FROM users").Scan(&kept); err != nil || kept != made-1 {
		t.Errorf("%d users are kept, %d were made: %v", kept, made-1, err)
	}
	if code, _ := s.codeOf(t, publicQuestion, ""); code != "" {
		t.Errorf("a public question: %q", code)
	}
}
