package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfOwners: who is invited owns a registration from when they sign in, whether they had an account or
// not, which nobody is told; and sees nothing of it from when they are removed.
func TestStoryOfOwners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		a, outsider := h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		known := h.person(t)
		if code := h.remove(t, a, a.by, a.by.UID); code != "CONFLICT" {
			t.Errorf("the last owner removed: %q", code)
		}
		if code := h.invite(t, a, a.by.UID+"@example.org"); code != "CONFLICT" {
			t.Errorf("an owner invited: %q", code)
		}
		if code := h.invite(t, a, "no address"); code != "INVALID" {
			t.Errorf("no address invited: %q", code)
		}
		if code := h.invite(t, &application{id: a.id, by: outsider.by}, "x@example.org"); code != "NOT_FOUND" {
			t.Errorf("invited by another: %q", code)
		}
		guests := map[string]*visitor{}
		for _, email := range []string{known.UID + "@example.org", "New@Example.org"} {
			if code := h.invite(t, a, email); code != "" {
				t.Fatal(code)
			}
			to, link, text := h.link(t)
			if to != strings.ToLower(email) || !strings.Contains(link, "&lang=") || strings.Contains(text, a.id) || strings.Contains(text, "Organisation") || strings.Contains(text, a.by.UID) {
				t.Errorf("to %s: %s", to, text)
			}
			if got := h.private(t, a.by, a.id); strings.Count(got, "contact:true") != 1 || !strings.Contains(got, to) {
				t.Errorf("the owner sees %s", got)
			}
			guests[to] = h.follow(t, link)
		}
		if got := h.private(t, a.by, a.id); strings.Count(got, "invitedUntil:<nil>") != 3 {
			t.Errorf("who owns it is %s", got)
		}
		for email, guest := range guests {
			if got := guest.reads(t, a.id); !strings.Contains(got, "Wombat") || !strings.Contains(got, `"`+email+`"`) {
				t.Errorf("%s reads %s", email, got)
			}
			if got := guest.reads(t, outsider.id); !strings.HasPrefix(got, "null") {
				t.Errorf("%s reads of another registration %s", email, got)
			}
		}

		// The first owner, whom mail went to, is removed by another, with all that they hold.
		var link struct{ NewCalendarLink struct{ Link string } }
		h.stage(t, a)
		staged := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'offer'`))
		h.must(t, h.manager, `mutation($id: ID!, $text: String!) { editMessage(input: {id: $id, revision: 1, subject: "A place for you", text: $text, reason: "kinder"}) { userErrors { message } } }`, map[string]any{"id": staged, "text": "Written by hand for [[name]]: [[link]]"}, nil)
		h.must(t, a.by, `mutation($id: ID!) { newCalendarLink(input: {id: $id, revision: 1}) { link } }`, map[string]any{"id": a.id}, &link)
		h.refresh(t, known)
		if code := h.remove(t, a, known, a.by.UID); code != "" {
			t.Fatal(code)
		}
		gone := &viewer.Viewer{UID: a.by.UID, Grants: []viewer.Grant{{Role: viewer.Officer, Scope: "state:" + h.states[0]}, {Role: viewer.Manager}}, SecondFactor: true}
		h.refresh(t, gone)
		var read struct {
			Mine struct{ Applications []struct{ ID string } }
			Desk struct {
				Registration  *struct{ ID string }
				Registrations struct{ Nodes []struct{ ID string } }
			}
		}
		h.must(t, gone, `query($id: ID!, $round: ID!) { mine { applications { id } } desk { registration(id: $id) { id } registrations(round: $round) { nodes { id } } } }`, map[string]any{"id": a.id, "round": h.round}, &read)
		if len(read.Mine.Applications) > 0 || read.Desk.Registration != nil || fmt.Sprint(read.Desk.Registrations.Nodes) != "[{"+outsider.id+"}]" || h.private(t, gone, a.id) != "" {
			t.Errorf("who was removed reads %+v", read)
		}
		if code := h.move(t, gone, a, "SHORTLISTED", map[string]any{"reason": "mine"}); code != "NOT_FOUND" {
			t.Errorf("who was removed decides: %q", code)
		}
		answer, err := http.Get(h.url + strings.TrimPrefix(link.NewCalendarLink.Link, h.means.PublicURL))
		if err != nil || answer.StatusCode != http.StatusNotFound {
			t.Errorf("their calendar is answered %v, %v", answer, err)
		}
		_ = answer.Body.Close()
		if got := h.column(t, `SELECT u.email FROM registrations r JOIN users u ON u.id = r.owner_id WHERE r.uid = '`+a.id+`'`); strings.TrimSpace(got) != known.UID+"@example.org" {
			t.Errorf("mail goes to %s", got)
		}
		// To whom it was not sent yet, it is not; what staff wrote into a draft stays.
		if last := h.checkTold(t, a, "receipt CANCELLED", "offer DRAFT", "receipt QUEUED"); !strings.Contains(last.text, "Quokka "+known.UID) {
			t.Errorf("the other owner is told %q", last.text)
		}
		if got := strings.TrimSpace(h.told(t, a)[1].text); got != "Written by hand for Quokka "+known.UID+": https://upr.example.org/registrations/"+a.id {
			t.Errorf("the draft says %q", got)
		}
		var messages struct {
			Desk struct {
				OutboxMessages struct{ Nodes []struct{ About string } }
			}
		}
		h.must(t, gone, `{ desk { outboxMessages(first: 100) { nodes { about } } } }`, nil, &messages)
		if got := fmt.Sprint(messages.Desk.OutboxMessages.Nodes); strings.Contains(got, a.id) || !strings.Contains(got, outsider.id) {
			t.Errorf("who was removed sees messages about %s", got)
		}

		// Whoever began to ask before they were removed changes nothing any more.
		if code := h.own(t, a, "withdrawApplication"); code != "NOT_FOUND" {
			t.Errorf("who was removed withdraws: %q", code)
		}
		if code := h.ask(t, a.by, `mutation($id: ID!) { saveParticipant(input: {application: $id, identity: {name: "Mine"}}) { userErrors { code } } }`, map[string]any{"id": a.id}, nil); code != "NOT_FOUND" {
			t.Errorf("who was removed names a speaker: %q", code)
		}

		// A guest is removed, and comes back only by another invitation.
		guest := guests["new@example.org"]
		uid := strings.TrimSpace(h.column(t, `SELECT uid FROM users WHERE email = 'new@example.org'`))
		if code := h.remove(t, a, known, uid); code != "" {
			t.Fatal(code)
		}
		if got := guest.reads(t, a.id); got != "null[]" {
			t.Errorf("who was removed reads %s", got)
		}
		if code := h.remove(t, a, known, uid); code != "NOT_FOUND" {
			t.Errorf("removed twice: %q", code)
		}
		inviting := &application{id: a.id, by: known}
		if code := h.invite(t, inviting, "new@example.org"); code != "" {
			t.Fatal(code)
		}
		_, again, _ := h.link(t)
		if got := h.follow(t, again).reads(t, a.id); !strings.Contains(got, "Wombat") {
			t.Errorf("who is invited again reads %s", got)
		}
		if got := h.column(t, `SELECT reason FROM decisions`); strings.Contains(got, "wrote") {
			t.Errorf("why owners invite is in the file: %s", got)
		}
		for _, log := range []string{`SELECT actor FROM changes`, `SELECT operation FROM change_entries`} {
			if got := h.column(t, log); strings.Contains(got, "example.org") || strings.Contains(got, "Kowari") {
				t.Errorf("the change log says %s", got)
			}
		}
		if got := h.private(t, officer, a.id); got != "" {
			t.Errorf("the officer reads %s", got)
		}
	})
}

// TestOwnersComeLater: a registration that staff began is its owner's once there is one; invitations end, and are
// not without number.
func TestOwnersComeLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a, code := h.onBehalf(t, officer, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.fillIn(t, a)
		a.speaker = h.participant(t, a, nil)
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		for _, reason := range []string{"", " \n"} {
			code := h.codeOf(t, officer, "inviteOwner", "InviteOwnerInput", `done userErrors { field message code }`, map[string]any{"application": a.id, "email": "late@example.org", "name": "Kowari", "reason": reason}, nil)
			if !strings.HasPrefix(code, "INVALID must say how") || len(h.mail) != 0 || h.count(t, `SELECT COUNT(*) FROM owner_invitations`) != 0 {
				t.Errorf("invited in the applicant's place because %q: %q", reason, code)
			}
		}
		if code := h.invite(t, a, "late@example.org"); code != "" {
			t.Fatal(code)
		}
		if got := strings.TrimSpace(h.column(t, `SELECT actor || ' ' || "as" || ' ' || "to" || ' ' || reason FROM decisions WHERE transition = 0`)); got != officer.UID+" OFFICER state:"+h.states[0]+" INVITE_OWNER They wrote to us." {
			t.Errorf("the file says %s", got)
		}
		if got := h.column(t, `SELECT reason FROM changes`) + h.column(t, `SELECT operation FROM change_entries`); strings.Contains(got, "wrote") || !strings.Contains(got, "INVITE_OWNER") {
			t.Errorf("the change log says %s", got)
		}
		_, late, _ := h.link(t)
		h.clock.set("2026-01-25T12:00:00Z") // 15 days later
		if got := h.followNowhere(t, late).reads(t, a.id); got != "null[]" {
			t.Errorf("by an old invitation somebody reads %s", got)
		}
		for i := range 6 {
			want := ""
			if i == 5 {
				want = "LIMIT_EXCEEDED"
			}
			if code := h.invite(t, a, fmt.Sprintf("guest%d@example.org", i)); code != want {
				t.Fatalf("invitation %d: %q, want %q", i+1, code, want)
			}
			if want == "" {
				_, late, _ = h.link(t)
			}
		}
		if got := h.follow(t, late).reads(t, a.id); !strings.Contains(got, `"contact":true`) || !strings.Contains(got, `"identity":null`) || strings.Contains(got, "Wombat") {
			t.Errorf("the owner, whom staff invited, reads %s", got)
		}
		if n := strings.TrimSpace(h.column(t, `SELECT COUNT(*) FROM owner_invitations`)); n != "0" {
			t.Errorf("%s invitations of staff are left", n)
		}
		if got := h.private(t, officer, a.id); got != "" {
			t.Errorf("the officer still reads as the applicant %s", got)
		}
		if code := h.own(t, a, "withdrawApplication"); code != "NOT_FOUND" {
			t.Errorf("the officer still acts in the applicant's place: %q", code)
		}
		if code := h.move(t, officer, a, "SHORTLISTED", map[string]any{"reason": "A call."}); code != "" {
			t.Errorf("the officer decides: %q", code)
		}
		if got := h.told(t, a); got[0].status != "TASK" {
			t.Errorf("what staff tell is %+v", got)
		}
		h.stage(t, a)
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		if all := h.told(t, a); all[len(all)-1].template != "offer" || all[len(all)-1].status != "QUEUED" {
			t.Errorf("the owner is told %+v", all)
		}
		h.clock.set("2026-06-01T12:00:00Z")
		h.sweep(t)
		if n := h.count(t, `SELECT COUNT(*) FROM owner_invitations`); n != 0 {
			t.Errorf("%d invitations are left beyond the round", n)
		}
	})
}

// TestInvitationsEndWithWhoInvited: whoever was removed has let nobody in by an invitation that is not used yet; those
// of other owners stay.
func TestInvitationsEndWithWhoInvited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		a := h.submitted(t, h.states[0])
		second := h.person(t)
		invited := func(by *viewer.Viewer, email string) (link string) {
			t.Helper()
			if code := h.invite(t, &application{id: a.id, by: by}, email); code != "" {
				t.Fatal(code)
			}
			_, link, _ = h.link(t)
			return link
		}
		h.follow(t, invited(a.by, second.UID+"@example.org"))
		h.refresh(t, second)
		theirs, also, others := invited(second, "friend@example.org"), invited(second, "unknown@example.org"), invited(a.by, "colleague@example.org")
		if _, err := h.db.SQL.Exec(`UPDATE owner_invitations SET invited_by = NULL WHERE email = 'unknown@example.org'`); err != nil { // as of before it was kept
			t.Fatal(err)
		}
		if code := h.remove(t, a, a.by, second.UID); code != "" {
			t.Fatal(code)
		}
		if got := h.private(t, a.by, a.id); strings.Contains(got, "friend") || strings.Contains(got, "unknown") || !strings.Contains(got, "colleague") {
			t.Errorf("the owner sees %s", got)
		}
		for _, link := range []string{theirs, also} {
			if got := h.followNowhere(t, link).reads(t, a.id); !strings.HasPrefix(got, "null") {
				t.Errorf("by %s somebody reads %s", link, got)
			}
		}
		if got := h.follow(t, others).reads(t, a.id); strings.HasPrefix(got, "null") {
			t.Errorf("who was invited by the owner reads %s", got)
		}
	})
}

// TestInvitationWhoseLinkIsOld: who is invited, has no account, and has let their link grow old asks for another one on the page
// of the registration, as long as the invitation stands. Nobody else is mailed one.
func TestInvitationWhoseLinkIsOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		a, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		if code := h.invite(t, a, "late@example.org"); code != "" {
			t.Fatal(code)
		}
		_, late, _ := h.link(t)
		if _, err := h.db.SQL.Exec(`UPDATE sign_up_links SET expires_at = $1`, time.Now().UTC().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, status, _ := h.press(t, late); status == http.StatusSeeOther {
			t.Error("a link that is old signs in")
		}
		ask := func(email, registration string) {
			h.must(t, nil, `mutation($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { done } }`, map[string]any{"input": map[string]any{"email": email, "registration": registration}}, nil)
		}
		ask("late@example.org", other.id)
		ask("nobody@example.org", a.id)
		ask("late@example.org", a.id)
		to, link, _ := h.link(t)
		if v := h.follow(t, link); to != "late@example.org" || strings.HasPrefix(v.reads(t, a.id), "null") {
			t.Errorf("%s reads %s", to, v.reads(t, a.id))
		}
		if len(h.mail) != 0 {
			t.Errorf("others were mailed %v", <-h.mail)
		}
	})
}
