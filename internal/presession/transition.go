package presession

import (
	"slices"

	"github.com/upr-info/upr/internal/viewer"
)

// State is what has become of a registration.
type State string

// The states of a registration.
const (
	Draft            State = "DRAFT"
	Submitted        State = "SUBMITTED"
	ChangesRequested State = "CHANGES_REQUESTED"
	Shortlisted      State = "SHORTLISTED"
	Waitlisted       State = "WAITLISTED"
	Offered          State = "OFFERED"
	Confirmed        State = "CONFIRMED"
	NotSelected      State = "NOT_SELECTED"
	Merged           State = "MERGED"
	Withdrawn        State = "WITHDRAWN"
	Cancelled        State = "CANCELLED"
	Expired          State = "EXPIRED"
	Spoke            State = "SPOKE"
	NoShow           State = "NO_SHOW"
)

// System is the program, where time does something.
const System viewer.Role = "PROGRAM"

// Staging says whether a decision waits for its release.
type Staging int

// Whether a decision is staged.
const (
	AtOnce Staging = iota
	Staged
	EitherWay // as whoever decides says
)

// Transition is one way in which a registration may change. The numbers are those of the
// specification of the workflow.
type Transition struct {
	Number  int
	From    []State
	To      State
	By      []viewer.Role
	Staging Staging

	mail  string            // the template by which the applicant is told; empty: nobody is
	check func(*step) error // what must hold; nil: nothing
	apply func(*step) error // what else becomes of it; nil: nothing
}

// active are the states from which a registration may still lead to a speaker.
var active = []State{Draft, Submitted, ChangesRequested, Shortlisted, Waitlisted, Offered, Confirmed}

// decisions are the states that say who has a place.
var decisions = []State{Waitlisted, Offered, NotSelected, Merged, Cancelled}

// finished are those in which a registration holds no place of its organisation.
var finished = []string{"WITHDRAWN", "NOT_SELECTED", "EXPIRED", "CANCELLED", "MERGED"}

// pool are those among whom speakers are chosen.
var pool = []State{Submitted, Shortlisted, Waitlisted}

// transitions are all that there are; that a registration is begun (1) and that decisions are
// released (17) are not changes from one state to another by itself.
var transitions = []Transition{
	{2, []State{Draft}, Submitted, by(viewer.Applicant), AtOnce, "receipt", complete, submit},
	{3, []State{Submitted}, ChangesRequested, by(viewer.Officer), AtOnce, "changes-requested", asksInTime, askQuestion},
	{4, []State{ChangesRequested}, Submitted, by(viewer.Applicant, System), AtOnce, "", answersInTime, answer},
	{5, []State{Submitted}, Shortlisted, by(viewer.Officer, viewer.Manager), AtOnce, "", evaluated, nil},
	{5, []State{Shortlisted}, Submitted, by(viewer.Officer, viewer.Manager), AtOnce, "", nil, nil},
	{6, []State{Submitted, Shortlisted}, Waitlisted, by(viewer.Manager), Staged, "waitlisted", ranked, tellsPlace},
	{6, []State{Waitlisted}, Waitlisted, by(viewer.Manager), Staged, "waitlisted", reranked, rerank},
	{7, pool, Offered, by(viewer.Manager, viewer.Officer, System), EitherWay, "offer", mayOffer, offer},
	{8, []State{Offered}, Confirmed, by(viewer.Applicant, viewer.Officer), AtOnce, "confirmed", inTime, tellsPlace},
	{9, []State{Offered}, Expired, by(System), AtOnce, "expired", lapsed, proposeNext},
	{10, []State{Offered}, Withdrawn, by(viewer.Applicant), AtOnce, "withdrawn-thanks", nil, proposeNext},
	{11, append(without(active, Offered), Merged, Spoke, NoShow), Withdrawn, by(viewer.Applicant), AtOnce, "withdrawn-thanks", nil, freed},
	{12, pool, NotSelected, by(viewer.Manager, System), Staged, "not-selected", hasOutcome, nil},
	{12, []State{ChangesRequested, Offered}, NotSelected, by(System), AtOnce, "not-selected", hasOutcome, nil},
	{13, []State{Submitted, Shortlisted, Waitlisted}, Merged, by(viewer.Manager), EitherWay, "merged", agreed, nil},
	{14, []State{Confirmed}, Cancelled, by(viewer.Manager), AtOnce, "cancelled", hasReason, proposeNext},
	{15, []State{NotSelected, Expired, Withdrawn, Merged}, Submitted, by(viewer.Manager), AtOnce, "", noOther, reset},
	{16, []State{Confirmed}, Spoke, by(viewer.Officer), AtOnce, "thank-you", onTheDay, nil},
	{16, []State{Confirmed}, NoShow, by(viewer.Officer), AtOnce, "", onTheDay, nil},
	{16, []State{NoShow}, Spoke, by(viewer.Officer), AtOnce, "thank-you", corrects, nil},
	{16, []State{Spoke}, NoShow, by(viewer.Officer), AtOnce, "", corrects, nil},
}

// Transitions are all ways in which a registration may change, in the order of their numbers.
func Transitions() []Transition { return slices.Clone(transitions) }

func by(roles ...viewer.Role) []viewer.Role { return roles }

func without(states []State, out State) []State {
	return slices.DeleteFunc(slices.Clone(states), func(s State) bool { return s == out })
}

// whoever may bring a registration from one state into another, by their roles.
func whoever(from, to State) (roles []string) {
	for _, t := range transitions {
		if t.To == to && slices.Contains(t.From, from) {
			for _, role := range t.By {
				roles = append(roles, string(role))
			}
		}
	}
	return roles
}

// find returns the transition between two states that one of some roles may make, and whether
// there is one for anybody.
func find(from, to State, roles []viewer.Role) (t *Transition, forAnybody bool) {
	for i := range transitions {
		candidate := &transitions[i]
		if candidate.To != to || !slices.Contains(candidate.From, from) {
			continue
		}
		forAnybody = true
		if slices.ContainsFunc(candidate.By, func(r viewer.Role) bool { return slices.Contains(roles, r) }) {
			return candidate, true
		}
	}
	return nil, forAnybody
}
