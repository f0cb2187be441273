package graph_test

import (
	"fmt"
	"testing"
	"time"

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

// BenchmarkRegistrations lists the registrations of a round that has 2,000, all of them and a page.
func BenchmarkRegistrations(b *testing.B) {
	eachHall(b, func(b *testing.B, h *hall) {
		program := viewer.NewContext(b.Context(), viewer.Program("test"))
		h.person(b)
		user := h.rowOf(b, `SELECT MAX(id) FROM users`)
		for i := range 2000 {
			meeting := h.rowOf(b, `SELECT id FROM pre_sessions WHERE uid = $1`, h.meeting[h.states[i%len(h.states)]])
			h.db.Ent.Registration.Create().SetUID(fmt.Sprint("reg_", i)).SetReference(fmt.Sprint("UPR-", i)).SetMeetingID(meeting).SetUserID(user).SetState("SUBMITTED").
				SetOrganisation(fmt.Sprint("Organisation ", i)).SetOrganisationKind(registration.OrganisationKindCSO).SetAims("To speak of what we see.").
				SetCreatedAt(h.clock.now()).SetSubmittedAt(h.clock.now().Add(time.Duration(i) * time.Second)).ExecX(program)
		}
		for _, first := range []int{100, 2000} {
			b.Run(fmt.Sprint(first), func(b *testing.B) {
				for b.Loop() {
					var read struct {
						Desk struct {
							Registrations struct {
								Nodes      []struct{ ID string }
								TotalCount int
							}
						}
					}
					h.must(b, h.manager, `query($round: ID!, $first: Int!) { desk { registrations(round: $round, first: $first) { totalCount nodes { id reference state score answers { organisation } } } } }`,
						map[string]any{"round": h.round, "first": first}, &read)
					if len(read.Desk.Registrations.Nodes) != first || read.Desk.Registrations.TotalCount != 2000 {
						b.Fatalf("%d of %d", len(read.Desk.Registrations.Nodes), read.Desk.Registrations.TotalCount)
					}
				}
			})
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
