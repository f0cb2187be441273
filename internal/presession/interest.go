package presession

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// This file says where somebody has an interest: at a meeting with a registration of which they may have no opinion, as
// long as its applicant has not been told what becomes of it. There others give places. How many there are left, which rank
// is taken, and with whom somebody can be merged follows from what is staged, so that who tries finds out
// what is staged of their own. It goes by what applicants are told alone: the refusal tells nothing either.

// undecided are the states in which there may be a decision that was not released.
var undecided = []registration.State{registration.StateSUBMITTED, registration.StateCHANGES_REQUESTED, registration.StateSHORTLISTED, registration.StateWAITLISTED}

// interestsOf are the meetings, of those that are admitted, at which somebody has an interest, and the registrations for
// those that are admitted of which they may have no opinion. Applying begins with a draft, and whoever withdraws can apply
// anew: neither ends an interest, of one's own registration or one that is matched to one's organisation. A
// decision of which the applicant was told does, and that the meeting was held. That it is not held does once nobody who has
// applied is still to be told.
func interestsOf(ctx context.Context, in *ent.Client, v *viewer.Viewer, among ...predicate.PreSession) (meetings, opposed []int, err error) {
	if v.Program != "" {
		return nil, nil, nil
	}
	if opposed, err = opposedTo(ctx, in, v, registration.HasMeetingWith(among...)); err != nil || len(opposed) == 0 {
		return nil, nil, err
	}
	r, err := relationOf(ctx, in, v)
	if err != nil {
		return nil, nil, err
	}
	owned, left := ownedBy(v)
	own := registration.Or(registration.UIDIn(append(owned, left...)...), registration.OrganisationIDIn(slices.Collect(maps.Keys(r.ids))...))
	untold := registration.Or(registration.And(registration.IDIn(opposed...), registration.StateIn(undecided...)),
		registration.And(own, registration.StateIn(registration.StateDRAFT, registration.StateWITHDRAWN), registration.OfferExpiresAtIsNil()))
	waits := presession.Or(presession.StateNotIn(presession.StateHELD, presession.StateNOT_HELD),
		presession.And(presession.StateEQ(presession.StateNOT_HELD), presession.HasRegistrationsWith(registration.StateIn(undecided...))))
	meetings, err = in.PreSession.Query().Where(among...).Where(waits, presession.HasRegistrationsWith(untold)).Order(ent.Asc(presession.FieldID)).IDs(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("look for meetings of one's own: %w", err)
	}
	return meetings, opposed, nil
}

// refuseInterest returns Forbidden where whoever asks has an interest at one of the meetings that are admitted: they do
// nothing there but what is the applicant's own.
func (c *change) refuseInterest(among ...predicate.PreSession) error {
	ids, err := c.veiled(among...)
	if err != nil || len(ids) == 0 {
		return err
	}
	q := c.Ent.PreSession.Query().Where(presession.IDIn(ids...))
	withAll(q)
	all, err := q.All(c.ctx)
	if err != nil {
		return fmt.Errorf("read meetings of one's own: %w", err)
	}
	return fault.Forbidden("this is for somebody of UPR Info who has no interest at the Pre-session of %s: a registration there that is yours, or of your organisation, or with which you have declared a conflict of interest, is not decided yet, or was withdrawn before it was", statesOf(all))
}

// staffRoles are the roles by which whoever asks changes a registration, with the grant that gives each. Returns Forbidden for
// staff who have an interest at its meeting.
func (c *change) staffRoles(row *ent.Registration) (map[viewer.Role]string, error) {
	roles := rolesOn(c.by, row)
	if _, applies := roles[viewer.Applicant]; applies || len(roles) == 0 {
		return roles, nil
	}
	return roles, c.refuseInterest(presession.ID(row.MeetingID))
}

// refuseWhereAnotherProtects is refuseInterest for the protection officer: who is at risk is protected all the same where
// nobody else can.
func (c *change) refuseWhereAnotherProtects(among ...predicate.PreSession) error {
	refused := c.refuseInterest(among...)
	if fault.CodeOf(refused) != fault.CodeForbidden {
		return refused
	}
	others, err := c.Ent.User.Query().Where(user.UIDNEQ(c.by.UID), user.DisabledAtIsNil(), user.HasGrantsWith(grant.Role(string(viewer.ProtectionOfficer)), grant.Scope(""))).
		WithGrants().WithMemberships(func(q *ent.OrganisationMembershipQuery) { q.WithOrganisation() }).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list protection officers: %w", err)
	}
	for _, u := range others {
		v := holderOf(u)
		for _, m := range u.Edges.Memberships {
			v.Organisations = append(v.Organisations, m.Edges.Organisation.Slug)
		}
		if meetings, _, err := interestsOf(c.ctx, c.Ent, v, among...); err != nil || len(meetings) == 0 {
			return cmp.Or(err, refused)
		}
	}
	return nil
}

// MayJoin refuses that whoever asks has somebody speak for an organisation, by its slug, which is to be decided on at a meeting
// where they have an interest themselves: with that they would make one of others.
func (s *Service) MayJoin(ctx context.Context, tx *database.Tx, slug string) error {
	v, known := viewer.From(ctx)
	if !known {
		return nil
	}
	c := &change{Tx: tx, ctx: asProgram(ctx), by: v, now: s.now()}
	meetings, err := c.veiled()
	if err != nil || len(meetings) == 0 {
		return err
	}
	applies, err := relatedTo(c.ctx, c.Ent, &viewer.Viewer{Organisations: []string{slug}}, registration.MeetingIDIn(meetings...), registration.StateIn(slices.Concat(undecided, []registration.State{registration.StateDRAFT, registration.StateWITHDRAWN})...))
	if err != nil || len(applies) == 0 {
		return err
	}
	return c.refuseInterest(presession.HasRegistrationsWith(registration.IDIn(applies...)))
}

// veiled are the meetings, among some, at which whoever asks sees nothing of what is staged, of whichever registration: it can
// follow from what is staged of their own, as who is proposed for a place does.
func (c *change) veiled(among ...predicate.PreSession) (ids []int, err error) {
	ids, _, err = interestsOf(c.ctx, c.Ent, c.by, among...)
	return ids, err
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

// refuseStale returns Conflict where a registration has another revision than staff have seen.
func refuseStale(row *ent.Registration, revision int) error {
	if revision != revisionOf(row) {
		return stale(revisionOf(row))
	}
	return nil
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
