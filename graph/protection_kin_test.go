package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// levels is a hall in which levels are looked at.
type levels struct {
	*hall
	officer *viewer.Viewer
}

func (l levels) submit(t *testing.T, a *application) {
	t.Helper()
	if code := l.own(t, a, "submitApplication"); code != "" {
		t.Fatal(code)
	}
}

func (l levels) raise(t *testing.T, a *application, level int) {
	t.Helper()
	l.must(t, a.by, `mutation($id: ID!, $level: Int!) { requestProtection(input: {id: $id, level: $level}) { userErrors { code } } }`, map[string]any{"id": a.speaker, "level": level}, nil)
}

// change changes a participant, whose identity stays as it was unless more says otherwise.
func (l levels) change(t *testing.T, a *application, id string, more map[string]any) {
	t.Helper()
	input := map[string]any{"id": id, "revision": l.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, id), "identity": nil}
	for field, value := range more {
		input[field] = value
	}
	l.participant(t, a, input)
}

func (l levels) waits(t *testing.T, id string) bool {
	t.Helper()
	return l.rowOf(t, `SELECT COUNT(*) FROM participants WHERE lower_to = level AND uid = $1`, id) == 1
}

func (l levels) merge(t *testing.T, a, into *application) {
	t.Helper()
	if code := l.move(t, l.manager, a, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
		t.Fatal(code)
	}
}

// behalf is a registration in an applicant's place, for an organisation of a name.
func (l levels) behalf(t *testing.T, state, organisation string, level int) *application {
	t.Helper()
	a, code := l.onBehalf(t, l.manager, map[string]any{"preSession": l.meeting[state], "organisation": organisation})
	if code != "" {
		t.Fatal(code)
	}
	l.fillIn(t, a)
	a.speaker = l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Quokka"}, "level": level})
	l.submit(t, a)
	return a
}

// TestLeakOfALevelElsewhere: whoever is protected in one registration is not named in another one that belongs with it, however
// both come about, until the protection officer has looked.
func TestLeakOfALevelElsewhere(t *testing.T) {
	type who struct{ wait, not []string }
	for name, does := range map[string]func(t *testing.T, l levels) who{
		"another draft, older than the level": func(t *testing.T, l levels) who {
			a := l.apply(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			l.raise(t, a, 2)
			l.submit(t, a)
			l.submit(t, b)
			return who{[]string{b.speaker}, []string{a.speaker}}
		},
		"submitted before the one with the level": func(t *testing.T, l levels) who {
			a := l.apply(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			other := l.participant(t, b, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			l.raise(t, a, 2)
			l.submit(t, b)
			l.submit(t, a)
			return who{[]string{b.speaker}, []string{a.speaker, other}}
		},
		"raised in one, where the other was looked at": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			other := l.participant(t, b, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			l.submit(t, b)
			l.protect(t, l.officer, b.speaker, 0)
			l.raise(t, a, 3)
			return who{[]string{b.speaker}, []string{a.speaker, other}}
		},
		"raised by the protection officer": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			l.submit(t, b)
			l.protect(t, l.officer, a.speaker, 2)
			return who{[]string{b.speaker}, []string{a.speaker}}
		},
		"raised with the name": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			l.submit(t, b)
			l.change(t, a, a.speaker, map[string]any{"level": 1})
			return who{[]string{b.speaker}, []string{a.speaker}}
		},
		"twice in one draft": func(t *testing.T, l levels) who {
			a := l.apply(t, l.states[0])
			again := l.participant(t, a, nil)
			l.raise(t, a, 2)
			l.submit(t, a)
			l.must(t, a.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
			return who{wait: []string{again}}
		},
		"in an applicant's place, anew": func(t *testing.T, l levels) who {
			a := l.behalf(t, l.states[0], "Numbat Network", 3)
			if code := l.codeOf(t, l.manager, "withdrawApplication", "ApplicationInput", `userErrors { field message code }`, map[string]any{"id": a.id, "revision": 1, "reason": "They telephoned."}, nil); code != "" {
				t.Fatal(code)
			}
			return who{[]string{l.behalf(t, l.states[0], "Numbat Network", 0).speaker, l.behalf(t, l.states[1], "Another name", 1).speaker}, []string{a.speaker}}
		},
		"a position": func(t *testing.T, l levels) who {
			a := l.apply(t, l.states[0])
			other := l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			l.raise(t, a, 2)
			l.submit(t, a)
			l.protect(t, l.officer, other, 0)
			l.change(t, a, other, map[string]any{"identity": map[string]any{"name": "Bilby", "position": "for Wombat"}})
			return who{[]string{other}, []string{a.speaker}}
		},
		"a pseudonym with the level": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			l.change(t, a, a.speaker, map[string]any{"level": 2, "pseudonym": "Bilby"})
			return who{wait: []string{a.speaker}}
		},
		"a pseudonym before the level": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			l.change(t, a, a.speaker, map[string]any{"pseudonym": "Bilby"})
			if l.waits(t, a.speaker) {
				t.Error("a pseudonym that is not shown has somebody wait")
			}
			l.raise(t, a, 2)
			return who{wait: []string{a.speaker}}
		},
		"where it was merged": func(t *testing.T, l levels) who {
			a, into := l.submitted(t, l.states[0]), l.submitted(t, l.states[0])
			l.change(t, a, a.speaker, map[string]any{"level": 2})
			l.protect(t, l.officer, a.speaker, 2)
			same := l.participant(t, into, map[string]any{"identity": map[string]any{"name": "wombat  " + a.by.UID}})
			l.merge(t, a, into)
			if !l.waits(t, same) {
				t.Error("the same person does not wait once both are merged")
			}
			added := l.participant(t, into, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			return who{[]string{added, into.speaker}, []string{a.speaker}}
		},
		"of one organisation": func(t *testing.T, l levels) who {
			a, b := l.submitted(t, l.states[0]), l.apply(t, l.states[1])
			l.change(t, b, b.speaker, map[string]any{"identity": map[string]any{"name": "Wombat " + a.by.UID}})
			l.submit(t, b)
			l.raise(t, a, 2)
			if l.waits(t, b.speaker) {
				t.Error("what nobody knows to belong together has somebody wait")
			}
			for _, one := range []*application{a, b} {
				if code := l.matches(t, l.manager, one, strings.TrimSpace(l.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))); code != "" {
					t.Fatal(code)
				}
			}
			added := l.participant(t, b, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			return who{[]string{b.speaker, added}, []string{a.speaker}}
		},
		"a lower level elsewhere": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			b := l.applyAs(t, a.by, l.states[1])
			l.raise(t, b, 1)
			l.submit(t, b)
			l.protect(t, l.officer, b.speaker, 1)
			l.raise(t, a, 3)
			return who{[]string{b.speaker}, []string{a.speaker}}
		},
		"nowhere else": func(t *testing.T, l levels) who {
			a, b := l.submitted(t, l.states[0]), l.submitted(t, l.states[1])
			l.raise(t, a, 3)
			added := l.participant(t, b, map[string]any{"identity": map[string]any{"name": "Wombat " + a.by.UID}})
			return who{not: []string{a.speaker, b.speaker, added}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
				got := does(t, l)
				for i, id := range append(got.wait, got.not...) {
					if l.waits(t, id) != (i < len(got.wait)) {
						t.Errorf("the %d. of %v waits for the protection officer: %t", i+1, got, l.waits(t, id))
					}
				}
			})
		})
	}
}

// TestLeakByGuessedNames: an owner who is let in by staff, and reads no identity, does not find out who is protected by the names that
// they have given elsewhere: whoever it is waits, when they are let in and when the level rises.
func TestLeakByGuessedNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		l := levels{h.hall, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		guesses := l.apply(t, l.states[1])
		names := []string{guesses.speaker, l.participant(t, guesses, map[string]any{"identity": map[string]any{"name": "Quokka"}}), l.participant(t, guesses, map[string]any{"identity": map[string]any{"name": "Potoroo"}})}
		l.submit(t, guesses)
		secret := l.behalf(t, l.states[0], "Numbat Network", 1)
		l.protect(t, l.officer, secret.speaker, 1)
		check := func(when string, want bool) {
			t.Helper()
			for i, id := range names {
				if l.waits(t, id) != want {
					t.Errorf("%s the %d. guess waits: %t", when, i+1, !want)
				}
			}
		}
		check("before", false)
		secret.by = h.manager
		if code := h.invite(t, secret, guesses.by.UID+"@example.org"); code != "" {
			t.Fatal(code)
		}
		_, link, _ := h.link(t)
		h.follow(t, link)
		check("once they are let in", true)
		for _, id := range names {
			l.protect(t, l.officer, id, 0)
		}
		h.refresh(t, guesses.by)
		secret.by = guesses.by
		l.raise(t, secret, 2)
		check("once the level rises", true)
	})
}

// TestRegistrationsToReview: the protection officer finds who waits for them, and nobody does who only evaluates.
func TestRegistrationsToReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		raised, beside, ordinary := l.submitted(t, l.states[0]), l.apply(t, l.states[1]), l.submitted(t, l.states[0])
		l.raise(t, raised, 2)
		protected := l.participant(t, beside, map[string]any{"identity": map[string]any{"name": "Bilby"}, "level": 1})
		l.submit(t, beside)
		l.protect(t, l.officer, protected, 1)
		list := func(by *viewer.Viewer, is bool) (ids []string, code string) {
			var read struct {
				Desk struct {
					Registrations struct{ Nodes []struct{ ID string } }
				}
			}
			code = h.ask(t, by, `query($round: ID!, $is: Boolean!) { desk { registrations(round: $round, filter: {protectionNotReviewed: $is}) { nodes { id } } } }`, map[string]any{"round": h.round, "is": is}, &read)
			for _, n := range read.Desk.Registrations.Nodes {
				ids = append(ids, n.ID)
			}
			slices.Sort(ids)
			return ids, code
		}
		both := []string{raised.id, beside.id}
		slices.Sort(both)
		for _, by := range []*viewer.Viewer{l.officer, h.manager} {
			if got, code := list(by, true); code != "" || !slices.Equal(got, both) {
				t.Errorf("to be reviewed are %v %s, want %v", got, code, both)
			}
			if got, code := list(by, false); code != "" || !slices.Equal(got, []string{ordinary.id}) {
				t.Errorf("the others are %v %s", got, code)
			}
		}
		if got, code := list(h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round}), true); code != "FORBIDDEN" {
			t.Errorf("a reviewer finds %v %s", got, code)
		}
		l.protect(t, l.officer, raised.speaker, 2)
		l.protect(t, l.officer, beside.speaker, 0)
		if got, _ := list(l.officer, true); len(got) != 0 {
			t.Errorf("once all are reviewed there are %v", got)
		}
	})
}

// TestLeakOfALevelThatRises: who was published is not known any more once their level rises in another registration.
func TestLeakOfALevelThatRises(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		a := l.apply(t, l.states[0])
		b := l.applyAs(t, a.by, l.states[1])
		l.submit(t, a)
		l.submit(t, b)
		h.giveConsents(t, a, "PUBLIC NAME")
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); !strings.Contains(got, "Wombat "+a.by.UID) {
			t.Fatalf("anybody reads %s", got)
		}
		l.raise(t, b, 1)
		if got := h.public(t); strings.Contains(got, "Wombat") || !l.waits(t, a.speaker) {
			t.Errorf("anybody reads %s", got)
		}
		l.protect(t, l.officer, a.speaker, 0)
		l.raise(t, b, 2) // by which it rises once more
		if !l.waits(t, a.speaker) {
			t.Error("who was looked at before the level rose is known")
		}
	})
}
