package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfAccountsAfterThePurge: accounts and roles that keep whose registrations were whose. Who is public can take that back
// and is known for as long; of others nothing is left but that somebody applied, and nobody acts in their place.
func TestLeakOfAccountsAfterThePurge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		public, gone, works, evaluates := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		draft, unowned := h.apply(t, h.states[0]), h.unowned(t)
		h.giveConsents(t, public, "PUBLIC NAME", "ARCHIVE NAME")
		h.confirmed(t, public)
		program := viewer.NewContext(t.Context(), viewer.Program("test"))
		row := h.db.Ent.User.Query().Where(user.UID(works.by.UID)).OnlyX(program)
		h.db.Ent.Grant.Create().SetUserID(row.ID).SetRole(string(viewer.Translator)).SetScope("language:FR").SetCreatedAt(h.clock.now()).ExecX(program)
		row = h.db.Ent.User.Query().Where(user.UID(evaluates.by.UID)).OnlyX(program)
		about := h.db.Ent.Registration.Query().FirstIDX(program)
		h.db.Ent.Evaluation.Create().SetRegistrationID(about).SetUserID(row.ID).SetScore(3).SetCreatedAt(h.clock.now()).SetChangedAt(h.clock.now()).ExecX(program)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		known := func(a *application) bool {
			accounts := h.rowOf(t, `SELECT COUNT(*) FROM users WHERE uid = $1`, a.by.UID)
			roles := h.rowOf(t, `SELECT COUNT(*) FROM grants WHERE scope = $1`, "registration:"+a.id)
			owned := h.rowOf(t, `SELECT COUNT(*) FROM registrations WHERE uid = $1 AND owner_id IS NOT NULL`, a.id)
			if roles != owned || roles == 1 && accounts == 0 {
				t.Errorf("of %s there are %d accounts, %d roles and %d owners", a.id, accounts, roles, owned)
			}
			return roles == 1
		}
		h.clock.set("2026-05-31T08:59:59Z")
		h.sweep(t)
		for _, a := range []*application{public, gone, works, evaluates, draft} {
			if !known(a) {
				t.Errorf("%s is nobody's a second before", a.id)
			}
		}
		h.clock.set("2026-06-30T09:00:00Z")
		h.sweep(t)
		h.sweep(t)
		for _, c := range []struct {
			of             *application
			known, account bool
		}{{public, true, true}, {gone, false, false}, {draft, false, false}, {works, false, true}, {evaluates, false, true}} {
			if got := known(c.of); got != c.known {
				t.Errorf("whose %s is, is known: %t", c.of.id, got)
			}
			if n := h.rowOf(t, `SELECT COUNT(*) FROM users WHERE uid = $1`, c.of.by.UID); (n == 1) != c.account {
				t.Errorf("%s has %d accounts", c.of.id, n)
			}
		}
		if n := h.count(t, `SELECT COUNT(*) FROM change_entries WHERE operation = 'FORGET'`); n != 2 {
			t.Errorf("%d accounts were forgotten as the log has it, want 2", n)
		}
		for _, a := range []*application{gone, draft, unowned} {
			a.by = h.manager
			if code := h.own(t, a, "withdrawApplication"); !strings.HasPrefix(code, "NOT_FOUND") {
				t.Errorf("a manager withdraws %s, of which nothing is known: %q", a.id, code)
			}
		}
		var listed struct {
			Desk struct {
				UnownedRegistrations []struct{ ID string }
				Registrations        struct {
					Nodes []struct {
						ID                  string
						OnBehalf, Duplicate bool
					}
				}
			}
		}
		h.must(t, h.manager, `query($round: ID!) { desk { unownedRegistrations(round: $round) { id } registrations(round: $round) { nodes { id onBehalf duplicate } } } }`, map[string]any{"round": h.round}, &listed)
		if len(listed.Desk.UnownedRegistrations) != 0 || len(listed.Desk.Registrations.Nodes) != 5 {
			t.Errorf("there are %v that nobody owns, of %v", listed.Desk.UnownedRegistrations, listed.Desk.Registrations.Nodes)
		}
		for _, r := range listed.Desk.Registrations.Nodes {
			if r.OnBehalf || r.Duplicate {
				t.Errorf("%s is somebody's: %+v", r.ID, r)
			}
		}
		h.giveConsents(t, public)
		h.sweep(t)
		if known(public) || h.rowOf(t, `SELECT COUNT(*) FROM users WHERE uid = $1`, public.by.UID) != 0 {
			t.Error("who is public no more is known")
		}
	})
}

// TestModelOfAccountsThatAreKept: a server that is not told how to forget accounts ends what they owned all the same.
func TestModelOfAccountsThatAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.clock.set("2026-06-30T09:00:00Z")
		means := h.means
		means.Forget = nil
		if err := presession.New(h.db, h.clock.now, means).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := h.rowOf(t, `SELECT COUNT(*) FROM users WHERE uid = $1`, a.by.UID); n != 1 {
			t.Errorf("%d accounts", n)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM grants WHERE scope LIKE 'registration:%'`); n != 0 {
			t.Errorf("%d roles", n)
		}
	})
}
