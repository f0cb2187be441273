package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// signInWith is how a question is answered that signs in with a password.
const signInWith = `mutation($email: String!, $password: String!) { signIn(input: {email: $email, password: $password}) { viewer { name } userErrors { code } } }`

// TestLeakAdministratorBecomesAnOwner: whoever manages accounts signs in as no owner of a registration. The address of
// an account is where its links go, so that it never changes; a password is its owner's; an account that is made
// for somebody else's address lets nobody in but who reads the mail there; and no link is in the outbox.
func TestLeakAdministratorBecomesAnOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		admin := h.staffMember(t, viewer.Grant{Role: viewer.Admin}, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a := h.submitted(t, h.states[0])
		address := func() string {
			return strings.TrimSpace(h.column(t, `SELECT email FROM users WHERE uid = '`+a.by.UID+`'`))
		}
		was := address()

		// Another address, under any name of it, and a password of the administrator's choice.
		for _, mutation := range []string{
			`updateUser(input: {id: "` + a.by.UID + `", email: "admin@example.org"})`,
			`createUser(input: {email: "guest@example.org", name: "Guest", password: "correct horse battery"})`,
		} {
			if code := h.ask(t, admin, `mutation { `+mutation+` { user { id } userErrors { code } } }`, nil, nil); code != "INVALID" {
				t.Errorf("%s: %q", mutation, code)
			}
		}
		for _, change := range []string{`updateUser(input: {id: $id, name: "Another"})`, `disableUser(input: {id: $id})`, `disableUser(input: {id: $id, disabled: false})`} {
			h.must(t, admin, `mutation($id: ID!) { `+change+` { user { email } userErrors { message } } }`, map[string]any{"id": a.by.UID}, nil)
			if address() != was {
				t.Errorf("after %s mail goes to %s", change, address())
			}
		}

		// An account that is made for an address for which a registration waits.
		if code := h.invite(t, a, "guest@example.org"); code != "" {
			t.Fatal(code)
		}
		_, invitation, _ := h.link(t)
		h.must(t, admin, `mutation { createUser(input: {email: "guest@example.org", name: "Guest"}) { user { id } userErrors { message } } }`, nil, nil)
		for _, password := range []string{"", "correct horse battery"} {
			var tried struct {
				SignIn struct{ Viewer *struct{ Name string } }
			}
			h.ask(t, nil, signInWith, map[string]any{"email": "guest@example.org", "password": password}, &tried)
			if tried.SignIn.Viewer != nil {
				t.Errorf("the account lets in who made it, with the password %q", password)
			}
		}
		h.refresh(t, admin)
		if got := h.private(t, admin, a.id); got != "" {
			t.Errorf("the administrator reads %s", got)
		}
		if got := h.follow(t, invitation).reads(t, a.id); !strings.Contains(got, "Wombat") {
			t.Errorf("who was invited reads %s", got)
		}

		// What signs in is in no message that staff read, nor in the log.
		var read struct {
			Desk struct {
				OutboxMessages struct {
					Nodes []struct{ Template, Subject, Text string }
				}
			}
		}
		h.must(t, admin, `{ desk { outboxMessages(first: 100) { nodes { template subject text } } } }`, nil, &read)
		if len(read.Desk.OutboxMessages.Nodes) == 0 {
			t.Fatal("there is no message")
		}
		for _, m := range read.Desk.OutboxMessages.Nodes {
			if strings.Contains(m.Subject+m.Text, "/sign-in/") || strings.Contains(m.Subject+m.Text, "token=") {
				t.Errorf("%s has a link that signs in: %s", m.Template, m.Text)
			}
		}
		for _, log := range []string{`SELECT reason FROM changes`, `SELECT operation FROM change_entries`} {
			if got := h.column(t, log); strings.Contains(got, "token=") {
				t.Errorf("the log has a link that signs in: %s", got)
			}
		}
	})
}

// TestLeakInvitedByAnybody: nobody owns a registration by a sign-in of their own, whoever invites them: only by a link that
// leads to it. Whoever works with its Pre-session does not by that one either, and goes on deciding there.
func TestLeakInvitedByAnybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		a, second := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		if _, err := h.db.SQL.Exec(`INSERT INTO grants (user_id, role, scope, created_at) SELECT id, 'OFFICER', $1, created_at FROM users WHERE uid = $2`, "state:"+h.states[0], officer.UID); err != nil {
			t.Fatal(err)
		}
		known := h.person(t)
		for _, who := range []*viewer.Viewer{officer, known} {
			address := who.UID + "@example.org"
			if code := h.invite(t, a, address); code != "" {
				t.Fatal(code)
			}
			_, invitation, _ := h.link(t)
			h.must(t, nil, `mutation($email: String!) { requestSignInLink(input: {email: $email}) { done } }`, map[string]any{"email": address}, nil)
			_, ordinary, _ := h.link(t)
			if v, _, _ := h.press(t, ordinary); !strings.HasPrefix(v.reads(t, a.id), "null") {
				t.Errorf("by a sign-in of their own they read %s", v.reads(t, a.id))
			}
			v, _, _ := h.press(t, invitation)
			if got := v.reads(t, a.id); strings.HasPrefix(got, "null") != (who == officer) {
				t.Errorf("by the invitation they read %s", got)
			}
		}
		h.refresh(t, officer)
		officer.SecondFactor = true
		for _, each := range []*application{a, second} {
			if code := h.move(t, officer, each, "SHORTLISTED", map[string]any{"reason": "A call."}); code != "" {
				t.Errorf("the officer who was invited does not decide any more: %q", code)
			}
		}
	})
}
