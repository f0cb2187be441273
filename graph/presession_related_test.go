package graph_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakToTheirOwnOrganisation: nobody sees, scores or moves what their own organisation applies for.
func TestLeakToTheirOwnOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		matched, named, other, elsewhere := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		var slug, name string
		if err := h.db.SQL.QueryRow(`SELECT slug, name FROM organisations ORDER BY id LIMIT 1`).Scan(&slug, &name); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT id FROM organisations WHERE slug = $1) WHERE uid = $2`, slug, matched.id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = $1 WHERE uid = $2`, " "+strings.ToUpper(name), named.id); err != nil {
			t.Fatal(err)
		}
		for _, role := range []viewer.Role{viewer.Reviewer, viewer.Officer, viewer.Manager} {
			member := h.staffMember(t, viewer.Grant{Role: role})
			member.Organisations = []string{slug}
			for a, want := range map[*application]bool{matched: false, named: false, other: true, elsewhere: true} {
				var read struct {
					Desk struct {
						Registration  *struct{ ID string }
						Registrations struct{ Nodes []struct{ ID string } }
					}
				}
				h.must(t, member, `query($id: ID!, $round: ID!) { desk { registration(id: $id) { id } registrations(round: $round) { nodes { id } } } }`, map[string]any{"id": a.id, "round": h.round}, &read)
				if got := read.Desk.Registration != nil; got != want {
					t.Errorf("%s reads %s: %v, want %v", role, a.id, got, want)
				}
				if got := len(read.Desk.Registrations.Nodes); got != 2 {
					t.Errorf("%s lists %d registrations, want 2", role, got)
				}
				if role != viewer.Reviewer {
					continue
				}
				code := h.ask(t, member, `mutation($id: ID!) { evaluateRegistration(input: {id: $id, score: 5}) { done } }`, map[string]any{"id": a.id}, nil)
				if want := map[*application]string{other: "FORBIDDEN", elsewhere: ""}; a == other || a == elsewhere {
					if code != want[a] {
						t.Errorf("%s scores %s: %q, want %q", role, a.id, code, want[a])
					}
				} else if code != "NOT_FOUND" {
					t.Errorf("%s scores %s: %q", role, a.id, code)
				}
			}
			if role != viewer.Reviewer { // drafts tell of decisions before they are released
				var mail struct {
					Desk struct {
						OutboxMessages struct{ Nodes []struct{ ID, About string } }
						OutboxCounts   []struct{ Count int }
					}
				}
				h.must(t, member, `{ desk { outboxMessages(first: 100) { nodes { id about } } outboxCounts { count } } }`, nil, &mail)
				total := 0
				for _, c := range mail.Desk.OutboxCounts {
					total += c.Count
				}
				if got := fmt.Sprint(mail.Desk.OutboxMessages.Nodes); strings.Contains(got, matched.id) || strings.Contains(got, named.id) || strings.Contains(got, other.id) || !strings.Contains(got, elsewhere.id) || total != len(mail.Desk.OutboxMessages.Nodes) {
					t.Errorf("%s sees messages %s, and counts %d", role, got, total)
				}
				id := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'receipt' AND about = '`+matched.id+`'`))
				if code := h.ask(t, member, `query($id: ID!) { desk { outboxMessage(id: $id) { id } } }`, map[string]any{"id": id}, nil); code != "NOT_FOUND" {
					t.Errorf("%s opens a message: %q", role, code)
				}
				if code := h.ask(t, member, `mutation($id: ID!) { cancelMessages(input: {ids: [$id], reason: "mine"}) { userErrors { code } } }`, map[string]any{"id": id}, nil); code != "NOT_FOUND" {
					t.Errorf("%s cancels a message: %q", role, code)
				}
			}
			if code := h.move(t, member, matched, "SHORTLISTED", map[string]any{"reason": "because"}); code != "NOT_FOUND" && code != "FORBIDDEN" {
				t.Errorf("%s moves it: %q", role, code)
			}
		}
	})
}

// TestLeakOfConflicts: who has declared a conflict of interest reads nothing more of a registration: no mail about
// it, and no registration that staff began, whose organisation they name once more.
func TestLeakOfConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := func() *viewer.Viewer {
			return h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}, viewer.Grant{Role: viewer.Reviewer})
		}
		a, code := h.onBehalf(t, officer(), nil)
		if code != "" {
			t.Fatal(code)
		}
		h.fillIn(t, a)
		a.speaker = h.participant(t, a, nil)
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		h.stage(t, a)
		biased := officer()
		sees := func() string {
			t.Helper()
			var read struct {
				Desk struct {
					OutboxMessages       struct{ Nodes []struct{ ID string } }
					UnownedRegistrations []struct{ ID string }
				}
			}
			h.must(t, biased, `query($id: ID!, $about: ID!) { desk { outboxMessages(filter: {about: $about}) { nodes { id } } unownedRegistrations(round: $id) { id } } }`, map[string]any{"id": h.round, "about": a.id}, &read)
			_, code := h.onBehalf(t, biased, nil)
			return fmt.Sprint(len(read.Desk.OutboxMessages.Nodes) > 0, len(read.Desk.UnownedRegistrations), code)
		}
		if got := sees(); got != "true 1" {
			t.Errorf("before: %s", got)
		}
		if code := h.evaluate(t, biased, a, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		if got := sees(); got != "false 0FORBIDDEN" {
			t.Errorf("afterwards: %s", got)
		}
	})
}

// TestLeakOfMergedOrganisations: what keeps somebody from a registration keeps them from the one that speaks for it
// as well: that their organisation applied with it, that they did, or that they have a conflict of interest with it.
func TestLeakOfMergedOrganisations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		speaks, between, merged, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		var slug string
		if err := h.db.SQL.QueryRow(`SELECT slug FROM organisations ORDER BY id LIMIT 1`).Scan(&slug); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT id FROM organisations WHERE slug = $1) WHERE uid = $2`, slug, merged.id); err != nil {
			t.Fatal(err)
		}
		staff := func(more ...viewer.Grant) *viewer.Viewer {
			return h.staffMember(t, append(more, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}, viewer.Grant{Role: viewer.Reviewer})...)
		}
		member, applicant, conflicted := staff(), staff(viewer.Grant{Role: viewer.Applicant, Scope: "registration:" + merged.id}), staff()
		member.Organisations = []string{slug}
		if code := h.evaluate(t, conflicted, merged, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		into := func(a *application) map[string]any {
			return map[string]any{"into": a.id, "agreement": "Both wrote."}
		}
		for _, by := range []*viewer.Viewer{member, applicant, conflicted} {
			if code := h.move(t, by, other, "MERGED", into(merged)); code != "FORBIDDEN" {
				t.Errorf("%s merges with what they may have no opinion of: %q", by.UID, code)
			}
		}
		sees := func(by *viewer.Viewer) string {
			t.Helper()
			var read struct {
				Desk struct {
					Registration   *struct{ ID string }
					Registrations  struct{ TotalCount int }
					OutboxMessages struct{ Nodes []struct{ ID string } }
				}
			}
			h.must(t, by, `query($id: ID!, $round: ID!) { desk { registration(id: $id) { id } registrations(round: $round) { totalCount } outboxMessages(filter: {about: $id}) { nodes { id } } } }`, map[string]any{"id": speaks.id, "round": h.round}, &read)
			statements := h.ask(t, by, `query($id: ID!) { desk { statements(registration: $id) { id } } }`, map[string]any{"id": speaks.id}, nil)
			return fmt.Sprintln(read.Desk.Registration != nil, read.Desk.Registrations.TotalCount, len(read.Desk.OutboxMessages.Nodes) > 0, statements, h.evaluate(t, by, speaks, map[string]any{"score": 5}))
		}
		for _, by := range []*viewer.Viewer{member, applicant, conflicted} {
			if got, want := sees(by), fmt.Sprintln(true, 3, false, "", "FORBIDDEN"); got != want {
				t.Errorf("before, %s: %s, want %s", by.UID, got, want)
			}
		}
		for _, pair := range [][2]*application{{merged, between}, {between, speaks}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", into(pair[1])); code != "" {
				t.Fatal(code)
			}
		}
		for _, by := range []*viewer.Viewer{member, applicant, conflicted} {
			if got, want := sees(by), fmt.Sprintln(false, 1, false, "NOT_FOUND", "NOT_FOUND"); got != want {
				t.Errorf("afterwards, %s: %s, want %s", by.UID, got, want)
			}
			if code := h.move(t, by, speaks, "OFFERED", nil); code != "NOT_FOUND" {
				t.Errorf("%s offers it a place: %q", by.UID, code)
			}
		}
		if got := sees(h.manager); !strings.HasPrefix(got, "true 4 true") {
			t.Errorf("another manager: %s", got)
		}
	})
}

// TestLeakOfWhatAConflictSpeaksFor: a conflict of interest with any of those that were merged reaches all of them: those
// for which it speaks, the one that speaks for it, and those for which that one speaks as well. It ends with the merger.
func TestLeakOfWhatAConflictSpeaksFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		speaks, between, first, second, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		joined := []*application{speaks, between, first, second}
		for _, pair := range [][2]*application{{first, between}, {between, speaks}, {second, speaks}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", map[string]any{"into": pair[1].id, "agreement": "Both wrote."}); code != "" {
				t.Fatal(code)
			}
		}
		sees := func(by *viewer.Viewer) string {
			t.Helper()
			var read struct {
				Desk struct {
					Registrations  struct{ Nodes []struct{ ID string } }
					OutboxMessages struct{ Nodes []struct{ About string } }
				}
			}
			h.must(t, by, `query($round: ID!) { desk { registrations(round: $round) { nodes { id } } outboxMessages { nodes { about } } } }`, map[string]any{"round": h.round}, &read)
			said := ""
			for i, a := range append(joined, other) {
				var opened struct {
					Desk struct{ Registration *struct{ ID string } }
				}
				h.must(t, by, `query($id: ID!) { desk { registration(id: $id) { id } } }`, map[string]any{"id": a.id}, &opened)
				is := []bool{opened.Desk.Registration != nil, h.ask(t, by, `query($id: ID!) { desk { statements(registration: $id) { id } } }`, map[string]any{"id": a.id}, nil) == ""}
				listed, mailed := false, false
				for _, node := range read.Desk.Registrations.Nodes {
					listed = listed || node.ID == a.id
				}
				for _, node := range read.Desk.OutboxMessages.Nodes {
					mailed = mailed || node.About == a.id
				}
				switch is = append(is, listed, mailed); {
				case !slices.Contains(is, false):
					said += strconv.Itoa(i)
				case slices.Contains(is, true):
					t.Errorf("%s sees a part of registration %d: %v", by.UID, i, is)
				}
			}
			return said
		}
		for i, a := range joined {
			by := h.staffMember(t, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}, viewer.Grant{Role: viewer.Reviewer})
			if got := sees(by); got != "01234" {
				t.Fatalf("before: %s", got)
			}
			if code := h.evaluate(t, by, a, map[string]any{"conflict": true}); code != "" {
				t.Fatal(code)
			}
			if got := sees(by); got != "4" {
				t.Errorf("with a conflict with registration %d they see %s", i, got)
			}
			if code := h.move(t, by, joined[(i+1)%len(joined)], "WITHDRAWN", map[string]any{"reason": "because"}); code != "NOT_FOUND" {
				t.Errorf("they move another: %q", code)
			}
		}
		conflicted := h.staffMember(t, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.Reviewer})
		if code := h.evaluate(t, conflicted, speaks, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, second, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, speaks, "OFFERED", nil); code != "" { // with which nothing there is hidden any more but what they have a conflict with
			t.Fatal(code)
		}
		if got := sees(conflicted); got != "34" {
			t.Errorf("once it is merged no more they see %s", got)
		}
	})
}

// TestLeakOfStatementsToWhoHasAConflict: nobody opens the file of a statement whose registration they do not see.
func TestLeakOfStatementsToWhoHasAConflict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		merged := h.submitted(t, h.states[0])
		conflicted := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}, viewer.Grant{Role: viewer.Reviewer})
		if code := h.evaluate(t, conflicted, merged, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		a, officer := h.withAgenda(t)
		id := h.accepted(t, a, officer)
		h.checkReads(t, id, "Told by Wombat.\n", officer, conflicted)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": a.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.checkReads(t, id, "Told by Wombat.\n", officer)
		h.checkReads(t, id, "", conflicted)
	})
}
