package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// onBehalf has staff begin a registration for an organisation. It returns the code of what is wrong.
func (h *hall) onBehalf(t testing.TB, by *viewer.Viewer, more map[string]any) (*application, string) {
	t.Helper()
	input := map[string]any{"preSession": h.meeting[h.states[0]], "organisation": "Numbat Network", "reason": "They telephoned."}
	for field, value := range more {
		input[field] = value
	}
	var begun struct{ RegisterOnBehalf applicationAnswer }
	code := h.ask(t, by, `mutation($input: RegisterOnBehalfInput!) { registerOnBehalf(input: $input) { `+applicationFields+` } }`, map[string]any{"input": input}, &begun)
	if code == "" && len(begun.RegisterOnBehalf.UserErrors) > 0 {
		code = begun.RegisterOnBehalf.UserErrors[0].Code
	}
	return &application{id: begun.RegisterOnBehalf.Application.ID, by: by, revision: begun.RegisterOnBehalf.Application.Revision}, code
}

// fillIn answers all that is asked, by whoever acts.
func (h *hall) fillIn(t testing.TB, a *application) {
	t.Helper()
	var saved struct{ SaveApplication applicationAnswer }
	h.must(t, a.by, `mutation($input: SaveApplicationInput!) { saveApplication(input: $input) { `+applicationFields+` } }`,
		map[string]any{"input": map[string]any{"id": a.id, "revision": a.revision, "answers": answers("Numbat Network")}}, &saved)
	if len(saved.SaveApplication.UserErrors) > 0 {
		t.Fatal(saved.SaveApplication.UserErrors)
	}
	a.revision = saved.SaveApplication.Application.Revision
}

// private is all that somebody reads of a registration as its applicant does, with who speaks.
func (h *hall) private(t testing.TB, by *viewer.Viewer, id string) string {
	t.Helper()
	var read struct{ Mine struct{ Application any } }
	h.must(t, by, `query($id: ID!) { mine { application(id: $id) { id state answers { organisation } participants { about { id named } identity { name email } publicly { name } } owners { email contact invitedUntil } } } }`,
		map[string]any{"id": id}, &read)
	if read.Mine.Application == nil {
		return ""
	}
	return fmt.Sprint(read.Mine.Application)
}

// TestStoryOnBehalf: staff register somebody who has no account, read no identity, decide on it as on any other,
// and are told what mail would tell.
func TestStoryOnBehalf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		elsewhere := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})
		colleague := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		colleague.Organisations = []string{strings.TrimSpace(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))}
		theirs := strings.TrimSpace(h.column(t, `SELECT name FROM organisations ORDER BY id LIMIT 1`))
		for _, refused := range []struct {
			by   *viewer.Viewer
			more map[string]any
			want string
		}{
			{elsewhere, nil, "NOT_FOUND"}, {h.person(t), nil, "FORBIDDEN"}, {officer, map[string]any{"reason": " "}, "INVALID"}, {officer, map[string]any{"organisation": ""}, "INVALID"},
			{colleague, map[string]any{"organisation": theirs}, "CONFLICT"},
		} {
			if _, code := h.onBehalf(t, refused.by, refused.more); code != refused.want {
				t.Errorf("begun with %v: %q, want %s", refused.more, code, refused.want)
			}
		}
		a, code := h.onBehalf(t, officer, nil)
		again, _ := h.onBehalf(t, h.manager, map[string]any{"organisation": "  numbat network"})
		if code != "" || again.id != a.id {
			t.Fatalf("begun: %q; a second time as %s, before %s", code, again.id, a.id)
		}
		h.fillIn(t, a)
		a.speaker = h.participant(t, a, map[string]any{"language": "ES", "identity": map[string]any{"name": "Bandicoot Brown"}, "consents": consents("PUBLIC NAME")})
		for _, staff := range []*viewer.Viewer{officer, h.manager} {
			if got := h.private(t, staff, a.id); !strings.Contains(got, "Numbat Network") || !strings.Contains(got, "named:true") || strings.Contains(got, "Bandicoot") {
				t.Errorf("staff read %s", got)
			}
		}
		for _, other := range []*viewer.Viewer{elsewhere, h.person(t), h.submitted(t, h.states[0]).by, with(viewer.ProtectionOfficer)} {
			if got := h.private(t, other, a.id); got != "" {
				t.Errorf("others read %s", got)
			}
		}
		var unowned struct {
			Desk struct{ UnownedRegistrations []struct{ ID, State string } }
		}
		list := `query($id: ID!) { desk { unownedRegistrations(round: $id) { id state } } }`
		h.must(t, officer, list, map[string]any{"id": h.round}, &unowned)
		if got := fmt.Sprint(unowned.Desk.UnownedRegistrations); got != "[{"+a.id+" DRAFT}]" {
			t.Errorf("unowned are %s", got)
		}
		h.must(t, elsewhere, list, map[string]any{"id": h.round}, &unowned)
		if len(unowned.Desk.UnownedRegistrations) != 0 {
			t.Error("the officer of another State sees it")
		}

		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		if task := h.checkTold(t, a, "receipt TASK"); !strings.Contains(task.text, "Numbat Network") || !strings.Contains(task.text, "Hola:") {
			t.Errorf("staff are to tell %q", task.text)
		}
		if code := h.move(t, officer, a, "SHORTLISTED", map[string]any{"reason": "A call."}); code != "" {
			t.Errorf("who registers on behalf decides as before: %q", code)
		}
		h.stage(t, a)
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.checkTold(t, a, "receipt TASK", "offer TASK")
		if code := h.move(t, officer, a, "CONFIRMED", nil); code != "INVALID" {
			t.Errorf("confirmed without saying how: %q", code)
		}
		if code := h.move(t, officer, a, "CONFIRMED", map[string]any{"reason": "They telephoned."}); code != "" {
			t.Fatal(code)
		}
		a.by, a.revision = h.manager, h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
		if code := h.own(t, a, "withdrawApplication"); code != "INVALID" {
			t.Errorf("withdrawn without a reason: %q", code)
		}
		h.must(t, h.manager, `mutation($id: ID!) { withdrawApplication(input: {id: $id, revision: 1, reason: "Their letter of today."}) { userErrors { code } } }`, map[string]any{"id": a.id}, nil)
		h.checkState(t, a, "WITHDRAWN")
		if got := h.column(t, `SELECT actor FROM decisions WHERE reason <> ''`); !strings.Contains(got, officer.UID) || !strings.Contains(got, h.manager.UID) {
			t.Errorf("those who acted with a reason are %s", got)
		}
		for _, log := range []string{`SELECT reason FROM changes`, `SELECT operation FROM change_entries`} {
			if got := h.column(t, log); strings.Contains(got, "Bandicoot") || strings.Contains(got, "telephoned") {
				t.Errorf("the change log says %s", got)
			}
		}
	})
}

// TestOnBehalfIsOfNobodyElse: of a registration that somebody owns, staff act in nobody's place.
func TestOnBehalfIsOfNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a := h.submitted(t, h.states[0])
		if got := h.private(t, officer, a.id); got != "" {
			t.Errorf("the officer reads %s", got)
		}
		for mutation, wanted := range map[string]string{
			`withdrawApplication(input: {id: $id, revision: 1, reason: "why"}) { userErrors { code } }`: "NOT_FOUND",
			`saveAvailability(input: {id: $id, revision: 1, availability: ""}) { userErrors { code } }`: "NOT_FOUND",
			`saveParticipant(input: {application: $id}) { userErrors { code } }`:                        "NOT_FOUND",
			`inviteOwner(input: {application: $id, email: "x@example.org", name: "X"}) { done }`:        "NOT_FOUND",
			`removeOwner(input: {application: $id, id: "usr_1"}) { done }`:                              "NOT_FOUND",
			`permitSubmission(input: {application: $id}) { permit }`:                                    "NOT_FOUND",
		} {
			if code := h.ask(t, officer, `mutation($id: ID!) { `+mutation+` }`, map[string]any{"id": a.id}, nil); code != wanted {
				t.Errorf("%s: %q", mutation, code)
			}
		}
		h.checkState(t, a, "SUBMITTED")
	})
}

// TestOnBehalfIsRemindedOf: what is not done in time is a task as well, and nobody is told twice; an offer is
// confirmed in the applicant's place with how that was said, and consents that stand.
func TestOnBehalfIsRemindedOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, code := h.onBehalf(t, h.manager, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.fillIn(t, a)
		h.clock.set("2026-01-25T12:00:00Z")
		h.sweep(t)
		h.sweep(t)
		h.checkTold(t, a, "draft-reminder TASK")
		a.speaker = h.participant(t, a, map[string]any{"level": 3})
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		// Nobody can sign in to read what waits: staff are told so, and where they read what there is to tell.
		if last := h.checkTold(t, a, "draft-reminder CANCELLED", "draft-reminder TASK", "receipt TASK"); strings.Contains(last.text, "Numbat") || strings.Contains(last.text, "Sign in") ||
			!strings.Contains(last.text, "Nobody has an account for this registration") || !strings.Contains(last.text, "https://upr.example.org/registrations/"+a.id) {
			t.Errorf("of somebody at level 3 staff are to tell %q", last.text)
		}
		if got := h.private(t, h.manager, a.id); !strings.Contains(got, "SUBMITTED") {
			t.Errorf("its page tells staff %s", got)
		}
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.must(t, protects, `mutation($id: ID!, $revision: Int!) { decideProtection(input: {id: $id, revision: $revision, level: 3, reason: "Spoken with them."}) { userErrors { message } } }`,
			map[string]any{"id": a.speaker, "revision": h.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, a.speaker)}, nil)
		if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		confirm := func(reason string, stand bool) string {
			var done struct{ ConfirmOffer applicationAnswer }
			h.must(t, h.manager, `mutation($input: ConfirmOfferInput!) { confirmOffer(input: $input) { `+applicationFields+` } }`,
				map[string]any{"input": map[string]any{"id": a.id, "revision": h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id), "consentsStand": stand, "reason": reason}}, &done)
			if wrong := done.ConfirmOffer.UserErrors; len(wrong) > 0 {
				return wrong[0].Code + " " + wrong[0].Field
			}
			return ""
		}
		for _, test := range []struct {
			reason string
			stand  bool
			want   string
		}{{"", true, "INVALID reason"}, {"They called.", false, "INVALID consents"}, {"They called.", true, ""}} {
			if got := confirm(test.reason, test.stand); got != test.want {
				t.Errorf("confirmed because %q, with consents that stand %v: %q, want %q", test.reason, test.stand, got, test.want)
			}
		}
		h.checkState(t, a, "CONFIRMED")
	})
}
