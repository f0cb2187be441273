// Package evaluationphase says what reviewers and applicants may do while registrations of a round are
// evaluated.
package evaluationphase

import "time"

// Others says whether a reviewer sees the evaluations of others.
type Others string

// Whether they do.
const (
	Never    Others = "NEVER"
	AfterOwn Others = "AFTER_OWN" // of what they have evaluated themselves
	Always   Others = "ALWAYS"
)

// Phase is a time in which some of it is possible.
type Phase struct {
	OpensAt            time.Time `json:"opens"`
	ClosesAt           time.Time `json:"closes"` // its last second
	ReviewersScore     bool      `json:"score"`
	ReviewersSeeNames  bool      `json:"names"` // of organisations
	ReviewersSeeOthers Others    `json:"others"`
	ApplicantsEdit     bool      `json:"edit"` // what they have submitted
}

// At is what holds at a moment: without phases, that reviewers score and see names, and the evaluations of others
// after their own; between phases, that they do nothing of it. InPhase says whether a phase holds: where
// none does, the call says what applicants edit.
func At(phases []Phase, now time.Time) (p Phase, inPhase bool) {
	if len(phases) == 0 {
		return Phase{ReviewersScore: true, ReviewersSeeNames: true, ReviewersSeeOthers: AfterOwn}, false
	}
	for _, p := range phases {
		if !now.Before(p.OpensAt) && !now.After(p.ClosesAt) {
			return p, true
		}
	}
	return Phase{ReviewersSeeOthers: Never}, false
}
