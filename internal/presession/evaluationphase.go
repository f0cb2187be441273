package presession

import (
	"slices"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// NewPhase is a phase of the evaluation, by days in Geneva.
type NewPhase struct {
	Opens, Closes      civil.Date // the first and the last day
	ReviewersScore     bool
	ReviewersSeeNames  bool
	ReviewersSeeOthers evaluationphase.Others
	ApplicantsEdit     bool
}

// maxPhases is how many phases a round may have.
const maxPhases = 10

// phasesOf checks phases, which may be apart and do not overlap, and puts them in order.
func phasesOf(in []NewPhase) ([]evaluationphase.Phase, error) {
	if len(in) > maxPhases {
		return nil, fault.Invalid("evaluationPhases", "are %d; %d are the most", len(in), maxPhases)
	}
	phases := []evaluationphase.Phase{}
	for _, p := range in {
		opens, _, err := call(p.Opens, p.Opens)
		if err != nil {
			return nil, fault.Invalid("evaluationPhases", "each have a first and a last day, like 2026-03-29")
		}
		closes, err := endOf("evaluationPhases", p.Closes)
		if err != nil {
			return nil, err
		}
		if closes.Before(opens) {
			return nil, fault.Invalid("evaluationPhases", "have one that ends before it begins")
		}
		phases = append(phases, evaluationphase.Phase{
			OpensAt: opens, ClosesAt: closes, ReviewersScore: p.ReviewersScore, ReviewersSeeNames: p.ReviewersSeeNames, ReviewersSeeOthers: p.ReviewersSeeOthers, ApplicantsEdit: p.ApplicantsEdit,
		})
	}
	slices.SortFunc(phases, func(a, b evaluationphase.Phase) int { return a.OpensAt.Compare(b.OpensAt) })
	for i := 1; i < len(phases); i++ {
		if !phases[i].OpensAt.After(phases[i-1].ClosesAt) {
			return nil, fault.Invalid("evaluationPhases", "overlap: two have %s", phases[i].OpensAt.In(geneva).Format("2 January 2006"))
		}
	}
	return phases, nil
}

// seesNames says whether whoever asks is told which organisations apply: all but those who do nothing else
// than evaluate, while they are not to know.
func (c *change) seesNames(r *Round, state string) bool {
	if manages(c.by, r.ID) || c.by.Has(viewer.Officer, "state:"+state) || c.by.Has(viewer.ProtectionOfficer, "") {
		return true
	}
	p, _ := evaluationphase.At(r.EvaluationPhases, c.now)
	return p.ReviewersSeeNames
}

// withoutNames takes out of a registration what says who applies, and what staff and applicants write to each other,
// which mostly does.
func (r *Registration) withoutNames() {
	r.Answers.Organisation, r.Answers.SubmissionLink, r.Matched = "", "", nil
	r.Questions, r.Feedback, r.Availability, r.AgreesTo = "", "", "", ""
	for i := range r.Decisions {
		r.Decisions[i].Reason = ""
	}
	for i := range r.Participants {
		r.Participants[i].Pseudonym = ""
	}
}
