package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// worksForAll gives an applicant all roles of those who coordinate.
func (a *application) worksForAll() {
	for _, role := range []viewer.Role{viewer.Manager, viewer.Officer, viewer.Reviewer, viewer.ProtectionOfficer, viewer.Admin} {
		a.by.Grants = append(a.by.Grants, viewer.Grant{Role: role})
	}
	a.by.SecondFactor = true
}

// protects has somebody be a protection officer in the tables as well, where others look who is one.
func (h *hall) protects(t *testing.T, v *viewer.Viewer) {
	t.Helper()
	if _, err := h.db.SQL.Exec(`INSERT INTO grants (user_id, role, scope, created_at) SELECT id, 'PROTECTION_OFFICER', '', created_at FROM users WHERE uid = $1`, v.UID); err != nil {
		t.Fatal(err)
	}
}

// unowned is a registration that staff have begun and submitted for an organisation.
func (h *hall) unowned(t *testing.T) *application {
	t.Helper()
	a, code := h.onBehalf(t, h.manager, nil)
	if code != "" {
		t.Fatal(code)
	}
	h.fillIn(t, a)
	a.speaker = h.participant(t, a, nil)
	if code := h.own(t, a, "submitApplication"); code != "" {
		t.Fatal(code)
	}
	return a
}

// codeOfAccess makes a code by which somebody can apply once, and returns its id.
func (h *hall) codeOfAccess(t *testing.T, by *viewer.Viewer, meeting any) (id, code string) {
	t.Helper()
	var made map[string]any
	code = h.codeOf(t, by, "createAccessCode", "CreateAccessCodeInput", `accessCode { id } userErrors { field message code }`,
		map[string]any{"round": h.round, "preSession": meeting, "label": "Late", "validUntil": "2026-02-20T00:00:00Z"}, &made)
	if code == "" {
		id = made["accessCode"].(map[string]any)["id"].(string)
	}
	return id, code
}

// act is something that staff may try.
type act struct {
	mutation, kind string
	input          map[string]any
}

// acts are what whoever works with a Pre-session may do there that others have to do where they have an interest.
func (h *hall) acts(t *testing.T, rival, gone, unowned *application, access string) []act {
	t.Helper()
	here := h.states[0]
	meeting := func(field string, value any) act {
		return act{"changePreSession", "ChangePreSessionInput", map[string]any{"id": h.meeting[here], "revision": h.meetingRevision(t, here), field: value, "reason": "Too few apply."}}
	}
	round := h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round)
	_, goneRevision := h.stateOf(t, gone)
	own := map[string]any{"id": unowned.id, "revision": unowned.revision}
	return []act{
		meeting("state", "NOT_HELD"), meeting("startsAt", "2026-03-02T09:00:00Z"), meeting("callCloses", "2026-01-12"), meeting("room", "Room XXI"), meeting("slots", 3),
		{"changeRound", "ChangeRoundInput", map[string]any{"id": h.round, "revision": round, "offerHours": 1}},
		{"advanceRound", "AdvanceRoundInput", map[string]any{"id": h.round, "revision": round, "to": "CALL_CLOSED"}},
		{"createAccessCode", "CreateAccessCodeInput", map[string]any{"round": h.round, "label": "All", "validUntil": "2026-02-20T00:00:00Z"}},
		{"createAccessCode", "CreateAccessCodeInput", map[string]any{"round": h.round, "preSession": h.meeting[here], "label": "Here", "validUntil": "2026-02-20T00:00:00Z"}},
		{"withdrawAccessCode", "WithdrawAccessCodeInput", map[string]any{"id": access}},
		{"moveRegistration", "MoveRegistrationInput", map[string]any{"id": gone.id, "revision": goneRevision, "to": "SUBMITTED"}},
		{"agreeToMerge", "AgreeToMergeInput", map[string]any{"application": unowned.id, "reference": h.reference(t, rival)}},
		{"withdrawApplication", "ApplicationInput", own},
		{"inviteOwner", "InviteOwnerInput", map[string]any{"application": unowned.id, "email": "dugong@example.org", "name": "Dugong", "reason": "They asked."}},
		{"registerOnBehalf", "RegisterOnBehalfInput", map[string]any{"preSession": h.meeting[here], "organisation": "Bilby Bureau", "reason": "They telephoned."}},
		{"evaluateRegistration", "EvaluateRegistrationInput", map[string]any{"id": rival.id, "score": 1}},
		{"openIdentity", "OpenIdentityInput", map[string]any{"id": rival.speaker, "reason": "to see who it is"}},
		{"decideProtection", "DecideProtectionInput", map[string]any{"id": rival.speaker, "revision": h.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, rival.speaker), "level": 2, "reason": "We have spoken with them."}},
		{"makeBadgeList", "MakeBadgeListInput", map[string]any{"round": h.round, "reason": "the gate asks"}},
	}
}

// TestWhoHasAnInterestDoesNothingThere: whoever has applied, has begun to, or has withdrawn, does nothing at that Pre-session
// but what is their own, in whichever role and in nobody's place; another one does all of it.
func TestWhoHasAnInterestDoesNothingThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		here, there := h.states[0], h.states[1]
		rival, gone, unowned, elsewhere := h.submitted(t, here), h.submitted(t, here), h.unowned(t), h.submitted(t, there)
		access, code := h.codeOfAccess(t, h.manager, h.meeting[here])
		if code != "" || h.own(t, gone, "withdrawApplication") != "" {
			t.Fatal(code)
		}
		submitted, draft, withdrawn, left := h.submitted(t, here), h.apply(t, here), h.submitted(t, here), h.apply(t, here)
		for _, a := range []*application{withdrawn, left} {
			if code := h.own(t, a, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
		}
		guard := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.protects(t, guard)
		mail := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'receipt' AND about = '`+rival.id+`'`))
		for name, a := range map[string]*application{"submitted": submitted, "draft": draft, "withdrawn": withdrawn, "draft that was withdrawn": left} {
			a.worksForAll()
			for _, try := range h.acts(t, rival, gone, unowned, access) {
				if got := h.codeOf(t, a.by, try.mutation, try.kind, `userErrors { field message code }`, try.input, nil); got != "FORBIDDEN" && !strings.HasPrefix(got, "FORBIDDEN ") {
					t.Errorf("whose registration is %s does %s %v: %q", name, try.mutation, try.input, got)
				}
			}
			if got := h.codeOf(t, a.by, "cancelMessages", "MessagesInput", `userErrors { field message code }`, map[string]any{"ids": []string{mail}, "reason": "mine"}, nil); !strings.HasPrefix(got, "NOT_FOUND") {
				t.Errorf("whose registration is %s cancels mail: %q", name, got)
			}
			// Where they have none, they go on; and nothing keeps them from saying that they have a conflict.
			if _, code := h.codeOfAccess(t, a.by, h.meeting[there]); code != "" {
				t.Errorf("a code for another Pre-session: %q", code)
			}
			if code := h.evaluate(t, a.by, elsewhere, map[string]any{"score": 4}); code != "" {
				t.Errorf("a score for another Pre-session: %q", code)
			}
			if code := h.evaluate(t, a.by, unowned, map[string]any{"conflict": true}); code != "" {
				t.Errorf("a conflict of interest: %q", code)
			}
		}
		if code := h.own(t, draft, "submitApplication"); code != "" {
			t.Errorf("what is their own: %q", code)
		}
		h.checkState(t, gone, "WITHDRAWN")
		h.checkState(t, unowned, "SUBMITTED")

		// Who is at risk is protected all the same where nobody else can.
		if _, err := h.db.SQL.Exec(`DELETE FROM grants WHERE role = 'PROTECTION_OFFICER'`); err != nil {
			t.Fatal(err)
		}
		h.protect(t, submitted.by, rival.speaker, 2)
	})
}

// TestAnInterestEndsWithWhatIsTold: whoever was offered a place has no interest any more, also once they decline it; nor has
// anybody by a name that an applicant wrote and took back, until it is matched.
func TestAnInterestEndsWithWhatIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, second, named := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		slug := strings.TrimSpace(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))
		h.rename(t, named, strings.TrimSpace(h.column(t, `SELECT name FROM organisations ORDER BY id LIMIT 1`)))
		member := h.staffMember(t, viewer.Grant{Role: viewer.Manager})
		member.Organisations = []string{slug}
		shortlist := func(by *viewer.Viewer, back bool) string {
			if back {
				return h.move(t, by, second, "SUBMITTED", nil)
			}
			return h.move(t, by, second, "SHORTLISTED", map[string]any{"reason": "good"})
		}
		if code := h.own(t, named, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if code := shortlist(member, false); code != "" {
			t.Errorf("by a name that was taken back they have an interest: %q", code)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT id FROM organisations WHERE slug = $1) WHERE uid = $2`, slug, named.id); err != nil {
			t.Fatal(err)
		}
		if code := shortlist(member, true); code != "FORBIDDEN" {
			t.Errorf("whose organisation has withdrawn, and can apply anew, goes on: %q", code)
		}
		own.worksForAll()
		if code := shortlist(own.by, true); code != "FORBIDDEN" {
			t.Errorf("before they are told: %q", code)
		}
		if code := h.move(t, h.manager, own, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		if code := shortlist(own.by, true); code != "" {
			t.Errorf("once they are offered a place: %q", code)
		}
		own.revision++
		if code := h.own(t, own, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if code := shortlist(own.by, false); code != "" {
			t.Errorf("once they have declined it: %q", code)
		}
	})
}

// TestNobodyJoinsOthers: an administrator who has an interest gives none to others, by having them speak for an organisation
// that has applied there.
func TestNobodyJoinsOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, rival := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		people := newPeople(t, h.db)
		people.OnJoin(presession.New(h.db, h.clock.now, h.means).MayJoin)
		h.handler = graph.NewHandler(h.resolver(people), graph.Options{CacheMegabytes: 16})
		slugs := strings.Fields(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 2`))
		if code := h.matches(t, h.manager, rival, slugs[0]); code != "" {
			t.Fatal(code)
		}
		own.worksForAll()
		admin, colleague := h.staffMember(t, viewer.Grant{Role: viewer.Admin}), h.person(t)
		join := func(by *viewer.Viewer, slug string) string {
			return h.codeOf(t, by, "joinOrganisation", "SpeakerInput", `userErrors { field message code }`, map[string]any{"id": colleague.UID, "organisation": slug}, nil)
		}
		if got := join(own.by, slugs[0]); !strings.HasPrefix(got, "FORBIDDEN") {
			t.Errorf("who has an interest has a colleague speak for a rival: %q", got)
		}
		rival.revision = h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, rival.id)
		if code := h.own(t, rival, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := join(own.by, slugs[0]); !strings.HasPrefix(got, "FORBIDDEN") {
			t.Errorf("or for one that has withdrawn, and can apply anew: %q", got)
		}
		for by, slug := range map[*viewer.Viewer]string{own.by: slugs[1], admin: slugs[0]} {
			if got := join(by, slug); got != "" {
				t.Errorf("%s has a colleague speak for %s: %q", by.UID, slug, got)
			}
		}
	})
}

// TestNotHeldTellsNothing: that a Pre-session is not held ends what is staged there, so that a release of the others goes on, and
// shows nothing of it to whoever has an interest until those who have applied are told.
func TestNotHeldTellsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		here := h.states[0]
		own, withdrawn, second, third, fourth, elsewhere := h.submitted(t, here), h.submitted(t, here), h.submitted(t, here), h.submitted(t, here), h.submitted(t, here), h.submitted(t, h.states[1])
		if code := h.own(t, withdrawn, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		for _, a := range []*application{own, withdrawn} {
			a.worksForAll()
		}
		look := func(by *viewer.Viewer) string {
			var all strings.Builder
			for _, a := range []*application{second, third, fourth} {
				all.WriteString(h.words(t, by, `query($round: ID!, $id: ID!) { desk {
					registration(id: $id) { state pendingState rank outcome revision decisions { to staged } } pendingDecisions(round: $round) { count }
					outboxMessages(filter: {about: $id}, first: 50) { nodes { template status } } history(filter: {id: $id}) { totalCount }
				} }`, map[string]any{"round": h.round, "id": a.id}))
			}
			return all.String()
		}
		before := map[*viewer.Viewer]string{own.by: look(own.by), withdrawn.by: look(withdrawn.by)}
		for a, move := range map[*application]map[string]any{
			own: {"to": "NOT_SELECTED", "outcome": "CAPACITY"}, second: {"to": "OFFERED", "staged": true}, third: {"to": "WAITLISTED", "rank": 1},
			fourth: {"to": "MERGED", "staged": true, "into": second.id, "agreement": "Both wrote."}, elsewhere: {"to": "WAITLISTED", "rank": 1},
		} {
			if code := h.move(t, h.manager, a, move["to"].(string), move); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[here], "revision": h.meetingRevision(t, here), "state": "NOT_HELD", "reason": "Too few apply."}); code != "" {
			t.Fatal(code)
		}
		for _, a := range []*application{own, second, third, fourth} {
			h.checkState(t, a, "SUBMITTED")
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE status = 'DRAFT' AND template <> 'not-held'`); got != 1 {
			t.Errorf("%d drafts wait, want the one for another Pre-session", got)
		}
		if code := h.release(t, 1); code != "" {
			t.Errorf("a release of the round: %q", code)
		}
		for by, was := range before {
			if got := look(by); got != was {
				t.Errorf("once it is not held %s reads\n%s\nand before\n%s", by.UID, got, was)
			}
		}
		if code := h.move(t, own.by, second, "NOT_SELECTED", map[string]any{"outcome": "NOT_HELD"}); code != "FORBIDDEN" {
			t.Errorf("who has an interest says what becomes of others: %q", code)
		}
		for _, a := range []*application{own, second, third, fourth} {
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "NOT_HELD"}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.release(t, 4); code != "" {
			t.Fatal(code)
		}
		for by, was := range before {
			if got := look(by); got == was || !strings.Contains(got, `"NOT_SELECTED"`) || !strings.Contains(got, `"staged":true`) {
				t.Errorf("once all are told %s reads %s", by.UID, got)
			}
		}
	})
}

// TestLeakByHistoryOfWhatIsStaged: whoever has an interest reads nothing in the history of the mail that waits, of how those who
// speak are protected, or of who was a participant; and is not told of it. Another administrator is.
func TestLeakByHistoryOfWhatIsStaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, rival := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		own.worksForAll()
		admin, guard := h.staffMember(t, viewer.Grant{Role: viewer.Admin}, viewer.Grant{Role: viewer.Manager}), h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		const watch = `subscription { deskChanged { node operation } }`
		everything, some := h.listen(t, admin, watch), h.listen(t, own.by, watch)
		h.stage(t, own)
		draft := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'offer' AND about = '`+own.id+`'`))
		if got := h.codeOf(t, h.manager, "editMessage", "EditMessageInput", `userErrors { field message code }`,
			map[string]any{"id": draft, "revision": 1, "subject": "A place", "text": "You are offered a place: [[link]]", "reason": "the offer is too curt"}, nil); got != "" {
			t.Fatal(got)
		}
		h.protect(t, guard, rival.speaker, 1)
		h.must(t, rival.by, `mutation($input: RemoveParticipantInput!) { removeParticipant(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": rival.speaker}}, nil)
		h.changePlan(t, h.states[1], map[string]any{"room": "Room XXI"})
		if got, _ := next(t, everything); !strings.Contains(string(got.Data), own.id) {
			t.Errorf("another administrator is told of %s %+v", got.Data, got.Errors)
		}
		if got, _ := next(t, some); !strings.Contains(string(got.Data), h.meeting[h.states[1]]) {
			t.Errorf("who has an interest is told of %s %+v", got.Data, got.Errors)
		}
		for by, sees := range map[*viewer.Viewer]bool{admin: true, own.by: false} {
			read := h.words(t, by, `{ desk { history(first: 100) { nodes { node operation reason } } } }`, nil)
			if strings.Contains(read, rival.speaker) {
				t.Errorf("%s reads of somebody who is not there any more", by.UID)
			}
			for _, node := range []string{draft, rival.id, own.id} {
				if got := strings.Contains(read, node); got != sees {
					t.Errorf("%s reads of %s: %v, want %v", by.UID, node, got, sees)
				}
			}
			if !strings.Contains(read, h.meeting[h.states[1]]) {
				t.Errorf("%s reads nothing else: %.500s", by.UID, read)
			}
		}
	})
}

// TestLeakOfDraftsByMail: nobody of staff sees mail about what its applicant has not submitted, whatever their roles.
func TestLeakOfDraftsByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		draft, ended, unowned := h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.unowned(t)
		if code := h.own(t, ended, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		all := h.staffMember(t, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.ProtectionOfficer})
		sees := func(a *application) int {
			var read struct {
				Desk struct{ OutboxMessages struct{ TotalCount int } }
			}
			h.must(t, all, `query($about: ID!) { desk { outboxMessages(filter: {about: $about}) { totalCount } } }`, map[string]any{"about": a.id}, &read)
			return read.Desk.OutboxMessages.TotalCount
		}
		for _, a := range []*application{draft, ended} {
			id := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'resume' AND about = '`+a.id+`'`))
			if got := h.codeOf(t, all, "openMessage", "MessageInput", `userErrors { field message code }`, map[string]any{"id": id, "reason": "to see who it is"}, nil); sees(a) != 0 || !strings.HasPrefix(got, "NOT_FOUND") {
				t.Errorf("of a draft staff see %d messages, and open one: %q", sees(a), got)
			}
		}
		if sees(unowned) == 0 {
			t.Error("what staff wrote themselves they see nothing about")
		}
		if code := h.own(t, draft, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		if sees(draft) == 0 {
			t.Error("once it is submitted, they see nothing")
		}
	})
}

// TestWhoHasAnInterestPublishesNoAgenda: an agenda has the meetings of all, and another manager publishes it.
func TestWhoHasAnInterestPublishesNoAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own := h.submitted(t, h.states[0])
		if code := h.own(t, own, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		own.worksForAll()
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		for by, refused := range map[*viewer.Viewer]bool{own.by: true, h.manager: false} {
			input := map[string]any{"round": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round)}
			if got := h.codeOf(t, by, "publishAgenda", "PublishAgendaInput", `userErrors { field message code }`, input, nil); strings.HasPrefix(got, "FORBIDDEN") != refused {
				t.Errorf("%s publishes the agenda: %q", by.UID, got)
			}
		}
	})
}
