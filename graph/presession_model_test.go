package graph_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// rule is a line of testdata/transitions.txt.
type rule struct{ from, to, who, when string }

func readRules(t *testing.T) (rules []rule) {
	t.Helper()
	text, err := os.ReadFile("testdata/transitions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 5 && f[0] != "#" {
			rules = append(rules, rule{f[1], f[2], f[3], strings.Join(f[4:], " ")})
		}
	}
	return rules
}

// TestModelHasEveryTransition holds the program's table against the specification's.
func TestModelHasEveryTransition(t *testing.T) {
	letters := map[viewer.Role]string{viewer.Applicant: "A", viewer.Officer: "O", viewer.Manager: "M", presession.System: "S"}
	when := map[presession.Staging]string{presession.AtOnce: "at once", presession.Staged: "staged", presession.EitherWay: "either"}
	var got, want []string
	for _, transition := range presession.Transitions() {
		who := ""
		for _, role := range transition.By {
			if role != presession.System || transition.To != presession.Offered { // it proposes, and nobody asks for that
				who += letters[role]
			}
		}
		for _, from := range transition.From {
			got = append(got, fmt.Sprint(rule{string(from), string(transition.To), who, when[transition.Staging]}))
		}
	}
	for _, r := range readRules(t) {
		want = append(want, fmt.Sprint(r))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// model is what must become of registrations, said in another way than the program does.
type model struct {
	rules []rule
	slots int
	all   map[*application]*modelled
}

type modelled struct {
	state, pending string
	rank, next     int // next: to be its rank
	submitted      bool
}

func (m *modelled) String() string {
	if m.pending != "" {
		return m.state + " > " + m.pending
	}
	return m.state
}

// attempt is a random move.
type attempt struct {
	of     *application
	who    string // A, O, M or S
	to     string
	staged bool
	rank   int

	exchange bool // of places on the waiting list
}

// plausible makes an attempt into one that a rule allows, but for withdrawals, of which there are
// enough.
func (m *model) plausible(random *rand.Rand, a attempt) attempt {
	var possible []attempt
	for _, r := range m.rules {
		who := strings.TrimSuffix(r.who, "S")
		if r.from != m.all[a.of].state || who == "" || r.to == "WITHDRAWN" || r.to == "MERGED" {
			continue
		}
		next := a
		next.to, next.who = r.to, string(who[random.IntN(len(who))])
		next.staged = r.when != "at once" && a.staged
		possible = append(possible, next)
	}
	if len(possible) == 0 {
		return a
	}
	return possible[random.IntN(len(possible))]
}

// expect says how an attempt must end, and makes it where it succeeds.
func (m *model) expect(a attempt) (code string) {
	r := m.all[a.of]
	if a.who == "A" && a.to == "WITHDRAWN" && r.state == "WITHDRAWN" {
		return "" // done once
	}
	i := slices.IndexFunc(m.rules, func(l rule) bool { return l.from == r.state && l.to == a.to && strings.Contains(l.who, a.who) })
	forAnybody := slices.ContainsFunc(m.rules, func(l rule) bool { return l.from == r.state && l.to == a.to })
	switch {
	case !r.submitted && a.who != "A": // also a draft that was withdrawn
		return "NOT_FOUND"
	case i < 0 && (a.who == "A" || !forAnybody):
		return "CONFLICT"
	case i < 0:
		return "FORBIDDEN"
	}
	when := m.rules[i].when
	if a.staged && when == "at once" {
		return "INVALID"
	}
	if code := m.guard(a, r); code != "" {
		return code
	}
	if a.exchange {
		with := m.waitsAt(a.rank, r)
		with.waitAt(r.place())
	}
	if when == "staged" || a.staged {
		passesOn := r.String() == "WAITLISTED > OFFERED" && a.to != "OFFERED"
		if r.next = 0; a.to == "WAITLISTED" && r.state == "WAITLISTED" {
			r.next = a.rank
		} else if a.to == "WAITLISTED" {
			r.rank = a.rank
		}
		if r.pending = a.to; passesOn {
			m.proposeNext(r)
		}
		return ""
	}
	m.arrive(r, a.to)
	return ""
}

// place is where one waits once all is released; 0: nowhere.
func (m *modelled) place() int {
	switch {
	case m.next > 0:
		return m.next
	case m.pending == "WAITLISTED", m.state == "WAITLISTED" && m.pending == "":
		return m.rank
	}
	return 0
}

func (m *modelled) waitAt(rank int) {
	if m.pending = "WAITLISTED"; m.state == "WAITLISTED" {
		m.next = rank
	} else {
		m.rank = rank
	}
}

func (m *model) waitsAt(rank int, but *modelled) *modelled {
	for _, r := range m.all {
		if r != but && r.place() == rank {
			return r
		}
	}
	return nil
}

func (m *model) arrive(r *modelled, to string) {
	from, proposed := r.state, r.pending == "OFFERED"
	if r.next > 0 && to == "WAITLISTED" {
		r.rank = r.next
	}
	r.state, r.pending, r.next = to, "", 0
	r.submitted = r.submitted || to == "SUBMITTED"
	switch {
	case to == "OFFERED", to == "SUBMITTED" && slices.Contains([]string{"NOT_SELECTED", "EXPIRED", "WITHDRAWN"}, from), to == "WITHDRAWN" && from != "OFFERED" && from != "CONFIRMED":
		r.rank = 0
	}
	if to == "CANCELLED" || to == "WITHDRAWN" && (from == "OFFERED" || from == "CONFIRMED" || proposed) {
		m.proposeNext(r)
	}
}

func (m *model) held(but *modelled) (n int) {
	for _, r := range m.all {
		if r != but && (r.state == "OFFERED" || r.state == "CONFIRMED" || r.pending == "OFFERED") {
			n++
		}
	}
	return n
}

func (m *model) proposeNext(left *modelled) {
	var next *modelled
	for _, r := range m.all {
		if r != left && r.state == "WAITLISTED" && r.pending == "" && (next == nil || r.rank < next.rank) {
			next = r
		}
	}
	if next != nil && m.held(left) < m.slots {
		next.pending = "OFFERED"
	}
}

func (m *model) guard(a attempt, r *modelled) string {
	switch a.to {
	case "WAITLISTED":
		if r.state == "WAITLISTED" && r.rank == a.rank {
			return "CONFLICT"
		}
		other := m.waitsAt(a.rank, r)
		if a.exchange != (other != nil) || a.exchange && (r.place() == 0 || other.state == "WAITLISTED" && other.rank == r.place()) {
			return "CONFLICT"
		}
	case "OFFERED":
		if a.who == "O" {
			return "FORBIDDEN" // unless the round says otherwise
		}
		if m.held(r) >= m.slots {
			return "CONFLICT"
		}
	case "SPOKE", "NO_SHOW":
		return "CONFLICT" // not before the day
	}
	return ""
}

// pendings counts the staged decisions.
func (m *model) pendings() (n int) {
	for _, r := range m.all {
		if r.pending != "" {
			n++
		}
	}
	return n
}

// TestModelOfRegistrations makes random moves by all roles, and compares what the program says
// and what becomes of every registration with a small model.
func TestModelOfRegistrations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		seed := uint64(time.Now().UnixNano()) // a failure says which
		random := rand.New(rand.NewPCG(seed, 1))
		state := h.states[0]
		h.must(t, h.manager, `mutation($input: ChangePreSessionInput!) { changePreSession(input: $input) { userErrors { message } } }`,
			map[string]any{"input": map[string]any{"id": h.meeting[state], "revision": 1, "slots": 3}}, nil)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		m := &model{readRules(t), 3, map[*application]*modelled{}}
		var all []*application
		begin := func() {
			a := h.apply(t, state)
			all = append(all, a)
			m.all[a] = &modelled{state: "DRAFT"}
		}
		for range 6 {
			begin()
		}
		states := []string{"SUBMITTED", "CHANGES_REQUESTED", "SHORTLISTED", "WAITLISTED", "OFFERED", "CONFIRMED", "NOT_SELECTED", "WITHDRAWN", "CANCELLED", "EXPIRED", "SPOKE", "NO_SHOW"}
		succeeded := map[string]int{}
		for n := range 400 {
			if random.IntN(25) == 0 && len(all) < 16 {
				begin()
			}
			if random.IntN(15) == 0 {
				h.releaseAndCompare(t, m)
			}
			a := attempt{of: all[random.IntN(len(all))], who: string("AOMM"[random.IntN(4)]), to: states[random.IntN(len(states))], staged: random.IntN(3) == 0, rank: 1 + random.IntN(5)}
			if a.who == "A" {
				a.staged, a.to = false, []string{"SUBMITTED", "CONFIRMED", "WITHDRAWN"}[random.IntN(20)/9]
			}
			if random.IntN(2) == 0 {
				a = m.plausible(random, a)
			}
			a.exchange = a.to == "WAITLISTED" && a.who == "M" && random.IntN(3) == 0
			was := m.all[a.of].String()
			want, got := m.expect(a), h.try(t, officer, a)
			if got != want {
				t.Fatalf("seed %d, move %d: %s, %s to %s, staged %v, rank %d, exchange %v: got %q, want %q", seed, n, a.who, was, a.to, a.staged, a.rank, a.exchange, got, want)
			}
			if got == "" {
				succeeded[a.to]++
			}
			for of, r := range m.all {
				if is, _ := h.stateOf(t, of); is != r.String() {
					t.Fatalf("seed %d, move %d (%s, %s to %s): a registration is %s, want %s", seed, n, a.who, was, a.to, is, r)
				}
			}
		}
		t.Logf("%d registrations, moved into %v", len(all), succeeded)
	})
}

func (h *hall) releaseAndCompare(t *testing.T, m *model) {
	t.Helper()
	if code := h.release(t, m.pendings()); code != "" {
		t.Fatalf("releasing: %s", code)
	}
	for _, r := range m.all {
		if r.pending != "" {
			m.arrive(r, r.pending)
		}
	}
}

// try makes a random move, and returns the code of what is wrong.
func (h *hall) try(t *testing.T, officer *viewer.Viewer, a attempt) string {
	t.Helper()
	if a.who == "A" {
		if err := h.db.SQL.QueryRow(`SELECT own_revision FROM registrations WHERE uid = $1`, a.of.id).Scan(&a.of.revision); err != nil {
			t.Fatal(err)
		}
		return h.own(t, a.of, map[string]string{"SUBMITTED": "submitApplication", "CONFIRMED": "confirmOffer", "WITHDRAWN": "withdrawApplication"}[a.to])
	}
	by := h.manager
	if a.who == "O" {
		by = officer
	}
	return h.move(t, by, a.of, a.to, map[string]any{"staged": a.staged, "rank": a.rank, "exchange": a.exchange, "outcome": "OTHER", "reason": "because", "questions": "Which?", "respondBy": "2026-02-01T00:00:00Z"})
}
