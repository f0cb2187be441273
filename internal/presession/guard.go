package presession

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// maxAims is how many words the aims of an organisation may have.
const maxAims = 200

// complete: the call is open, and all that is asked has been answered.
func complete(s *step) error {
	r, m := s.row, s.row.Edges.Meeting
	if settled(m) {
		return conflict("", "nobody can apply for this Pre-session any more: it is over, or is not held")
	}
	if err := s.stillCalled(); err != nil { // what is missing could not be saved any more
		return err
	}
	required := map[string]bool{
		"organisation": r.Organisation != "", "organisationKind": r.OrganisationKind != nil, "national": r.National != nil,
		"aims": r.Aims != "", "submission": r.Submission != nil, "consent": r.ConsentedAt != nil,
	}
	for _, field := range []string{"organisation", "organisationKind", "national", "aims", "submission", "consent"} {
		if !required[field] {
			return fault.Invalid(field, "is missing: answer it and submit again")
		}
	}
	return s.handIn(r, *r.Submission, r.SubmissionLink, s.set)
}

// stillCalled: the call is open, or was when the draft was begun an hour ago at most, or an access code lets in.
func (s *step) stillCalled() error {
	r, m := s.row, s.row.Edges.Meeting
	late := s.now.Add(-grace)
	begunInTime := !r.CreatedAt.After(closesAt(m)) && !late.After(closesAt(m))
	if isOpen(m, s.now) || begunInTime && isOpen(m, late) || r.ByCode && begunByCode(m) {
		return nil
	}
	if s.now.Before(closesAt(m)) { // closed by hand
		return conflict("", "the call for this Pre-session is closed")
	}
	return conflict("", "the call for this Pre-session is closed since %s", closesAt(m).In(geneva).Format("2 January 2006, 15:04 MST"))
}

// choosing are the states of a round in which speakers are chosen.
var choosing = []round.State{"CALL_OPEN", "CALL_CLOSED", "DECISIONS_RELEASED"}

// begunByCode: who was let in by an access code may submit as long as speakers are chosen, for a meeting that may
// be held, and nobody is let in who could not.
func begunByCode(m *ent.PreSession) bool {
	return slices.Contains(choosing, m.Edges.Round.State) && !settled(m)
}

func submit(s *step) error {
	s.set.SetSubmittedAt(s.now)
	return nil
}

// asksInTime: there is a question, and time to answer it.
func asksInTime(s *step) (err error) {
	if err := s.refuseOver(); err != nil {
		return err
	}
	if s.Questions, err = paragraph("questions", s.Questions, true); err != nil {
		return err
	}
	switch latest := daysFrom(closesAt(s.row.Edges.Meeting), answerWithin); {
	case s.RespondBy == nil || !s.RespondBy.After(s.now):
		return fault.Invalid("respondBy", "must be a moment in the future")
	case s.RespondBy.After(latest):
		return fault.Invalid("respondBy", "must be ten days after the call at the latest: %s", latest.In(geneva).Format("2 January 2006"))
	}
	return nil
}

func askQuestion(s *step) error {
	s.set.SetQuestions(s.Questions).SetRespondBy(s.RespondBy.UTC()).SetReturnedUnchanged(false).SetRemindedAt(s.now)
	return nil
}

// answersInTime: time returns it when the time is over, or the meeting was held, the applicant before.
func answersInTime(s *step) error {
	over := s.row.RespondBy != nil && s.now.After(*s.row.RespondBy) || s.row.Edges.Meeting.State == presession.StateHELD
	switch {
	case s.role == System && !over:
		return conflict("", "the applicant still has time to answer")
	case s.role != System && over:
		return conflict("", "the time to answer is over")
	}
	return nil
}

func answer(s *step) error {
	s.set.ClearRespondBy().SetReturnedUnchanged(s.role == System)
	return nil
}

// evaluated: enough reviewers have looked, or there is a reason not to wait for them.
func evaluated(s *step) error {
	needed := s.row.Edges.Meeting.Edges.Round.MinEvaluations
	has, err := s.Ent.Evaluation.Query().Where(evaluation.RegistrationID(s.row.ID), evaluation.ScoreNotNil()).Count(s.ctx)
	if err != nil {
		return fmt.Errorf("count evaluations: %w", err)
	}
	if has < needed && s.Reason == "" {
		return fault.Invalid("reason", "must say why: there are %d of the %d evaluations that the round asks for", has, needed)
	}
	return nil
}

// mayOffer: there is a place, counting those that are offered already or are to be.
func mayOffer(s *step) error {
	m := s.row.Edges.Meeting
	if s.role == viewer.Officer && !m.Edges.Round.OfficersOffer {
		return fault.Forbidden("offers are for the manager of the round to make")
	}
	if err := s.refuseOver(); err != nil {
		return err
	}
	if err := s.refuseConflicts(); err != nil {
		return err
	}
	held, err := s.others(takesPlace())
	if err != nil {
		return err
	}
	if held >= m.Slots {
		return conflict("to", "is not possible: all %d places are offered or confirmed", m.Slots)
	}
	return nil
}

// refuseOver: the meeting is to come.
func (s *step) refuseOver() error {
	if isOver(s.row.Edges.Meeting, s.now) {
		return conflict("to", "is not possible: the Pre-session is over, or is not held, or its round is closed")
	}
	return nil
}

// isOver says whether nobody is given a place any more, or confirms one: it would lead to nothing.
func isOver(m *ent.PreSession, now time.Time) bool {
	closed := m.Edges.Round.State == round.StateCLOSED || m.Edges.Round.State == round.StateARCHIVED
	return closed || settled(m) || begun(m, now)
}

// begun says whether a meeting has begun.
func begun(m *ent.PreSession, now time.Time) bool {
	return m.StartsAt != nil && !now.Before(*m.StartsAt)
}

// settled says whether a meeting was held, or is not.
func settled(m *ent.PreSession) bool {
	return m.State == presession.StateNOT_HELD || m.State == presession.StateHELD
}

// refuseSettled: what took place stays as it was, and of what did not nobody is told anything new.
func refuseSettled(m *ent.PreSession) error {
	switch m.State {
	case presession.StateHELD:
		return conflict("", "cannot change any more: the Pre-session was held, and stays as it was")
	case presession.StateNOT_HELD:
		return conflict("", "cannot change any more: the Pre-session is not held")
	default:
		return nil
	}
}

func offer(s *step) error {
	s.set.SetOfferExpiresAt(offerUntil(s.row.Edges.Meeting, s.now)).ClearRank().SetRemindedAt(s.now)
	return tellsPlace(s)
}

// inTime: the offer stands, the meeting is still to come, and there is somebody to speak, whose consents stand. What the applicant
// was told of the State under review is so. An officer who records a call says so.
func inTime(s *step) error {
	switch {
	case s.now.After(*s.row.OfferExpiresAt):
		return conflict("", "the offer has expired")
	case isOver(s.row.Edges.Meeting, s.now):
		return conflict("", "the Pre-session is over, or is not held, or its round is closed")
	case s.role == viewer.Officer && s.Reason == "":
		return fault.Invalid("reason", "must say how the speaker confirmed")
	}
	registered, err := s.stateRegistered(s.row.MeetingID)
	switch {
	case err != nil:
		return err
	case s.StateUnderReview != nil && *s.StateUnderReview != registered:
		return conflict("stateUnderReview", "is not so any more: look again whether a delegation of the State under review has registered, and confirm then")
	}
	n, err := s.Ent.Participant.Query().Where(participant.RegistrationID(s.row.ID), participant.Or(participant.Named(true), participant.LevelGT(0))).Count(s.ctx)
	switch {
	case err != nil:
		return fmt.Errorf("count participants: %w", err)
	case n == 0:
		return fault.Invalid("participants", "are none: say who is to speak, or add one with a protection level and no name")
	case s.role == viewer.Applicant && !s.Consents:
		return fault.Invalid("consents", "must be affirmed: look at what each participant lets others see, and say that it stands")
	}
	return nil
}

func lapsed(s *step) error {
	if !s.now.After(*offerEnds(s.row)) && !begun(s.row.Edges.Meeting, s.now) {
		return conflict("", "the offer still stands")
	}
	return nil
}

// freed: who leaves a place, or is proposed for one, proposes the next.
func freed(s *step) error {
	s.set.ClearRank()
	if hasPlace(s.row) {
		return proposeNext(s)
	}
	return nil
}

// hasOutcome: the applicant is told why.
func hasOutcome(s *step) error {
	if s.role == System {
		var why string
		switch held := s.row.Edges.Meeting.State; {
		case held == presession.StateNOT_HELD:
			why = string(registration.OutcomeNOT_HELD)
		case held == presession.StateHELD && State(s.row.State) == Waitlisted:
			why = string(registration.OutcomeCAPACITY)
		default:
			return conflict("", "the Pre-session was not held yet")
		}
		s.Outcome = &why
	}
	if s.Outcome == nil || registration.OutcomeValidator(registration.Outcome(*s.Outcome)) != nil {
		return fault.Invalid("outcome", "must say why it is not selected")
	}
	feedback, err := paragraph("feedback", s.Feedback, false)
	if err != nil {
		return err
	}
	if s.role != System {
		if err := s.refuseAwaited(); err != nil {
			return err
		}
	}
	s.set.SetOutcome(registration.Outcome(*s.Outcome)).SetFeedback(feedback)
	return nil
}

func hasReason(s *step) error {
	if s.Reason == "" {
		return fault.Invalid("reason", "must say why")
	}
	return nil
}

// noOther: it was submitted before, and an organisation applies once.
func noOther(s *step) error {
	if s.row.SubmittedAt == nil {
		return conflict("to", "is not possible: the registration was never submitted")
	}
	if notHeld(s.row.Edges.Meeting) { // time would end it again, and tell its applicant so once more
		return conflict("to", "is not possible: the Pre-session is not held")
	}
	var same []predicate.Registration
	if s.row.OwnerID != nil {
		same = append(same, registration.OwnerID(*s.row.OwnerID))
	}
	if s.row.OrganisationID != nil {
		same = append(same, registration.OrganisationID(*s.row.OrganisationID))
	}
	if ended, err := s.mergerEnded(s.row); err != nil || s.row.MergedIntoID != nil && !ended {
		return cmp.Or(err, conflict("to", "is not possible: the registration that it was merged into goes on, and speaks for it"))
	}
	if len(same) == 0 { // nobody owns it, and staff have not matched it
		return nil
	}
	n, err := s.others(registration.Or(same...), registration.StateNotIn(states(finished)...))
	if err != nil {
		return err
	}
	if n > 0 {
		return conflict("to", "is not possible: the organisation has another registration for this Pre-session")
	}
	return nil
}

func reset(s *step) error {
	s.set.ClearOfferExpiresAt().ClearTold().ClearOutcome().SetFeedback("").ClearRank().ClearRespondBy().ClearLetterRequestedAt()
	if err := s.forgetAgreements(); err != nil {
		return err
	}
	if err := s.forgetLetters(s.row); err != nil {
		return err
	}
	return s.endMergers()
}

func onTheDay(s *step) error {
	at := s.row.Edges.Meeting.StartsAt
	if at == nil || s.now.Before(*at) && !sameDay(s.now, *at) {
		return conflict("to", "is not possible before the day of the Pre-session")
	}
	return nil
}

// corrects: who says that it was otherwise says why.
func corrects(s *step) error {
	if err := onTheDay(s); err != nil {
		return err
	}
	return hasReason(s)
}

// others counts registrations of the meeting but for this one.
func (s *step) others(where ...predicate.Registration) (int, error) {
	n, err := s.Ent.Registration.Query().Where(registration.MeetingID(s.row.MeetingID), registration.IDNEQ(s.row.ID)).Where(where...).Count(s.ctx)
	if err != nil {
		return 0, fmt.Errorf("count registrations: %w", err)
	}
	return n, nil
}

func states(names []string) []registration.State {
	all := make([]registration.State, len(names))
	for i, name := range names {
		all[i] = registration.State(name)
	}
	return all
}

func words(text string) int { return len(strings.Fields(text)) }
