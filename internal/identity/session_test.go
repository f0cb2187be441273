package identity_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// sessions are the ids of one's sessions, the one that asks first.
func (b *browser) sessions(t *testing.T) []string {
	t.Helper()
	a := b.ask(t, `{ mine { account { sessions { id current } } } }`, nil)
	var mine struct {
		Account struct {
			Sessions []struct {
				ID      string
				Current bool
			}
		}
	}
	if err := json.Unmarshal(a.Data["mine"], &mine); err != nil {
		t.Fatal(err, a.Body)
	}
	ids := []string{}
	for _, s := range mine.Account.Sessions {
		if s.Current {
			ids = append([]string{s.ID}, ids...)
		} else {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func (b *browser) revoke(t *testing.T, id any) string {
	t.Helper()
	_, wrong := b.do(t, "revokeSession", `mutation($id: ID) { revokeSession(input: {id: $id}) { done userErrors { field message code } } }`, map[string]any{"id": id})
	return wrong
}

func TestSessionsAreRevoked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		uid := h.add(t, "ann@example.org")
		h.add(t, "bob@example.org")
		one, two, three := h.browser(t).mustSignIn(t, "ann@example.org"), h.browser(t).mustSignIn(t, "ann@example.org"), h.browser(t).mustSignIn(t, "ann@example.org")
		bob := h.browser(t).mustSignIn(t, "bob@example.org")
		if n := len(one.sessions(t)); n != 3 {
			t.Fatalf("%d sessions", n)
		}
		if wrong := one.revoke(t, bob.sessions(t)[0]); wrong != "NOT_FOUND" {
			t.Errorf("somebody else's: %q", wrong)
		}
		if wrong := one.revoke(t, two.sessions(t)[0]); wrong != "" || two.who(t) != nobody || three.who(t) == nobody {
			t.Errorf("one: %q", wrong)
		}
		if wrong := one.revoke(t, nil); wrong != "" || three.who(t) != nobody || one.who(t) == nobody || bob.who(t) == nobody {
			t.Errorf("all but one: %q", wrong)
		}
		two.mustSignIn(t, "ann@example.org")
		if _, wrong := one.do(t, "changePassword", `mutation { changePassword(input: {oldPassword: "`+password+`", newPassword: "another long password"}) { done userErrors { field message code } } }`, nil); wrong != "" {
			t.Fatal(wrong)
		}
		if two.who(t) != nobody || one.who(t) == nobody {
			t.Error("a new password must end the other sessions, and only those")
		}
		if wrong := three.signIn(t, "ann@example.org", password, ""); wrong != "password INVALID" {
			t.Errorf("the old password: %q", wrong)
		}
		if _, err := h.people.DisableUser(program(t), uid, true); err != nil {
			t.Fatal(err)
		}
		if one.who(t) != nobody {
			t.Error("a disabled user is still signed in")
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		b := h.browser(t).mustSignIn(t, "ann@example.org")
		h.clock.pass(6 * 24 * time.Hour)
		if b.who(t) == nobody {
			t.Error("ended after six days")
		}
		h.clock.pass(25 * time.Hour)
		if b.who(t) != nobody {
			t.Error("did not end after a week")
		}
	})
}

// TestTokensAreNotKept looks for cookies, links and passwords in the database.
func TestTokensAreNotKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		a := h.browser(t).ask(t, `mutation { signIn(input: {email: "ann@example.org", password: "`+password+`"}) { viewer { name } } }`, nil)
		cookie, err := http.ParseSetCookie(a.Header.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure {
			t.Errorf("cookie %s: on loopback without TLS it must be HttpOnly and Lax, and not Secure", cookie)
		}
		var n int
		if err := h.db.SQL.QueryRow("SELECT COUNT(*) FROM web_sessions WHERE digest = '" + cookie.Value + "'").Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows with the token (%v)", n, err)
		}
		var hash string
		if err := h.db.SQL.QueryRow("SELECT password_hash FROM users").Scan(&hash); err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("hash %s (%v)", hash, err)
		}
	})
}

// TestOriginsAreExact refuses to begin with origins that stand for several.
func TestOriginsAreExact(t *testing.T) {
	for _, origin := range []string{"*", "https://*", "https://*.example.org", "https://app.example.org:*", "https://app.example.org/path", "https://user@app.example.org", "app.example.org"} {
		_, err := identity.New(nil, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost", AllowedOrigins: []string{"https://ok.example.org", origin}}, nil)
		if fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), "UPR_ALLOWED_ORIGINS") || !strings.Contains(err.Error(), "exactly") {
			t.Errorf("%s: %v", origin, err)
		}
	}
	for origin, sent := range map[string]string{"https://App.example.org": "https://app.example.org", "https://app.example.org:443": "https://app.example.org", "http://app.example.org:80": "http://app.example.org"} {
		_, err := identity.New(nil, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost", AllowedOrigins: []string{origin}}, nil)
		if fault.CodeOf(err) != fault.CodeInvalid || !strings.HasSuffix(err.Error(), "write it as "+sent) {
			t.Errorf("%s: %v", origin, err)
		}
	}
	if _, err := identity.New(nil, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost", AllowedOrigins: []string{"https://app.example.org:8443", "http://[::1]:8080", "http://localhost:443"}}, nil); err != nil {
		t.Error(err)
	}
}

// TestOrigins asks from our page, a listed origin and a foreign one, with a cookie and without.
func TestOrigins(t *testing.T) {
	const listed, foreign = "https://app.example.org", "https://evil.example"
	eachWith(t, identity.Settings{AllowedOrigins: []string{listed}}, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Partner)
		own := h.browser(t).mustSignIn(t, "ann@example.org")
		for _, test := range []struct {
			name, origin, site string
			cookie             bool
			status             int
			allowed            string
			credentials        string
			knows              bool
		}{
			{"own page", h.url, "same-origin", true, 200, "*", "", true},
			{"no page", "", "", true, 200, "", "", true},
			{"listed", listed, "cross-site", true, 200, listed, "true", true},
			{"foreign", foreign, "cross-site", true, 403, "*", "", false},
			{"foreign, old browser", foreign, "", true, 403, "*", "", false},
			{"opaque", "null", "cross-site", true, 403, "*", "", false},
			{"foreign without cookie", foreign, "cross-site", false, 200, "*", "", false},
			{"listed without cookie", listed, "cross-site", false, 200, listed, "true", false},
		} {
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				t.Run(test.name+" "+method, func(t *testing.T) {
					b := own
					if !test.cookie {
						b = h.browser(t)
					}
					request, err := http.NewRequest(method, h.url+"/graphql?query=%7Bviewer%7Bemail%7D%7D", strings.NewReader(`{"query":"{viewer{email}}"}`))
					if err != nil {
						t.Fatal(err)
					}
					request.Header.Set("Content-Type", "application/json")
					for name, value := range map[string]string{"Origin": test.origin, "Sec-Fetch-Site": test.site} {
						if value != "" {
							request.Header.Set(name, value)
						}
					}
					response, err := b.Do(request)
					if err != nil {
						t.Fatal(err)
					}
					defer response.Body.Close()
					var body strings.Builder
					_ = response.Write(&body)
					got := response.Header
					if response.StatusCode != test.status || got.Get("Access-Control-Allow-Origin") != test.allowed || got.Get("Access-Control-Allow-Credentials") != test.credentials {
						t.Errorf("got %d, origin %q, credentials %q", response.StatusCode, got.Get("Access-Control-Allow-Origin"), got.Get("Access-Control-Allow-Credentials"))
					}
					if strings.Contains(body.String(), "ann@example.org") != test.knows {
						t.Errorf("got %s", body.String())
					}
				})
			}
		}
		stranger := h.browser(t)
		stranger.header.Set("Origin", foreign)
		if wrong := stranger.signIn(t, "ann@example.org", password, ""); wrong != "FORBIDDEN" {
			t.Errorf("signing in from a foreign page: %q", wrong)
		}
	})
}

// TestClientsThatTakeStreamsAsWell signs in as urql asks: for JSON, and for events where there are any.
func TestClientsThatTakeStreamsAsWell(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		b := h.browser(t)
		b.header.Set("Accept", "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed")
		if b.mustSignIn(t, "ann@example.org"); b.who(t) == nobody {
			t.Error("who has signed in is nobody")
		}
		for _, document := range []string{
			`mutation { signIn(input: {email: "ann@example.org", password: "` + password + `"}) { userErrors { message } } }`,
			`mutation { confirmSecondFactor(input: {code: "000000"}) { userErrors { message } } }`,
		} {
			if told := b.stream(t, document); !strings.Contains(told, "which take no cookie") {
				t.Errorf("over an event stream: %s", told)
			}
		}
	})
}

// listen asks what lasts, and returns the answer, which is read on.
func (b *browser) listen(t *testing.T) io.Reader {
	t.Helper()
	return b.events(t, `subscription { deskChanged { node } }`)
}

// stream is the answer of what does not last, over an event stream.
func (b *browser) stream(t *testing.T, document string) string {
	t.Helper()
	text, err := io.ReadAll(b.events(t, document))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (b *browser) events(t *testing.T, document string) io.Reader {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	response, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response.Body
}

// watch asks what lasts, and returns what is told until the answer ends.
func (b *browser) watch(t *testing.T) <-chan string {
	t.Helper()
	answer, ended := b.listen(t), make(chan string, 1)
	go func() {
		text, err := io.ReadAll(answer)
		if err != nil {
			text = append(text, "broken off: "+err.Error()...)
		}
		ended <- string(text)
	}()
	return ended
}

// TestNothingIsToldAfterARoleIsTakenAway changes things at once, before the stream of somebody
// who has no role any more is closed.
func TestNothingIsToldAfterARoleIsTakenAway(t *testing.T) {
	eachWith(t, identity.Settings{NoSecondFactor: true}, func(t *testing.T, h *house) {
		bob := h.add(t, "bob@example.org", viewer.Admin)
		h.add(t, "eve@example.org", viewer.Admin)
		told, tells := h.browser(t).mustSignIn(t, "bob@example.org").listen(t), h.browser(t).mustSignIn(t, "eve@example.org").listen(t)
		if _, err := h.people.RevokeRole(program(t), bob, viewer.Grant{Role: viewer.Admin}); err != nil {
			t.Fatal(err)
		}
		after := h.add(t, "new@example.org")
		lines := bufio.NewScanner(tells)
		for lines.Scan() && !strings.Contains(lines.Text(), after) { // whoever has the role is told
		}
		if lines.Err() != nil {
			t.Fatal(lines.Err())
		}
		if text, _ := io.ReadAll(told); strings.Contains(string(text), "usr_") {
			t.Errorf("told %s", text)
		}
	})
}

// socket opens a WebSocket, and returns how it is closed.
func (b *browser) socket(t *testing.T) <-chan string {
	t.Helper()
	socket, _, err := websocket.Dial(t.Context(), b.url+"/graphql", &websocket.DialOptions{HTTPClient: b.Client, Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.CloseNow() })
	if err := socket.Write(t.Context(), websocket.MessageText, []byte(`{"type":"connection_init"}`)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() {
		for {
			if _, _, err := socket.Read(t.Context()); err != nil {
				var last websocket.CloseError
				_ = errors.As(err, &last)
				ended <- fmt.Sprintf("%d %s", last.Code, last.Reason)
				return
			}
		}
	}()
	return ended
}

// TestWhatLastsEndsWithTheSession signs somebody out who watches the desk, closes somebody's account, and takes
// somebody's role away: each is told so. Whoever is still who they were watches on.
func TestWhatLastsEndsWithTheSession(t *testing.T) {
	eachWith(t, identity.Settings{NoSecondFactor: true}, func(t *testing.T, h *house) {
		browsers, uids := map[string]*browser{}, map[string]string{}
		for _, name := range []string{"ann", "bob", "joe", "eve"} {
			uids[name] = h.add(t, name+"@example.org", viewer.Editor)
			browsers[name] = h.browser(t).mustSignIn(t, name+"@example.org")
		}
		type lasting struct{ events, socket <-chan string }
		all := map[string]lasting{}
		for name, b := range browsers {
			all[name] = lasting{b.watch(t), b.socket(t)}
		}
		h.browser(t).mustSignIn(t, "ann@example.org").revoke(t, nil)
		if _, err := h.people.RevokeRole(program(t), uids["bob"], viewer.Grant{Role: viewer.Editor}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.DisableUser(program(t), uids["joe"], true); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]struct{ code, socket string }{
			"ann": {"UNAUTHENTICATED", "4401 the session has ended: sign in again"},
			"bob": {"FORBIDDEN", "4403 what you may do has changed: open it again"},
			"joe": {"UNAUTHENTICATED", "4401 the session has ended: sign in again"},
		} {
			told := within(t, name, all[name].events)
			if !strings.Contains(told, `"code":"`+want.code+`"`) || !strings.HasSuffix(told, "event: complete\ndata:\n\n") {
				t.Errorf("%s is told %q", name, told)
			}
			if how := within(t, name, all[name].socket); how != want.socket {
				t.Errorf("%s's socket ends with %q", name, how)
			}
		}
		for _, ended := range []<-chan string{all["eve"].events, all["eve"].socket} {
			select {
			case how := <-ended:
				t.Errorf("somebody else's ended with %s", how)
			case <-time.After(2500 * time.Millisecond): // longer than between two looks
			}
		}
	})
}

func within(t *testing.T, whose string, ended <-chan string) string {
	t.Helper()
	select {
	case how := <-ended:
		return how
	case <-time.After(30 * time.Second):
		t.Errorf("%s's goes on", whose)
		return ""
	}
}
