package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// This file says where somebody has an interest: at a meeting with a registration of which they may have no opinion, as
// long as its applicant has not been told what becomes of it. There others give places. How many there are left, which rank
// is taken, and with whom somebody can be merged follows from what is staged, so that who tries finds out
// what is staged of their own. It goes by what applicants are told alone: the refusal tells nothing either.

// undecided are the states in which there may be a decision that was not released.
var undecided = []registration.State{registration.StateSUBMITTED, registration.StateCHANGES_REQUESTED, registration.StateSHORTLISTED, registration.StateWAITLISTED}

// decisions are the states that say who has a place.
var decisions = []State{Waitlisted, Offered, NotSelected, Merged, Cancelled}

// undecidedFor admits the meetings at which one of some registrations may still get a place. Where it was held, or is not, none does.
func undecidedFor(opposed []int) predicate.PreSession {
	return presession.And(presession.StateNotIn(presession.StateHELD, presession.StateNOT_HELD),
		presession.HasRegistrationsWith(registration.IDIn(opposed...), registration.StateIn(undecided...)))
}

// interests are the meetings, of those that are admitted, at which whoever asks has an interest.
func (c *change) interests(among ...predicate.PreSession) ([]*ent.PreSession, error) {
	opposed, err := opposedTo(c.ctx, c.Ent, c.by, registration.HasMeetingWith(among...))
	if err != nil || len(opposed) == 0 {
		return nil, err
	}
	q := c.Ent.PreSession.Query().Where(among...).Where(undecidedFor(opposed)).Order(ent.Asc(presession.FieldID))
	withAll(q)
	all, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("look for meetings of one's own: %w", err)
	}
	return all, nil
}

// refuseInterest returns Forbidden where whoever asks has an interest at one of the meetings that are admitted. what is what others do there.
func (c *change) refuseInterest(what string, among ...predicate.PreSession) error {
	all, err := c.interests(among...)
	if err != nil || len(all) == 0 {
		return err
	}
	return fault.Forbidden("%s for a manager who has no interest at the Pre-session of %s: a registration there that is yours, or of your organisation, or with which you have declared a conflict of interest, is not decided yet", what, statesOf(all))
}

// veiled are the meetings, among some, at which whoever asks sees nothing of what is staged, of whichever registration: it can
// follow from what is staged of their own, as who is proposed for a place does.
func (c *change) veiled(among ...predicate.PreSession) (ids []int, err error) {
	opposed, err := opposedTo(c.ctx, c.Ent, c.by, registration.HasMeetingWith(among...))
	if err != nil || len(opposed) == 0 {
		return nil, err
	}
	if ids, err = c.Ent.PreSession.Query().Where(among...).Where(undecidedFor(opposed)).IDs(c.ctx); err != nil {
		return nil, fmt.Errorf("look for meetings of one's own: %w", err)
	}
	return ids, nil
}

// veil leaves nothing of what is staged in rows of meetings that are veiled.
func veil(veiled []int, rows ...*ent.Registration) {
	for _, row := range rows {
		if !slices.Contains(veiled, row.MeetingID) {
			continue
		}
		row.StagedRevision = 0
		if row.PendingState == nil {
			continue
		}
		switch State(*row.PendingState) { //nolint:exhaustive // nothing is said with others
		case NotSelected:
			row.Outcome, row.Feedback = nil, ""
		case Waitlisted:
			if row.PendingRank = nil; row.State != registration.StateWAITLISTED {
				row.Rank = nil
			}
		case Merged:
			row.PendingMergeID, row.PendingAgreement = nil, ""
		}
		row.PendingState = nil
	}
}

// revisionOf is the revision of a registration for staff, who see what is staged unless it is veiled.
func revisionOf(row *ent.Registration) int { return row.Revision + row.StagedRevision }

// refuseStale returns Conflict where a registration has another revision than whoever asks has seen.
func (c *change) refuseStale(row *ent.Registration, revision int) error {
	veiled, err := c.veiled(presession.ID(row.MeetingID))
	if err != nil {
		return err
	}
	seen := *row
	veil(veiled, &seen)
	if revision != revisionOf(&seen) {
		return stale(revisionOf(&seen))
	}
	return nil
}

// stagedBy are the templates of messages that wait for a decision to be released.
var stagedBy = []string{"waitlisted", "offer", "not-selected", "merged"}

// stagedOf are the registrations of which somebody sees no messages that tell of what is staged.
func stagedOf(ctx context.Context, in *ent.Client, v *viewer.Viewer) ([]string, error) {
	ctx = asProgram(ctx)
	opposed, err := opposedTo(ctx, in, v)
	if err != nil || len(opposed) == 0 {
		return nil, err
	}
	uids, err := in.Registration.Query().Where(registration.HasMeetingWith(undecidedFor(opposed))).Select(registration.FieldUID).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	return uids, nil
}

// Hidden are the registrations of whose history somebody reads nothing: those of which they may have no opinion, and all for
// Pre-sessions at which they have an interest.
func Hidden(ctx context.Context, in *ent.Client, v *viewer.Viewer) ([]string, error) {
	own, err := ownOf(ctx, in, v)
	if err != nil || len(own) == 0 {
		return nil, err
	}
	staged, err := stagedOf(ctx, in, v)
	return append(own, staged...), err
}

// statesOf names meetings by their States under review.
func statesOf(meetings []*ent.PreSession) string {
	codes := make([]string, len(meetings))
	for i, m := range meetings {
		codes[i] = m.Edges.Review.Edges.State.Iso3
	}
	slices.Sort(codes)
	return strings.Join(codes, ", ")
}

// isTold says whether a registration has a place as its applicant knows.
func isTold(row *ent.Registration) bool {
	return State(row.State) == Offered || State(row.State) == Confirmed
}
