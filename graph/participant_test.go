package graph_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

func consents(pairs ...string) (all []map[string]any) {
	for _, pair := range pairs {
		audience, item, _ := strings.Cut(pair, " ")
		all = append(all, map[string]any{"audience": audience, "item": item})
	}
	return all
}

func (h *hall) giveConsents(t testing.TB, a *application, pairs ...string) {
	t.Helper()
	var done struct{ GiveConsents participantAnswer }
	h.must(t, a.by, `mutation($input: GiveConsentsInput!) { giveConsents(input: $input) { `+participantFields+` } }`,
		map[string]any{"input": map[string]any{"id": a.speaker, "consents": append([]map[string]any{}, consents(pairs...)...)}}, &done)
	if len(done.GiveConsents.UserErrors) > 0 {
		t.Fatal(done.GiveConsents.UserErrors)
	}
}

// TestLeakOfParticipants: each row is a place in which a name or an existence has been known to
// leak, and what must not be there.
func TestLeakOfParticipants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		name, organisation := "Wombat "+a.by.UID, "Organisation "+a.id
		if got := h.public(t); !strings.Contains(got, name) {
			t.Fatalf("anybody reads %s", got)
		}
		columns := map[string]string{}
		for _, query := range []string{
			`SELECT name || function || organisation_name FROM speakers`,
			`SELECT COALESCE(projection, '') || operation FROM change_entries`,
			`SELECT reason || actor FROM changes`,
			`SELECT uid || pseudonym || person FROM participants`,
			`SELECT entries FROM agenda_versions`,
		} {
			columns[query] = ""
		}
		everywhere := func() string {
			var all strings.Builder
			for query := range columns {
				rows, err := h.db.SQL.Query(query)
				if err != nil {
					t.Fatal(err)
				}
				for rows.Next() {
					var text string
					if err := rows.Scan(&text); err != nil {
						t.Fatal(err)
					}
					all.WriteString(text + "\n")
				}
				if err := rows.Err(); err != nil {
					t.Fatal(err)
				}
				_ = rows.Close()
			}
			return all.String()
		}
		if !strings.Contains(everywhere(), name) {
			t.Fatal("what is consented to is in the log of the record")
		}
		staff := func(by *viewer.Viewer) string {
			var read map[string]any
			h.ask(t, by, `query($id: ID!, $round: ID!) { desk { registration(id: $id) { participants { id level pseudonym } } registrations(round: $round) { nodes { id } } } }`, map[string]any{"id": a.id, "round": h.round}, &read)
			return fmt.Sprint(read)
		}
		if got := staff(h.manager); strings.Contains(got, name) || !strings.Contains(got, a.speaker) {
			t.Errorf("a manager reads %s", got)
		}

		var raised struct{ RequestProtection participantAnswer }
		protect := func(level int) {
			t.Helper()
			h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { `+participantFields+` } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": level}}, &raised)
			if len(raised.RequestProtection.UserErrors) > 0 {
				t.Fatal(raised.RequestProtection.UserErrors)
			}
		}
		protect(1)
		if got := h.public(t); strings.Contains(got, name) || !strings.Contains(got, organisation) {
			t.Errorf("at level 1 anybody reads %s", got)
		}
		if got := everywhere(); strings.Contains(got, name) {
			t.Errorf("at level 1 the name is still in the log, a projection or a version of the agenda")
		}
		if raised.RequestProtection.Participant.Identity != nil {
			t.Error("at level 1 the name is read back by whoever holds the applicant's session")
		}
		protect(0) // which is asked for, and decided by somebody else
		if p := raised.RequestProtection.Participant; p.About.Level != 1 || p.About.LowerTo == nil || *p.About.LowerTo != 0 {
			t.Errorf("a lower level holds at once: %+v", p.About)
		}
		var saved struct{ SaveParticipant participantAnswer }
		h.must(t, a.by, `mutation($input: SaveParticipantInput!) { saveParticipant(input: $input) { `+participantFields+` } }`,
			map[string]any{"input": map[string]any{"application": a.id, "id": a.speaker, "revision": raised.RequestProtection.Participant.About.Revision, "gender": "WOMAN"}}, &saved)
		if p := saved.SaveParticipant.Participant; len(saved.SaveParticipant.UserErrors) > 0 || p.About.Level != 1 || p.Publicly == nil {
			t.Errorf("saying something else of a participant changes their level or consents: %+v", saved.SaveParticipant)
		}
		protect(3)
		if got := h.public(t); strings.Contains(got, organisation) {
			t.Errorf("at level 3 anybody reads %s", got)
		}
		if got := everywhere(); strings.Contains(got, name) || strings.Contains(got, organisation) {
			t.Errorf("at level 3 there is still something in the log")
		}

		officer := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		var opened struct {
			OpenIdentity struct {
				Identity *struct{ Name, Email string }
				outcomeOf
			}
		}
		open := func(by *viewer.Viewer, reason string) string {
			t.Helper()
			opened.OpenIdentity.Identity, opened.OpenIdentity.UserErrors = nil, nil
			code := h.ask(t, by, `mutation($input: OpenIdentityInput!) { openIdentity(input: $input) { identity { name email } userErrors { field message code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "reason": reason}}, &opened)
			if code == "" && len(opened.OpenIdentity.UserErrors) > 0 {
				return opened.OpenIdentity.UserErrors[0].Code
			}
			return code
		}
		for who, by := range map[string]*viewer.Viewer{"a manager": h.manager, "an administrator": with(viewer.Admin), "the applicant": a.by, "an officer": h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})} {
			if code := open(by, "to see who it is"); code != "FORBIDDEN" || opened.OpenIdentity.Identity != nil {
				t.Errorf("%s opens an identity: %q", who, code)
			}
		}
		if code := open(officer, " "); code != "INVALID" {
			t.Errorf("an identity is opened without a reason: %q", code)
		}
		if code := open(officer, "A call from "+strings.ToUpper(name)); code != "INVALID" || opened.OpenIdentity.Identity != nil {
			t.Errorf("an identity is opened for a reason that names it for ever: %q", code)
		}
		if code := open(officer, "A call before the meeting"); code != "" || opened.OpenIdentity.Identity == nil || opened.OpenIdentity.Identity.Name != name {
			t.Errorf("the protection officer reads %+v %q", opened.OpenIdentity.Identity, code)
		}
		var logged int
		err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM changes c JOIN change_entries e ON e.change_id = c.id WHERE e.node = $1 AND e.operation = 'OPEN' AND c.reason = 'A call before the meeting' AND c.actor = $2`, a.speaker, officer.UID).Scan(&logged)
		if err != nil || logged != 1 {
			t.Errorf("opening is logged %d times (%v)", logged, err)
		}
		var content []byte
		if err := h.db.SQL.QueryRow(`SELECT content FROM participant_identities`).Scan(&content); err != nil || len(content) == 0 || bytes.Contains(content, []byte("Wombat")) {
			t.Errorf("the identity is not sealed: %q %v", content, err)
		}
	})
}

// TestRetention: what was sealed is gone when its time is over, and what the record says is what was
// consented to in the archive.
func TestRetention(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		kept, gone, apart := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		h.giveConsents(t, kept, "PUBLIC NAME", "ARCHIVE NAME")
		h.giveConsents(t, gone, "PUBLIC NAME", "PUBLIC ORGANISATION", "ARCHIVE ORGANISATION")
		h.confirmed(t, kept)
		h.confirmed(t, gone)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		identities := func() (n int) {
			if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM participant_identities`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if _, err := h.db.SQL.Exec(`UPDATE decisions SET reason = 'Wombat asked for it.'`); err != nil {
			t.Fatal(err)
		}
		setState := func(to string) {
			if _, err := h.db.SQL.Exec(`UPDATE pre_sessions SET state = $1 WHERE uid = $2`, to, h.meeting[h.states[0]]); err != nil {
				t.Fatal(err)
			}
		}
		h.clock.set("2026-05-31T08:59:59Z")
		h.sweep(t)
		if n := identities(); n != 3 {
			t.Errorf("a second before its time is over there are %d identities, want 3", n)
		}
		setState("POSTPONED")
		h.clock.set("2026-05-31T09:00:00Z")
		h.sweep(t)
		if n := identities(); n != 3 {
			t.Errorf("while their meeting is still to come there are %d identities, want 3", n)
		}
		begins := h.column(t, `SELECT starts_at FROM pre_sessions WHERE starts_at IS NOT NULL`)
		setTime := func(at any) {
			if _, err := h.db.SQL.Exec(`UPDATE pre_sessions SET starts_at = $1 WHERE uid = $2`, at, h.meeting[h.states[0]]); err != nil {
				t.Fatal(err)
			}
		}
		setTime(nil)
		h.clock.set("2026-09-30T09:00:00Z")
		h.sweep(t)
		if n := identities(); n != 3 {
			t.Errorf("while their meeting, which had no time yet, is still to come there are %d identities, want 3", n)
		}
		setTime(strings.TrimSpace(begins))
		h.clock.set("2026-05-31T09:00:00Z")
		setState("HELD")
		h.sweep(t)
		h.sweep(t)
		if n := identities(); n != 0 {
			t.Errorf("%d identities are left", n)
		}
		if got, want := h.public(t), "[{Room XXI PLANNED [{Wombat "+kept.by.UID+" } { Organisation "+gone.id+"}]}]"; got != want {
			t.Errorf("anybody reads %s\nwant %s", got, want)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE about LIKE 'reg_%' AND (address IS NOT NULL OR content IS NOT NULL OR private IS NOT NULL)`); n != 0 {
			t.Errorf("%d messages to applicants are kept", n)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM decisions WHERE reason <> ''`) + h.count(t, `SELECT COUNT(*) FROM evaluations WHERE notes <> ''`) + h.count(t, `SELECT COUNT(*) FROM registrations WHERE questions <> '' OR agreement <> ''`); n != 0 {
			t.Errorf("%d texts about applicants are kept", n)
		}
		for a, want := range map[*application]bool{kept: false, gone: true, apart: false} {
			if n := h.rowOf(t, `SELECT COUNT(*) FROM registrations WHERE uid = $1 AND organisation <> ''`, a.id); (n == 1) != want {
				t.Errorf("what is public of %s is kept: %t; its organisation is known: %t", a.id, want, n == 1)
			}
		}
		h.giveConsents(t, gone)
		h.sweep(t)
		if n := h.rowOf(t, `SELECT COUNT(*) FROM registrations WHERE uid = $1 AND organisation <> ''`, gone.id); n != 0 {
			t.Error("its organisation is known once nothing of it is public")
		}
		if n := h.count(t, `SELECT COUNT(*) FROM registrations WHERE aims <> ''`); n != 0 {
			t.Errorf("%d registrations say what they aim at", n)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		if code := h.ask(t, officer, `mutation($id: ID!) { openIdentity(input: {id: $id, reason: "to see who it is"}) { identity { name } } }`, map[string]any{"id": kept.speaker}, nil); code != "NOT_FOUND" {
			t.Errorf("what was purged is opened: %q", code)
		}
	})
}

// TestPubliclyOfWhoHasWithdrawn: nothing of a registration that has ended is public, and its own page says so.
func TestPubliclyOfWhoHasWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		told := func() string {
			var read struct {
				Mine struct {
					Application struct {
						Participants []struct{ Publicly *struct{ Name string } }
					}
				}
			}
			h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { participants { publicly { name } } } } }`, map[string]any{"id": a.id}, &read)
			if shown := read.Mine.Application.Participants[0].Publicly; shown != nil {
				return shown.Name
			}
			return "nothing"
		}
		if got := told(); got != "Wombat "+a.by.UID {
			t.Errorf("the public will know %s", got)
		}
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := told(); got != "nothing" {
			t.Errorf("of who has withdrawn the public will know %s", got)
		}
	})
}

// TestLeakByMail: what waits to be sent when somebody asks for protection is not sent as it was.
func TestLeakByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		merged, a := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": a.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		waiting := `SELECT COUNT(*) FROM outbox_messages WHERE about = '` + a.id + `' AND status IN ('QUEUED', 'DRAFT')`
		if got := h.count(t, waiting); got != 3 {
			t.Fatalf("%d messages wait, want that it is begun, the receipt and that somebody joins", got)
		}
		var done struct{ RequestProtection participantAnswer }
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { message } } }`, map[string]any{"id": a.speaker}, &done)
		if wrong := done.RequestProtection.UserErrors; len(wrong) > 0 {
			t.Fatal(wrong)
		}
		if got := h.count(t, waiting); got != 0 {
			t.Errorf("%d messages still go out as they were written", got)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE about = '`+a.id+`' AND status = 'TASK' AND level = 2 AND neutral`); got != 3 {
			t.Errorf("%d tasks for staff, want 3", got)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE about = '`+merged.id+`' AND status = 'QUEUED'`); got != 2 {
			t.Errorf("%d messages of the other registration, want that it is begun and the receipt, and not the one that names this one", got)
		}
	})
}
