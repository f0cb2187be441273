package presession

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/decision"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/organisation"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

var stateOrder = []State{Submitted, ChangesRequested, Shortlisted, Waitlisted, Offered, Confirmed, NotSelected, Merged, Withdrawn, Cancelled, Expired, Spoke, NoShow}

// registrations shows rows, of which all are those that the same filter admits.
func (c *change) registrations(r *Round, rows, all []*ent.Registration) ([]Registration, error) {
	meetings := map[int]*ent.PreSession{}
	own, err := c.Ent.Round.Query().Where(roundIs(r.ID)).QueryMeetings().WithReview(func(q *ent.ReviewQuery) { q.WithState() }).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read Pre-sessions: %w", err)
	}
	for _, m := range own {
		meetings[m.ID] = m
	}
	evaluations, err := c.evaluations(r, rows, meetings)
	if err != nil {
		return nil, err
	}
	seen, uids := map[string]int{}, map[int]*ent.Registration{}
	for _, row := range all {
		uids[row.ID] = row
		if State(row.State) != Withdrawn {
			seen[applicantOf(row)]++
			seen[organisationOf(row)]++
		}
	}
	listed := make([]Registration, len(rows))
	for i, row := range rows {
		m := meetings[row.MeetingID]
		row.Edges.Meeting = m
		listed[i] = Registration{
			ID: row.UID, Reference: row.Reference, PreSession: m.UID, StateUnderReview: m.Edges.Review.Edges.State.Iso3, State: State(row.State), PendingState: (*State)(row.PendingState),
			Answers: answersOf(row), Rank: cmp.Or(row.PendingRank, row.Rank), Questions: row.Questions, RespondBy: row.RespondBy, ReturnedUnchanged: row.ReturnedUnchanged, OfferExpiresAt: offerEnds(row),
			LetterRequested: row.LetterRequestedAt, Unavailable: row.Unavailable, Outcome: (*string)(row.Outcome), Feedback: row.Feedback, Availability: row.Availability, AgreesTo: row.AgreesTo, OnBehalf: row.OwnerID == nil && row.Organisation != "", Duplicate: seen[applicantOf(row)] > 1 || seen[organisationOf(row)] > 1, Evaluations: evaluations[row.ID],
			Revision: revisionOf(row), SubmittedAt: row.SubmittedAt,
		}
		if row.MergedIntoID != nil && uids[*row.MergedIntoID] != nil {
			listed[i].MergedInto = &uids[*row.MergedIntoID].UID
		}
		listed[i].Score = mean(listed[i].Evaluations)
		if !c.seesNames(r, listed[i].StateUnderReview) {
			listed[i].withoutNames()
		}
	}
	return listed, nil
}

func applicantOf(row *ent.Registration) string {
	if row.OwnerID == nil {
		return row.UID
	}
	return fmt.Sprintf("%d u%d", row.MeetingID, *row.OwnerID)
}

func organisationOf(row *ent.Registration) string {
	if row.Organisation == "" { // forgotten: it is no other's
		return "of " + row.UID
	}
	return fmt.Sprintf("%d %s", row.MeetingID, spelling.Plain(row.Organisation))
}

// evaluations reads what reviewers hold. A reviewer sees their own, and those of others as the phase of the
// evaluation lets: where a round has none, of what they have evaluated themselves.
func (c *change) evaluations(r *Round, rows []*ent.Registration, meetings map[int]*ent.PreSession) (map[int][]Evaluation, error) {
	p, _ := evaluationphase.At(r.EvaluationPhases, c.now)
	sees, own := map[int]bool{}, c.by.UID
	ids := make([]int, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		state := meetings[row.MeetingID].Edges.Review.Edges.State.Iso3
		sees[row.ID] = manages(c.by, r.ID) || c.by.Has(viewer.Officer, "state:"+state) ||
			p.ReviewersSeeOthers == evaluationphase.Always && c.by.Has(viewer.Reviewer, "round:"+r.ID)
	}
	all, err := c.Ent.Evaluation.Query().Where(evaluation.RegistrationIDIn(ids...), evaluation.Conflict(false)).WithUser().Order(ent.Asc(evaluation.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read evaluations: %w", err)
	}
	for _, e := range all {
		sees[e.RegistrationID] = sees[e.RegistrationID] || e.Edges.User.UID == own && p.ReviewersSeeOthers == evaluationphase.AfterOwn
	}
	found := map[int][]Evaluation{}
	for _, e := range all {
		if sees[e.RegistrationID] || e.Edges.User.UID == own {
			found[e.RegistrationID] = append(found[e.RegistrationID], Evaluation{e.Edges.User.UID, e.Score, e.Notes})
		}
	}
	return found, nil
}

func mean(all []Evaluation) *float64 {
	if len(all) == 0 {
		return nil
	}
	sum := 0.0
	for _, e := range all {
		sum += float64(*e.Score)
	}
	sum /= float64(len(all))
	return &sum
}

// Registration is one registration, with its decisions; nil where there is none that whoever asks
// works with.
func (s *Service) Registration(ctx context.Context, id string) (found *Registration, err error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		row, err := c.Ent.Registration.Query().Where(registration.UID(id), registration.SubmittedAtNotNil()).WithMeeting(withAll).Only(c.ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a registration: %w", err)
		}
		r, err := c.round(row.Edges.Meeting.Edges.Round.UID)
		if err != nil || r == nil {
			return err
		}
		page, err := c.page(r, &RegistrationFilter{PreSession: &row.Edges.Meeting.UID}, maxPage, 0)
		if err != nil {
			return err
		}
		for i := range page.Nodes {
			if page.Nodes[i].ID == id {
				found = &page.Nodes[i]
				return c.complete(r, found, row)
			}
		}
		return nil
	})
	return found, err
}

// complete adds what lists do not show.
func (c *change) complete(of *Round, r *Registration, row *ent.Registration) error {
	veiled, err := c.veiled(presession.ID(row.MeetingID))
	if err != nil {
		return err
	}
	veil(veiled, row)
	decisions, err := c.Ent.Decision.Query().Where(decision.RegistrationID(row.ID)).Order(ent.Asc(decision.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("read decisions: %w", err)
	}
	for _, d := range decisions {
		if d.To == invitesOwner && !c.readsStatements(row) || d.Staged && len(veiled) > 0 {
			continue
		}
		if d.Actor == "" || strings.HasPrefix(d.As, string(viewer.Applicant)) {
			d.Actor = "applicant" // whoever it is
		}
		r.Decisions = append(r.Decisions, Decision{d.Transition, d.From, d.To, d.Staged, d.Actor, d.As, d.Reason, d.At.UTC()})
	}
	participants, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID)).WithConsents().Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	for _, p := range participants {
		r.Participants = append(r.Participants, participantOf(p))
	}
	if note := cmp.Or(row.PendingAgreement, row.Agreement); note != "" && c.readsStatements(row) {
		r.Agreement = &note
	}
	if row.SubmissionFile != "" && c.readsStatements(row) {
		if r.SubmissionFile, err = c.submissionOf(row, false); err != nil {
			return err
		}
	}
	names := c.seesNames(of, r.StateUnderReview)
	if !names {
		r.withoutNames()
	}
	if row.OrganisationID == nil || !names {
		return nil
	}
	slug, err := c.Ent.Organisation.Query().Where(organisation.ID(*row.OrganisationID)).Select(organisation.FieldSlug).String(c.ctx)
	if err != nil {
		return fmt.Errorf("read the organisation: %w", err)
	}
	r.Matched = &slug
	return nil
}

// Match says which organisation of the record applies. Returns Conflict where that one has
// another registration for the same Pre-session that goes on.
func (s *Service) Match(ctx context.Context, id string, revision int, slug string) error {
	return s.change(ctx, "", func(c *change) error {
		row, err := c.lockRegistration(id)
		if err != nil {
			return err
		}
		roles, err := c.staffRoles(row) // of others they could make an interest
		if err != nil {
			return err
		}
		_, manages := roles[viewer.Manager]
		_, coordinates := roles[viewer.Officer]
		switch {
		case len(roles) == 0:
			return noRegistration(id)
		case !manages && !coordinates:
			return fault.Forbidden("organisations are for officers and managers to match")
		}
		if err := refuseStale(row, revision); err != nil {
			return err
		}
		o, err := c.Ent.Organisation.Query().Where(organisation.Slug(slug)).Only(c.ctx)
		if ent.IsNotFound(err) {
			return fault.Invalid("organisation", "%q is none of the record", slug)
		}
		if err != nil {
			return fmt.Errorf("find an organisation: %w", err)
		}
		err = row.Update().SetOrganisationID(o.ID).AddRevision(1).Exec(c.ctx)
		if ent.IsConstraintError(err) {
			return conflict("organisation", "has another registration for this Pre-session: merge them, or leave one out")
		}
		if err != nil {
			return fmt.Errorf("match an organisation: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("MATCH"))
		return nil
	})
}
