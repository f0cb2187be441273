package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// toldWith is the last message about a registration that a template wrote.
func (h *hall) toldWith(t testing.TB, a *application, template string) (text, calendar, status string) {
	t.Helper()
	var uid string
	var sealed []byte
	err := h.db.SQL.QueryRow(`SELECT uid, status, content FROM outbox_messages WHERE about = $1 AND template = $2 ORDER BY id DESC LIMIT 1`, a.id, template).Scan(&uid, &status, &sealed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := h.means.Box.Open(sealed, uid)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Subject, Text, Calendar string }
	if err := json.Unmarshal([]byte(content), &said); err != nil {
		t.Fatal(err)
	}
	return said.Subject + "\n" + said.Text, said.Calendar, status
}

// TestOfferTells: an offer has a tentative entry for calendars, which goes when the offer does, and says
// whether the State under review will listen, and where to read on reprisals; whoever confirms on what is
// not so any more looks again.
func TestOfferTells(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		all := []*application{h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)}
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		protected := all[2]
		h.must(t, protected.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 1}) { userErrors { code } } }`, map[string]any{"id": protected.speaker}, nil)
		h.protect(t, with(viewer.ProtectionOfficer), protected.speaker, 1)
		offer := func(a *application) (text, calendar string) {
			t.Helper()
			if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
				t.Fatal(code)
			}
			a.revision++
			text, calendar, _ = h.toldWith(t, a, "offer")
			return text, calendar
		}
		text, tentative := offer(all[0])
		if !strings.Contains(text, "No delegation of the State under review has registered") || !strings.Contains(text, "https://ishr.ch/") {
			t.Errorf("the offer says %s", text)
		}
		for _, want := range []string{"STATUS:TENTATIVE", "DTSTART:20260302T090000Z", "UID:" + all[0].id, "Room XXI"} {
			if !strings.Contains(tentative, want) {
				t.Errorf("the calendar lacks %s: %s", want, tentative)
			}
		}
		token := h.tokenOf(t, h.invite(t, missionOf(state))[0])
		if _, code := h.delegate(t, token, state, "ann@"+strings.ToLower(state)+".example.org", nil); code != "" {
			t.Fatal(code)
		}
		if text, _ := offer(all[1]); !strings.Contains(text, "A delegation of the State under review has registered") {
			t.Errorf("the offer says %s", text)
		}
		if text, calendar := offer(protected); calendar != "" || !strings.Contains(text, "A delegation of the State under review has registered") {
			t.Errorf("to who is protected the offer says %s %s", text, calendar)
		}
		var read struct {
			Mine struct {
				Application struct {
					Missions struct {
						StateUnderReview    bool
						Reprisals, Guidance string
					}
				}
			}
		}
		h.must(t, all[0].by, `query($id: ID!) { mine { application(id: $id) { missions { stateUnderReview reprisals(language: FR) guidance } } } }`, map[string]any{"id": all[0].id}, &read)
		if m := read.Mine.Application.Missions; !m.StateUnderReview || !strings.HasPrefix(m.Reprisals, "Une délégation de l’État examiné s’est inscrite") || !strings.HasPrefix(m.Guidance, "https://ishr.ch/") {
			t.Errorf("the applicant is told %+v", m)
		}
		confirm := func(registered any) string {
			t.Helper()
			return h.codeOf(t, all[0].by, "confirmOffer", "ConfirmOfferInput", `application { revision } userErrors { field message code }`,
				map[string]any{"id": all[0].id, "revision": all[0].revision, "consentsStand": true, "stateUnderReview": registered}, nil)
		}
		if code := confirm(false); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("confirmed on what is not so any more: %q", code)
		}
		h.checkState(t, all[0], "OFFERED")
		if code := confirm(true); code != "" {
			t.Fatal(code)
		}
		_, confirmed, _ := h.toldWith(t, all[0], "confirmed")
		if !strings.Contains(confirmed, "STATUS:CONFIRMED") || sequenceIn(t, confirmed) <= sequenceIn(t, tentative) {
			t.Errorf("when it is confirmed the calendar has %s", confirmed)
		}
		if code := h.own(t, all[1], "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if _, calendar, _ := h.toldWith(t, all[1], "withdrawn-thanks"); !strings.Contains(calendar, "STATUS:CANCELLED") {
			t.Errorf("when it is declined the calendar has %s", calendar)
		}
	})
}

// TestInvitationLetter: who has a place asks for a letter once; the task for staff names nobody, also where
// the speaker is protected, and goes with the place.
func TestInvitationLetter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		request := func(by *viewer.Viewer) string {
			t.Helper()
			var done map[string]any
			code := h.codeOf(t, by, "requestLetter", "ApplicationInput", `application { revision letterRequested } userErrors { field message code }`, map[string]any{"id": a.id, "revision": a.revision}, &done)
			if code == "" {
				kept := done["application"].(map[string]any)
				a.revision = int(kept["revision"].(float64))
				if kept["letterRequested"] == nil {
					t.Error("the applicant is not told that it was asked for")
				}
			}
			return code
		}
		if code := request(a.by); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("before there is a place: %q", code)
		}
		h.confirmed(t, a)
		if code := request(h.person(t)); !strings.HasPrefix(code, "NOT_FOUND") {
			t.Errorf("by somebody else: %q", code)
		}
		for range 2 {
			if code := request(a.by); code != "" {
				t.Fatal(code)
			}
		}
		tasks := func() string {
			t.Helper()
			return strings.Join(strings.Fields(h.column(t, `SELECT status FROM outbox_messages WHERE template = 'letter-requested'`)), " ")
		}
		if got := tasks(); got != "TASK" {
			t.Errorf("the tasks are %s", got)
		}
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 3}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		text, _, status := h.toldWith(t, a, "letter-requested")
		if status != "TASK" || !strings.Contains(text, "UPR-") {
			t.Errorf("the task is %s: %s", status, text)
		}
		for _, private := range []string{"Wombat", "Quokka", "Organisation", a.by.UID, "@"} {
			if strings.Contains(text, private) {
				t.Errorf("the task has %s: %s", private, text)
			}
		}
		var read struct {
			Desk struct {
				Registration struct{ LetterRequested *string }
			}
		}
		h.must(t, h.manager, `query($id: ID!) { desk { registration(id: $id) { letterRequested } } }`, map[string]any{"id": a.id}, &read)
		if read.Desk.Registration.LetterRequested == nil {
			t.Error("staff do not see that it was asked for")
		}
		if code := h.move(t, h.manager, a, "CANCELLED", map[string]any{"reason": "The meeting is full."}); code != "" {
			t.Fatal(code)
		}
		if got := tasks(); got != "CANCELLED" {
			t.Errorf("after the place is gone the tasks are %s", fmt.Sprint(got))
		}
	})
}
