package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// askFields are those of an ask on its way.
const askFields = `ask { id state text comment public takenUpBy revision } userErrors { field message code }`

type askAnswer struct {
	Ask struct {
		ID, State, Text string
		Comment         *string
		Public          bool
		TakenUpBy       []string
		Revision        int
	}
	outcomeOf
}

// asking changes an ask; it returns the code of what is wrong.
func (h *hall) asking(t *testing.T, by *viewer.Viewer, mutation string, input map[string]any) (askAnswer, string) {
	t.Helper()
	var done map[string]askAnswer
	kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
	if mutation == "unlinkAsk" {
		kind = "LinkAskInput"
	}
	code := h.ask(t, by, `mutation($input: `+kind+`!) { `+mutation+`(input: $input) { `+askFields+` } }`, map[string]any{"input": input}, &done)
	if code == "" && len(done[mutation].UserErrors) > 0 {
		return done[mutation], done[mutation].UserErrors[0].Code
	}
	return done[mutation], code
}

// spoken has who speaks bring a statement that is accepted, and speak.
func (h *hall) spoken(t *testing.T, consents ...string) (a *application, officer *viewer.Viewer, statement string) {
	t.Helper()
	h.takesFiles(t)
	a, officer = h.withAgenda(t)
	h.giveConsents(t, a, append([]string{"PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT", "MISSIONS STATEMENT"}, consents...)...)
	statement = h.accepted(t, a, officer)
	h.clock.set("2026-03-02T12:00:00Z")
	if code := h.move(t, officer, a, "SPOKE", nil); code != "" {
		t.Fatal(code)
	}
	return a, officer, statement
}

// publicAsks is what anybody reads of asks.
func (h *hall) publicAsks(t *testing.T) string {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Meetings []struct {
			Asks []struct {
				Text, OrganisationName string
				Statement              struct{ Title string }
				Issue                  struct{ Code string }
				SDGTarget              struct{ Code string }
				AddressedState         struct{ Code string }
				TakenUpBy              []struct{ ID string }
			}
		}
	}
	h.must(t, nil, `{ meetings { asks { text organisationName statement { title } issue { code } sdgTarget { code } addressedState { code } takenUpBy { id } } } }`, nil, &read)
	return fmt.Sprint(read.Meetings[0].Asks)
}

// anIssue is the code of one.
func (h *hall) anIssue(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(h.column(t, `SELECT code FROM issues ORDER BY id LIMIT 1`))
}

// TestStoryOfAnAsk: an ask is taken from a statement, contested, worded anew, confirmed, and public as long
// as all that it takes holds.
func TestStoryOfAnAsk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, officer, statement := h.spoken(t, "PUBLIC ASKS")
		wording := func(text string) map[string]any {
			return map[string]any{"text": text, "issue": h.anIssue(t), "sdgTarget": "16.3", "addressedState": "FRA"}
		}
		for field, wrong := range map[string]map[string]any{
			"text": {"text": "Two\nlines", "issue": h.anIssue(t)}, "issue": {"text": "A", "issue": "none"}, "target": {"text": "A", "issue": h.anIssue(t), "sdgTarget": "99.9"}, "state": {"text": "A", "issue": h.anIssue(t), "addressedState": "XXX"},
			"long": {"text": strings.Repeat("a", 501), "issue": h.anIssue(t)},
		} {
			if _, code := h.asking(t, officer, "addAsk", map[string]any{"statement": statement, "wording": wrong}); code != "INVALID" {
				t.Errorf("an ask with a wrong %s: %q", field, code)
			}
		}
		other := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})
		for who, by := range map[string]*viewer.Viewer{"an officer of another State": other, "a reviewer": h.staffMember(t, viewer.Grant{Role: viewer.Reviewer}), "the applicant": a.by} {
			if _, code := h.asking(t, by, "addAsk", map[string]any{"statement": statement, "wording": wording("A")}); code != "FORBIDDEN" && code != "NOT_FOUND" {
				t.Errorf("%s adds an ask: %q", who, code)
			}
		}
		added, code := h.asking(t, officer, "addAsk", map[string]any{"statement": statement, "wording": wording("Close the prison.")})
		if code != "" || added.Ask.State != "PROPOSED" {
			t.Fatalf("%v %q", added, code)
		}
		if _, code := h.asking(t, officer, "addAsk", map[string]any{"statement": statement, "wording": wording("Ratify the treaty.")}); code != "" {
			t.Fatal(code)
		}
		written := func() (n int) {
			for _, m := range h.told(t, a) {
				if m.template == "asks-to-confirm" {
					n++
				}
			}
			return n
		}
		if n := written(); n != 1 {
			t.Errorf("%d mails tell of two asks", n)
		}
		if code := h.decide(t, officer, a, statement, "PUBLISHED", nil); code != "" {
			t.Fatal(code)
		}
		id, revision := added.Ask.ID, added.Ask.Revision
		answer := func(by *viewer.Viewer, mutation string, more map[string]any) string {
			input := map[string]any{"id": id, "revision": revision}
			for name, value := range more {
				input[name] = value
			}
			done, code := h.asking(t, by, mutation, input)
			if code == "" {
				revision = done.Ask.Revision
			}
			return code
		}
		if got := h.publicAsks(t); got != "[]" {
			t.Errorf("before they are confirmed anybody reads %s", got)
		}
		if code := answer(a.by, "contestAsk", map[string]any{"comment": "All prisons."}); code != "" {
			t.Fatal(code)
		}
		if code := answer(officer, "confirmAsk", nil); code != "NOT_FOUND" {
			t.Errorf("an officer confirms: %q", code)
		}
		if code := answer(officer, "updateAsk", map[string]any{"wording": wording("Close all prisons.")}); code != "" {
			t.Fatal(code)
		}
		before := revision
		if code := answer(a.by, "confirmAsk", nil); code != "" {
			t.Fatal(code)
		}
		revision = before
		if code := answer(a.by, "confirmAsk", nil); code != "" || revision != before+1 {
			t.Errorf("confirmed twice: %q, revision %d", code, revision)
		}
		want := fmt.Sprintf("[{Close all prisons. Organisation %s {%s} {%s} {16.3} {FRA} []}]", a.id, secretTitle, h.anIssue(t))
		if got := h.publicAsks(t); got != want {
			t.Errorf("anybody reads %s, want %s", got, want)
		}
		h.checkLinks(t, officer, id, &revision)

		// Another issue is not another wording; another State is.
		same := wording("Close all prisons.")
		delete(same, "sdgTarget")
		if code := answer(officer, "updateAsk", map[string]any{"wording": same}); code != "" {
			t.Fatal(code)
		}
		if got := h.publicAsks(t); !strings.Contains(got, "{} {FRA}") {
			t.Errorf("with another target anybody reads %s", got)
		}
		if code := answer(officer, "updateAsk", map[string]any{"wording": map[string]any{"text": "Close all prisons.", "issue": h.anIssue(t)}}); code != "" {
			t.Fatal(code)
		}
		if got := h.publicAsks(t); got != "[]" {
			t.Errorf("with another wording anybody reads %s", got)
		}
		if code := answer(a.by, "confirmAsk", map[string]any{"revision": revision - 1}); code != "CONFLICT" {
			t.Errorf("what was not read is confirmed: %q", code)
		}
		if code := answer(a.by, "confirmAsk", nil); code != "" {
			t.Fatal(code)
		}
		h.must(t, officer, `mutation($id: ID!) { removeAsk(input: {id: $id}) { done userErrors { code } } }`, map[string]any{"id": id}, nil)
		if got := h.publicAsks(t); got != "[]" {
			t.Errorf("after it was removed anybody reads %s", got)
		}
		h.checkAskLists(t, officer, other, a)
	})
}

// checkLinks has recommendations take an ask up, that were made after the meeting.
func (h *hall) checkLinks(t *testing.T, officer *viewer.Viewer, id string, revision *int) {
	t.Helper()
	review := h.rowOf(t, `SELECT review_id FROM pre_sessions WHERE uid = '`+h.meeting[h.states[0]]+`'`)
	recommendation := strings.TrimSpace(h.column(t, fmt.Sprintf(`SELECT uid FROM recommendations WHERE review_id = %d ORDER BY id LIMIT 1`, review)))
	row := h.rowOf(t, `SELECT id FROM recommendations WHERE uid = '`+recommendation+`'`)
	h.change(t, "rec", row, `UPDATE recommendations SET text = 'Close all prisons that are left' WHERE id = $1`, row)
	link := func(mutation string) (askAnswer, string) {
		return h.asking(t, officer, mutation, map[string]any{"id": id, "revision": *revision, "recommendation": recommendation})
	}
	if _, code := link("linkAsk"); code != "INVALID" {
		t.Errorf("a recommendation that was made before the meeting: %q", code)
	}
	if got := h.proposed(t, officer); len(got) != 0 {
		t.Errorf("proposed are %v, made before the meeting", got)
	}
	h.change(t, "rev", review, `UPDATE reviews SET date = '2026-05-04' WHERE id = $1`, review)
	if got := h.proposed(t, officer); len(got) != 1 || got[0] != recommendation {
		t.Errorf("proposed are %v, want %s", got, recommendation)
	}
	for _, step := range []struct{ mutation, public string }{{"linkAsk", "[{" + recommendation + "}]"}, {"unlinkAsk", "[]"}, {"linkAsk", "[{" + recommendation + "}]"}} {
		done, code := link(step.mutation)
		if code != "" {
			t.Fatal(code)
		}
		*revision = done.Ask.Revision
		if got := h.publicAsks(t); !strings.HasSuffix(got, step.public+"}]") {
			t.Errorf("after %s anybody reads %s", step.mutation, got)
		}
		if got := h.proposed(t, officer); len(got) != 0 {
			t.Errorf("after %s proposed are %v", step.mutation, got)
		}
	}
}

// proposed are the recommendations that may have taken an ask up.
func (h *hall) proposed(t *testing.T, officer *viewer.Viewer) (ids []string) {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Desk struct {
			Asks []struct {
				Proposals []struct {
					Recommendation struct{ ID string }
					Score          float64
				}
			}
		}
	}
	h.must(t, officer, `query($id: ID!) { desk { asks(preSession: $id) { proposals { recommendation { id } score } } } }`, map[string]any{"id": h.meeting[h.states[0]]}, &read)
	for _, ask := range read.Desk.Asks {
		for _, p := range ask.Proposals {
			ids = append(ids, p.Recommendation.ID)
		}
	}
	return ids
}

// checkAskLists looks who sees the ask that is left.
func (h *hall) checkAskLists(t *testing.T, officer, other *viewer.Viewer, a *application) {
	t.Helper()
	read := func(by *viewer.Viewer) string {
		var read struct {
			Desk struct{ Asks []struct{ Text string } }
		}
		code := h.ask(t, by, `query($id: ID!) { desk { asks(preSession: $id) { text } } }`, map[string]any{"id": h.meeting[h.states[0]]}, &read)
		return code + fmt.Sprint(read.Desk.Asks)
	}
	colleague := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
	colleague.Organisations = []string{strings.TrimSpace(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))}
	if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT MIN(id) FROM organisations) WHERE uid = $1`, a.id); err != nil {
		t.Fatal(err)
	}
	for who, c := range map[string]struct {
		by   *viewer.Viewer
		want []string
	}{"an officer of the same organisation": {colleague, []string{"[]"}}, "the officer": {officer, []string{"[{Ratify the treaty.}]"}}, "the manager": {h.manager, []string{"[{Ratify the treaty.}]"}}, "an officer of another State": {other, []string{"NOT_FOUND[]"}}, "the applicant": {a.by, []string{"FORBIDDEN[]", "UNAUTHENTICATED[]"}}} {
		if got := read(c.by); !slices.Contains(c.want, got) {
			t.Errorf("%s sees %s", who, got)
		}
	}
	var own struct {
		Mine struct{ Asks []struct{ Text string } }
	}
	h.must(t, a.by, `query($id: ID!) { mine { asks(application: $id) { text } } }`, map[string]any{"id": a.id}, &own)
	if fmt.Sprint(own.Mine.Asks) != "[{Ratify the treaty.}]" {
		t.Errorf("the applicant sees %v", own.Mine.Asks)
	}
	if code := h.ask(t, h.person(t), `query($id: ID!) { mine { asks(application: $id) { text } } }`, map[string]any{"id": a.id}, &own); code != "NOT_FOUND" {
		t.Errorf("somebody else sees asks: %q", code)
	}
}
