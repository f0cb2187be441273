package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	neturl "net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// mailbox receives the links that are mailed.
type mailbox chan [2]string

func (m mailbox) Send(_ context.Context, to, subject, text string) error {
	m <- [2]string{to, subject + "\n" + text}
	return nil
}

// house is a hall whose whole server runs, so that people sign in by mailed links.
type house struct {
	*hall
	url  string
	mail mailbox
}

func openHouse(t *testing.T, url string) *house {
	t.Helper()
	h := &house{hall: openHall(t, url), mail: make(mailbox, 10)}
	srv := httptest.NewUnstartedServer(nil)
	h.url = "http://" + srv.Listener.Addr().String()
	people, err := identity.New(h.db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: h.url}, h.mail)
	if err != nil {
		t.Fatal(err)
	}
	h.handler = server.New(h.db, h.record, people, server.Options{Meetings: h.resolver(nil).PreSessions, Outbox: h.means.Outbox})
	srv.Config.Handler = h.handler
	srv.Start()
	t.Cleanup(srv.Close)
	return h
}

// invite asks somebody to own a registration, in an applicant's place with a reason. It returns the code of what is wrong.
func (h *house) invite(t *testing.T, a *application, email string) string {
	t.Helper()
	var done struct {
		InviteOwner struct {
			Done bool
			outcomeOf
		}
	}
	code := h.ask(t, a.by, `mutation($id: ID!, $email: String!) { inviteOwner(input: {application: $id, email: $email, name: "Kowari", language: "FR", reason: "They wrote to us."}) { done userErrors { code message } } }`,
		map[string]any{"id": a.id, "email": email}, &done)
	if code == "" && len(done.InviteOwner.UserErrors) > 0 {
		return done.InviteOwner.UserErrors[0].Code
	}
	if code == "" && !done.InviteOwner.Done {
		t.Error("it is not done, and nothing is wrong")
	}
	return code
}

func (h *house) remove(t *testing.T, a *application, by *viewer.Viewer, id string) string {
	t.Helper()
	var done struct{ RemoveOwner outcomeOf }
	code := h.ask(t, by, `mutation($id: ID!, $owner: ID!) { removeOwner(input: {application: $id, id: $owner}) { userErrors { code message } } }`, map[string]any{"id": a.id, "owner": id}, &done)
	if code == "" && len(done.RemoveOwner.UserErrors) > 0 {
		return done.RemoveOwner.UserErrors[0].Code
	}
	return code
}

var signInLink = regexp.MustCompile(`http://\S+/sign-in/link\?token=\S+`)

// link is the one that was mailed last, and to whom.
func (h *house) link(t *testing.T) (to, link, text string) {
	t.Helper()
	select {
	case l := <-h.mail:
		return l[0], signInLink.FindString(l[1]), l[1]
	case <-time.After(10 * time.Second):
		t.Fatal("no link is mailed")
		return "", "", ""
	}
}

// visitor is a browser.
type visitor struct {
	*http.Client
	url string
}

// follow signs in by a link that was mailed, and leads to a registration.
func (h *house) follow(t *testing.T, link string) *visitor {
	t.Helper()
	v, status, to := h.press(t, link)
	if status != http.StatusSeeOther || !strings.HasPrefix(to, "/registrations/reg_") {
		t.Fatalf("a link is answered %d, and leads to %q", status, to)
	}
	return v
}

// followNowhere signs in by a link to a registration that is not of whoever was invited, or not any more.
func (h *house) followNowhere(t *testing.T, link string) *visitor {
	t.Helper()
	v, status, to := h.press(t, link)
	if status != http.StatusOK || to != "" {
		t.Errorf("a link is answered %d, and leads to %q", status, to)
	}
	return v
}

// press presses the button of a link that was mailed.
func (h *house) press(t *testing.T, link string) (v *visitor, status int, to string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v = &visitor{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, h.url}
	address, err := neturl.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := v.PostForm(link, neturl.Values{"token": {address.Query().Get("token")}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return v, answer.StatusCode, answer.Header.Get("Location")
}

// reads is what a visitor is shown of a registration; "null": nothing.
func (v *visitor) reads(t *testing.T, id string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": `query($id: ID!) { mine { application(id: $id) { answers { organisation } owners { email contact } participants { identity { name } } } applications { id } } }`, "variables": map[string]any{"id": id}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := v.Post(v.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var read struct {
		Data struct {
			Mine struct{ Application, Applications json.RawMessage }
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&read); err != nil {
		t.Fatal(err)
	}
	return string(read.Data.Mine.Application) + string(read.Data.Mine.Applications)
}
