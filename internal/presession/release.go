package presession

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Release says which staged decisions of a round become known.
type Release struct {
	Round string
	// States under review, by ISO 3166 alpha-3; empty: all.
	States []string
	// Expected is how many decisions whoever releases has seen.
	Expected int
	// Read are the decisions that were read; empty: whatever waits is released.
	Read []ReadDecision
}

// ReadDecision is the decision on a registration as somebody has read it: of its revision.
type ReadDecision struct {
	Registration string
	Revision     int
}

// refuseUnread returns Conflict where a decision is not as it was read.
func refuseUnread(rows []*ent.Registration, read []ReadDecision) error {
	if len(read) == 0 {
		return nil
	}
	for _, row := range rows {
		if !slices.Contains(read, ReadDecision{row.UID, revisionOf(row)}) {
			return conflict("read", "has the decision on %s (%s) not as it is now: look at it again", row.Reference, row.UID)
		}
	}
	return nil
}

// StateCount is how many registrations are in a state, or are to be.
type StateCount struct {
	State State
	Count int
}

// Pending counts the staged decisions that a release by whoever asks would make known.
func (s *Service) Pending(ctx context.Context, round string, codes []string) ([]StateCount, error) {
	var counts []StateCount
	err := s.read(ctx, func(c *change) error {
		if _, err := c.managed(round); err != nil {
			return err
		}
		var rows []struct {
			State registration.PendingState `json:"pending_state"`
			Count int                       `json:"count"`
		}
		where, err := c.staged(round, codes)
		if err != nil {
			return err
		}
		err = c.Ent.Registration.Query().Where(where...).GroupBy(registration.FieldPendingState).Aggregate(ent.Count()).Scan(c.ctx, &rows)
		if err != nil {
			return fmt.Errorf("count decisions: %w", err)
		}
		for _, row := range rows {
			counts = append(counts, StateCount{State(row.State), row.Count})
		}
		slices.SortFunc(counts, func(a, b StateCount) int { return b.Count - a.Count })
		return nil
	})
	return counts, err
}

// refuseStaged: no decision of a round waits for its release, by whoever it may be made.
func (c *change) refuseStaged(round string) error {
	all, err := c.Ent.Registration.Query().Where(registration.PendingStateNotNil(), registration.HasMeetingWith(presession.HasRoundWith(roundIs(round)))).Count(c.ctx)
	if err != nil {
		return fmt.Errorf("count decisions: %w", err)
	}
	where, err := c.staged(round, nil)
	if err != nil || all == 0 {
		return err
	}
	seen, err := c.Ent.Registration.Query().Where(where...).Count(c.ctx)
	switch {
	case err != nil:
		return fmt.Errorf("count decisions: %w", err)
	case seen == 0:
		return conflict("to", "is not possible: decisions wait for their release by another manager")
	}
	return conflict("to", "is not possible: %d decisions wait for their release", seen)
}

// staged admits the decisions of a round that wait for their release, but for those of which whoever asks may have no
// opinion, mergers into such a one among them, and those of meetings at which they have an interest: others release them.
func (c *change) staged(round string, codes []string) ([]predicate.Registration, error) {
	meetings := []predicate.PreSession{presession.HasRoundWith(roundIs(round))}
	if len(codes) > 0 {
		meetings = append(meetings, presession.HasReviewWith(review.HasStateWith(state.Iso3In(codes...))))
	}
	where := []predicate.Registration{registration.PendingStateNotNil(), registration.HasMeetingWith(meetings...)}
	veiled, opposed, err := interestsOf(c.ctx, c.Ent, c.by, presession.HasRoundWith(roundIs(round)))
	if err != nil || len(opposed) == 0 {
		return where, err
	}
	return append(where, registration.MeetingIDNotIn(veiled...), registration.IDNotIn(opposed...), registration.Or(registration.PendingMergeIDIsNil(), registration.PendingMergeIDNotIn(opposed...))), nil
}

// ReleaseDecisions makes staged decisions known, all of them or none, but for those of which whoever releases may have no
// opinion, and of meetings at which they have an interest: those stay staged. It returns how many. Returns Forbidden where States
// are named at whose meetings they have one, and Conflict where there are more or fewer than expected, and where what was decided is not possible
// any more, as an offer to somebody whose protection nobody has looked at since.
func (s *Service) ReleaseDecisions(ctx context.Context, r Release) (released int, err error) {
	err = s.change(ctx, "decisions are released", func(c *change) error {
		as, err := c.managed(r.Round)
		if err != nil {
			return err
		}
		if err := c.lockMeetings(r.Round); err != nil {
			return err
		}
		if len(r.States) > 0 {
			if err := c.refuseInterest(presession.HasRoundWith(roundIs(r.Round)), presession.HasReviewWith(review.HasStateWith(state.Iso3In(r.States...)))); err != nil {
				return err
			}
		}
		where, err := c.staged(r.Round, r.States)
		if err != nil {
			return err
		}
		rows, err := c.Ent.Registration.Query().Where(where...).WithMeeting(withAll).Order(ent.Asc(registration.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("read decisions: %w", err)
		}
		if len(rows) != r.Expected {
			return conflict("expected", "is not how many decisions there are: there are %d now; look at them again", len(rows))
		}
		if err := refuseUnread(rows, r.Read); err != nil {
			return err
		}
		slices.SortStableFunc(rows, func(a, b *ent.Registration) int { return cmp.Compare(place(a), place(b)) })
		var drafts []string
		for _, row := range rows {
			if s.Veto != nil {
				if err := s.Veto(ctx, row.UID, State(row.State), State(*row.PendingState)); err != nil {
					return err
				}
			}
			if err := c.release(row, as); err != nil {
				return err
			}
			told, err := c.renew(row)
			if err != nil {
				return err
			}
			drafts = append(drafts, told...)
		}
		if err := c.refuseSameRank(rows); err != nil {
			return err
		}
		released = len(rows)
		return c.send(drafts)
	})
	return released, err
}

// place is the place of a decision among those that are released: first what is merged, so that each
// offer is made, and told, with all who speak by it in mind.
func place(row *ent.Registration) int {
	if State(*row.PendingState) == Merged {
		return 0
	}
	return 1
}

// release makes one staged decision known.
func (c *change) release(row *ent.Registration, as string) error {
	to := State(*row.PendingState)
	t, _ := find(State(row.State), to, by(viewer.Manager))
	if t == nil {
		return conflict("", "%s was to be %s, and is %s: decide it again", row.Reference, to, row.State)
	}
	st := &step{change: c, Move: Move{ID: row.UID, To: to}, t: t, row: row, role: viewer.Manager, as: as, set: c.Ent.Registration.UpdateOne(row)}
	var err error
	switch to {
	case Waitlisted:
		err = st.unless("the place on the waiting list of", st.refuseOver())
	case Offered:
		err = st.offerPending()
	case Merged:
		err = st.mergePending()
	}
	if err != nil {
		return err
	}
	if err := st.arrive(); err != nil {
		return err
	}
	if err := st.set.SetDecidedBy(c.by.Actor()).AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("release the decision on %s: %w", row.Reference, err)
	}
	if to == Merged {
		if err := c.joined(row); err != nil {
			return err
		}
	}
	if err := st.endMerged(); err != nil {
		return err
	}
	return c.record(row, t.Number, State(row.State), to, false, as, "released")
}

// offerPending looks again at what an offer takes: much may have changed since it was staged.
func (s *step) offerPending() error {
	return s.unless("the offer to", mayOffer(s))
}

// unless says of which decision it is that a release is not possible.
func (s *step) unless(what string, err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) && f.Code == fault.CodeConflict {
		return conflict("", "%s %s %s; take it back, or see to that first", what, s.row.Reference, f.Message)
	}
	return err
}

// mergePending merges into what was chosen, as long as that still goes on.
func (s *step) mergePending() error {
	if err := s.unless("the merger of", s.refuseOver()); err != nil {
		return err
	}
	into, err := s.Ent.Registration.Get(s.ctx, *s.row.PendingMergeID)
	if err != nil {
		return fmt.Errorf("read what it is merged into: %w", err)
	}
	if slices.Contains(finished, string(into.State)) {
		return conflict("", "%s was to be merged into %s, which is %s: decide it again", s.row.Reference, into.Reference, into.State)
	}
	if isToEnd(into) {
		return conflict("", "%s was to be merged into %s, which is to be not selected: take one of the two decisions back, or merge %s into another", s.row.Reference, into.Reference, s.row.Reference)
	}
	if s.row.PendingAgreement == "" && !agree(s.row, into) {
		return conflict("", "%s was to be merged into %s, and their applicants do not both agree any more: decide it again", s.row.Reference, into.Reference)
	}
	if hasPlace(into) {
		if err := s.unless("the merger of", s.refuseConflictsBy(into)); err != nil {
			return err
		}
	}
	s.mergeInto(into, s.row.PendingAgreement)
	return nil
}

// Unstage takes back a decision that was not released. Returns Conflict where there is none.
func (s *Service) Unstage(ctx context.Context, id string, revision int) error {
	return s.change(ctx, "", func(c *change) error {
		row, err := c.lockRegistration(id)
		if err != nil {
			return err
		}
		roles, err := c.staffRoles(row)
		if err != nil {
			return err
		}
		as, manages := roles[viewer.Manager]
		switch {
		case len(roles) == 0:
			return noRegistration(id)
		case !manages:
			return fault.Forbidden("decisions are for the manager of the round to take back")
		case row.PendingState == nil:
			return conflict("", "there is no decision to take back")
		}
		if err := refuseStale(row, revision); err != nil {
			return err
		}
		return c.unstage(row, as, "taken back")
	})
}

// unstage has a decision that was not released be made no more. why is for the file of the registration.
func (c *change) unstage(row *ent.Registration, as, why string) error {
	set := row.Update().ClearPendingState().AddStagedRevision(1)
	forgetStaged(row, set, State(row.State))
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("take a decision back: %w", err)
	}
	if err := c.dropDrafts(row, State(row.State)); err != nil {
		return err
	}
	return c.record(row, 0, State(*row.PendingState), State(row.State), true, as, why)
}

// unstageAll ends what is staged for a meeting that is not held: an offer or a merger would keep a release of the round from
// being made, and whatever was to be told else is not why they do not speak.
func (c *change) unstageAll(m *ent.PreSession) error {
	rows, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.PendingStateNotNil()).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("look for what is staged: %w", err)
	}
	for _, row := range rows {
		if err := c.unstage(row, rolesAt(c.by, m)[viewer.Manager], "ended, as the Pre-session is not held"); err != nil {
			return err
		}
	}
	return nil
}

// endStaged: where another decision was staged, it is made no more, and the log says so.
func (s *step) endStaged() error {
	if s.row.PendingState == nil || State(*s.row.PendingState) == s.To {
		return nil
	}
	forgetStaged(s.row, s.set, s.To)
	return s.record(s.row, 0, State(*s.row.PendingState), State(s.row.State), true, s.as, fmt.Sprintf("ended, as it is to be %s", s.To))
}

// forgetStaged leaves nothing of what was said with a staged decision in whose place there is another one.
func forgetStaged(row *ent.Registration, set *ent.RegistrationUpdateOne, to State) {
	was := State(*row.PendingState)
	if was == Waitlisted && row.State == registration.StateWAITLISTED { // in another place
		set.ClearPendingRank()
		return
	}
	if was == to {
		return
	}
	switch was { //nolint:exhaustive // nothing is said with others
	case NotSelected:
		set.ClearOutcome().SetFeedback("")
	case Waitlisted:
		set.ClearRank()
	case Merged:
		set.ClearPendingMergeID().SetPendingAgreement("")
	}
}
