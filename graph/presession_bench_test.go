package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// eachHall opens a round on both databases.
func eachHall(b *testing.B, run func(b *testing.B, h *hall)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { run(b, openHall(b, dbtest.SQLite(b))) })
	b.Run("postgres", func(b *testing.B) { run(b, openHall(b, dbtest.Postgres(b))) })
}

// registrationsPage has every field that a list of registrations has for coordinators.
const registrationsPage = `query($round: ID!, $filter: RegistrationFilter, $first: Int!) { desk { registrations(round: $round, filter: $filter, first: $first) {
	totalCount drafts hasNextPage counts { state count }
	balance { speakers nhri national international womenLed groupAtRisk genders { gender count } regions { region count } issues { issue count } }
	nodes { id reference preSession stateUnderReview state pendingState rank questions respondBy returnedUnchanged offerExpiresAt letterRequested outcome feedback availability
		unavailable { from to } agreesTo onBehalf mergedInto duplicate score evaluations { reviewer score notes } revision submittedAt
		answers { organisation organisationKind national womenLed groupAtRisk founded ecosoc aims issues submission submissionLink consent } }
} } }`

// registrationsTable has what a table of all needs: every field of 2,000 costs more than one question may.
const registrationsTable = `query($round: ID!, $filter: RegistrationFilter, $first: Int!) { desk { registrations(round: $round, filter: $filter, first: $first) {
	totalCount drafts counts { state count } nodes { id reference state pendingState score answers { organisation } } } } }`

// BenchmarkRegistrations lists the registrations of a round that has 2,000, with counts and balance: a page of
// them, a page of those that a filter admits, and all.
func BenchmarkRegistrations(b *testing.B) {
	eachHall(b, func(b *testing.B, h *hall) {
		h.register(b, 2000)
		some := map[string]any{"states": []string{"SUBMITTED", "SHORTLISTED"}, "national": true, "womenLed": false, "issue": "civil-society", "search": "organisation 1"}
		for _, list := range []struct {
			name, query string
			filter      any
			first       int
		}{{"page", registrationsPage, nil, 100}, {"filtered", registrationsPage, some, 100}, {"all", registrationsTable, nil, 2000}} {
			b.Run(list.name, func(b *testing.B) {
				for b.Loop() {
					var read struct {
						Desk struct {
							Registrations struct {
								Nodes  []struct{ ID string }
								Counts []struct{ Count int }
							}
						}
					}
					h.must(b, h.manager, list.query, map[string]any{"round": h.round, "filter": list.filter, "first": list.first}, &read)
					if got := read.Desk.Registrations; len(got.Nodes) != list.first || len(got.Counts) == 0 {
						b.Fatalf("%d registrations, counts %v", len(got.Nodes), got.Counts)
					}
				}
			})
		}
	})
}

// register has organisations apply, with all that reviewers and applicants write. One in ten is offered a
// place, one in five waits, and beside one in twenty there is a draft.
func (h *hall) register(b *testing.B, n int) {
	b.Helper()
	program := viewer.NewContext(b.Context(), viewer.Program("test"))
	h.person(b)
	user := h.rowOf(b, `SELECT MAX(id) FROM users`)
	states, kinds := []registration.State{"SUBMITTED", "SHORTLISTED", "OFFERED", "SUBMITTED", "WAITLISTED"}, []registration.OrganisationKind{"CSO", "NHRI", "COALITION"}
	var evaluations []*ent.EvaluationCreate
	var participants []*ent.ParticipantCreate
	for i := range n {
		meeting, state := h.rowOf(b, `SELECT id FROM pre_sessions WHERE uid = $1`, h.meeting[h.states[i%len(h.states)]]), states[i%len(states)]
		if state == "OFFERED" && i%2 > 0 {
			state = "SUBMITTED"
		}
		create := h.db.Ent.Registration.Create().SetUID(fmt.Sprint("reg_", i)).SetReference(fmt.Sprint("UPR-", i)).SetMeetingID(meeting).SetState(state).
			SetOrganisation(fmt.Sprint("Organisation ", i)).SetOrganisationKind(kinds[i%len(kinds)]).SetNational(i%3 > 0).SetWomenLed(i%4 == 0).SetAims(strings.Repeat("To speak of what we see. ", 30)).
			SetIssues([]string{"detention", []string{"civil-society", "justice"}[i%2]}).SetSubmission("WILL_FOLLOW").SetAvailability("Not in the morning.").
			SetCreatedAt(h.clock.now()).SetConsentedAt(h.clock.now()).SetSubmittedAt(h.clock.now().Add(time.Duration(i) * time.Second))
		switch state {
		case "OFFERED":
			create.SetOfferExpiresAt(h.clock.now()).SetDecidedBy(h.manager.UID)
		case "WAITLISTED":
			create.SetRank(1 + i).SetDecidedBy(h.manager.UID)
		}
		row := create.SaveX(program)
		if i%20 == 0 {
			h.db.Ent.Registration.Create().SetUID(fmt.Sprint("reg_draft", i)).SetReference(fmt.Sprint("DRAFT-", i)).SetMeetingID(meeting).SetCreatedAt(h.clock.now()).ExecX(program)
		}
		evaluations = append(evaluations, h.db.Ent.Evaluation.Create().SetRegistrationID(row.ID).SetUserID(user).SetScore(1+i%5).SetNotes("As I see it.").SetCreatedAt(h.clock.now()).SetChangedAt(h.clock.now()))
		participants = append(participants, h.db.Ent.Participant.Create().SetUID(fmt.Sprint("par_", i)).SetRegistrationID(row.ID).SetGender([]participant.Gender{"WOMAN", "MAN"}[i%2]).SetCreatedAt(h.clock.now()))
	}
	for part := range slices.Chunk(evaluations, 500) {
		h.db.Ent.Evaluation.CreateBulk(part...).ExecX(program)
	}
	for part := range slices.Chunk(participants, 500) {
		h.db.Ent.Participant.CreateBulk(part...).ExecX(program)
	}
}

// BenchmarkWhoHasAnInterest reads the history and the mail of a round with 2,000 registrations, as somebody with an interest at
// each of its Pre-sessions, from whom all of it is hidden, and as another one.
func BenchmarkWhoHasAnInterest(b *testing.B) {
	eachHall(b, func(b *testing.B, h *hall) {
		h.register(b, 2000)
		for _, query := range []string{
			`INSERT INTO change_entries (id, node, operation, change_id) SELECT (SELECT MAX(id) FROM change_entries) + ROW_NUMBER() OVER (), uid, 'DRAFT_TO_SUBMITTED', (SELECT MAX(id) FROM changes) FROM registrations`,
			`INSERT INTO outbox_messages (uid, template, language, about, round, state, level, neutral, status, created_at) SELECT 'msg_' || uid, 'receipt', 'EN', uid, '` + h.round + `', '', 0, FALSE, 'SENT', created_at FROM registrations`,
			`INSERT INTO change_entries (id, node, operation, change_id) SELECT (SELECT MAX(id) FROM change_entries) + ROW_NUMBER() OVER (), n.prefix || r.uid, 'CORRECT', (SELECT MAX(id) FROM changes) FROM registrations r, (SELECT '' AS prefix UNION ALL SELECT 'msg_' UNION ALL SELECT 'spo_') n`,
			`INSERT INTO change_entries (id, node, operation, change_id) SELECT (SELECT MAX(id) FROM change_entries) + ROW_NUMBER() OVER (), uid, 'PROTECT', (SELECT MAX(id) FROM changes) FROM participants`,
		} {
			if _, err := h.db.SQL.Exec(query); err != nil {
				b.Fatal(err)
			}
		}
		other, applies := h.staffMember(b, viewer.Grant{Role: viewer.Admin}, viewer.Grant{Role: viewer.Manager}), h.staffMember(b, viewer.Grant{Role: viewer.Admin}, viewer.Grant{Role: viewer.Manager})
		for i := range 5 * len(h.states) {
			applies.Grants = append(applies.Grants, viewer.Grant{Role: viewer.Applicant, Scope: fmt.Sprint("registration:reg_", i)})
		}
		for name, by := range map[string]*viewer.Viewer{"other": other, "applies": applies} {
			for list, query := range map[string]string{"history": `{ desk { list: history(first: 50, filter: {operation: "PROTECT"}) { totalCount } all: history(first: 50) { nodes { node } } } }`, "mail": `{ desk { list: outboxMessages(first: 50) { totalCount nodes { id } } } }`} {
				b.Run(list+"/"+name, func(b *testing.B) {
					for b.Loop() {
						var read struct {
							Desk struct{ List struct{ TotalCount int } }
						}
						h.must(b, by, query, nil, &read)
						if hidden := read.Desk.List.TotalCount == 0; hidden != (by == applies) {
							b.Fatalf("%d are read", read.Desk.List.TotalCount)
						}
					}
				})
			}
		}
	})
}

// BenchmarkRelease releases 200 decisions of all meetings of a round, with their mail.
func BenchmarkRelease(b *testing.B) {
	eachHall(b, func(b *testing.B, h *hall) {
		for b.Loop() {
			b.StopTimer()
			for i := range 200 {
				a := h.submitted(b, h.states[i%len(h.states)])
				if code := h.move(b, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
					b.Fatal(code)
				}
			}
			b.StartTimer()
			if code := h.release(b, 200); code != "" {
				b.Fatal(code)
			}
		}
	})
}
