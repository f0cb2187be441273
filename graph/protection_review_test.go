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

// TestLeakOfALevelBeside: in the registration of somebody with a level nobody is named, or shown as somebody else, until the
// protection officer has looked, whatever the name.
func TestLeakOfALevelBeside(t *testing.T) {
	type who struct{ wait, not []string }
	for name, does := range map[string]func(t *testing.T, l levels) who{
		"added later": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			beside := l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			l.raise(t, a, 3)
			return who{[]string{l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Quokka"}}), l.participant(t, a, map[string]any{"identity": nil, "level": 1})}, []string{a.speaker, beside}}
		},
		"once they are removed": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			l.raise(t, a, 2)
			l.must(t, a.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
			return who{wait: []string{l.participant(t, a, nil)}}
		},
		"once they are another, of one address, and that one has no level": func(t *testing.T, l levels) who {
			a := l.submitted(t, l.states[0])
			l.raise(t, a, 2)
			l.change(t, a, a.speaker, map[string]any{"level": 0, "identity": map[string]any{"name": "Bilby", "email": a.by.UID + "@speakers.example.org"}})
			l.protect(t, l.officer, a.speaker, 0)
			return who{[]string{l.participant(t, a, nil)}, []string{a.speaker}}
		},
		"a position, and a telephone": func(t *testing.T, l levels) who {
			a := l.apply(t, l.states[0])
			position := l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			phone := l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Quokka"}})
			l.raise(t, a, 2)
			l.submit(t, a)
			l.change(t, a, position, map[string]any{"identity": map[string]any{"name": "Bilby", "position": "for Wombat"}})
			l.change(t, a, phone, map[string]any{"identity": map[string]any{"name": "Quokka", "phone": "+41 22 000 00 00"}})
			return who{[]string{position}, []string{a.speaker, phone}}
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
		"in an applicant's place": func(t *testing.T, l levels) who {
			a := l.behalf(t, l.states[0], "Numbat Network", 1)
			beside := l.participant(t, a, map[string]any{"identity": map[string]any{"name": "Bilby"}})
			l.protect(t, l.officer, beside, 0)
			l.change(t, a, beside, map[string]any{"identity": map[string]any{"name": "Bilby"}}) // whoever writes it does not read it
			return who{[]string{beside}, []string{a.speaker}}
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

// TestLeakOfALevelElsewhere: nobody finds out who is protected, or where, by what becomes of somebody in another registration. A
// person is named in both; one has a level, and whatever joins the two, or names them anew, has nobody wait in the other.
func TestLeakOfALevelElsewhere(t *testing.T) {
	for name, does := range map[string]func(t *testing.T, h *house, l levels, secret, other *application){
		"guessed by another owner": func(t *testing.T, h *house, l levels, secret, other *application) {
			guesser := l.apply(t, l.states[0])
			secret.by = l.manager
			if code := h.invite(t, secret, guesser.by.UID+"@example.org"); code != "" {
				t.Fatal(code)
			}
			_, link, _ := h.link(t)
			h.follow(t, link)
			h.refresh(t, guesser.by)
			secret.by = guesser.by
			l.change(t, secret, secret.speaker, map[string]any{"identity": map[string]any{"name": "Wombat " + other.by.UID}, "level": 2, "pseudonym": "Numbat"})
		},
		"an owner of both": func(t *testing.T, h *house, _ levels, secret, other *application) {
			secret.by = h.manager
			if code := h.invite(t, secret, other.by.UID+"@example.org"); code != "" {
				t.Fatal(code)
			}
			_, link, _ := h.link(t)
			h.follow(t, link)
		},
		"one organisation": func(t *testing.T, _ *house, l levels, secret, other *application) {
			for _, one := range []*application{secret, other} {
				if code := l.matches(t, l.manager, one, strings.TrimSpace(l.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))); code != "" {
					t.Fatal(code)
				}
			}
		},
		"a level that rises": func(t *testing.T, _ *house, l levels, secret, _ *application) {
			l.protect(t, l.officer, secret.speaker, 3)
		},
		"another one with that name": func(t *testing.T, _ *house, l levels, _, _ *application) {
			l.behalf(t, l.states[1], "Another name", 3)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHouse(t, url)
				l := levels{h.hall, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
				other := l.apply(t, l.states[1])
				same := l.participant(t, other, map[string]any{"identity": map[string]any{"name": "Quokka"}})
				l.submit(t, other)
				secret := l.behalf(t, l.states[0], "Numbat Network", 1)
				l.protect(t, l.officer, secret.speaker, 1)
				does(t, h, l, secret, other)
				h.refresh(t, other.by)
				added := l.participant(t, other, map[string]any{"identity": map[string]any{"name": "Quokka"}})
				for i, id := range []string{other.speaker, same, added} {
					if l.waits(t, id) {
						t.Errorf("the %d. waits for the protection officer", i+1)
					}
				}
			})
		})
	}
}

// TestLeakByMerging: nor by a merger.
func TestLeakByMerging(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		a, into := l.submitted(t, l.states[0]), l.submitted(t, l.states[0])
		same := l.participant(t, into, map[string]any{"identity": map[string]any{"name": "wombat  " + a.by.UID}})
		l.raise(t, a, 3)
		l.merge(t, a, into)
		for i, id := range []string{into.speaker, same, l.participant(t, into, map[string]any{"identity": map[string]any{"name": "Bilby"}})} {
			if l.waits(t, id) {
				t.Errorf("the %d. waits for the protection officer", i+1)
			}
		}
	})
}

// TestLeakOfGuesses: from level 1 on nobody who writes an identity is told whether it is the one that was there.
func TestLeakOfGuesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		a := l.submitted(t, l.states[0])
		l.raise(t, a, 1)
		for _, name := range []string{"Quokka", "Quokka", "Bilby"} {
			l.protect(t, l.officer, a.speaker, 1)
			l.change(t, a, a.speaker, map[string]any{"identity": map[string]any{"name": name}})
			if got := h.count(t, `SELECT COUNT(*) FROM participants WHERE reviewed_at IS NULL AND (lower_to IS NULL OR lower_to <> level) AND uid = '`+a.speaker+`'`); got != 1 {
				t.Errorf("whoever writes %q reads that it is another name, or the same", name)
			}
		}
	})
}

// TestLowerLevelWhileWaiting: who waits for the protection officer is told why nothing lower can be asked for.
func TestLowerLevelWhileWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		a := l.submitted(t, l.states[0])
		l.change(t, a, a.speaker, map[string]any{"level": 2, "pseudonym": "Bilby"})
		lower := func() string {
			return h.codeOf(t, a.by, "requestProtection", "RequestProtectionInput", `userErrors { field message code }`, map[string]any{"id": a.speaker, "level": 1}, nil)
		}
		if code := lower(); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, "ask for it then") || !l.waits(t, a.speaker) {
			t.Errorf("it is answered %q", code)
		}
		l.protect(t, l.officer, a.speaker, 2)
		if code := lower(); code != "" {
			t.Error(code)
		}
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
		added := l.participant(t, beside, map[string]any{"identity": map[string]any{"name": "Quokka"}})
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
		l.protect(t, l.officer, added, 0)
		if got, _ := list(l.officer, true); len(got) != 0 {
			t.Errorf("once all are reviewed there are %v", got)
		}
	})
}
