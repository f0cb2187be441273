package desk

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/stategroup"
	"github.com/upr-info/upr/ent/stategroupmembership"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// MembershipInput says that a State belongs to a group, and when. Replaces is the first day
// of the membership that it corrects.
type MembershipInput struct {
	Group    string
	Revision int
	State    string
	From, To *civil.Date
	AsOf     *civil.Date
	Source   string
	Corrects *CorrectedMembership
	Reason   string
}

// CorrectedMembership tells the memberships of one State in one group apart.
type CorrectedMembership struct{ From *civil.Date }

// StateGroupPayload has the group as readers see it.
type StateGroupPayload struct {
	Outcome
	StateGroup *record.StateGroup
}

// CreateStateGroup adds an organisation of States, without members, at the end of the list.
func (d *Desk) CreateStateGroup(ctx context.Context, input CreateTermInput) (*StateGroupPayload, error) {
	return stateGroupPayload(d.createTerm(ctx, stateGroups, input))
}

// RenameStateGroup gives a group another name.
func (d *Desk) RenameStateGroup(ctx context.Context, input RenameTermInput) (*StateGroupPayload, error) {
	return stateGroupPayload(d.renameTerm(ctx, stateGroups, input))
}

// WithdrawStateGroup hides an organisation of States from readers, with its memberships.
func (d *Desk) WithdrawStateGroup(ctx context.Context, input StepInput) (*StateGroupPayload, error) {
	return d.stepGroup(ctx, withdrawing, input)
}

// RestoreStateGroup shows it again.
func (d *Desk) RestoreStateGroup(ctx context.Context, input StepInput) (*StateGroupPayload, error) {
	return d.stepGroup(ctx, restoring, input)
}

func (d *Desk) stepGroup(ctx context.Context, s step, input StepInput) (*StateGroupPayload, error) {
	return d.changeGroup(ctx, input.ID, input.Reason, func(c *change) error {
		return c.take(s, changelog.Group, stateGroups.table, input, func(row int) error {
			n, err := c.count(`SELECT COUNT(*) FROM state_groups WHERE id = $1 AND kind = 'REGIONAL'`, row)
			if err == nil && n > 0 {
				err = fault.Invalid("id", "the regional groups are the United Nations' own: only organisations of States can be withdrawn")
			}
			return err
		})
	})
}

// SaveMembership adds a membership, or corrects one.
func (d *Desk) SaveMembership(ctx context.Context, input MembershipInput) (*StateGroupPayload, error) {
	return d.changeMembership(ctx, input, func(c *change, group int, member *ent.State) error {
		if input.From != nil && input.To != nil && *input.To < *input.From {
			return fault.Invalid("to", "is before it begins, on %s", *input.From)
		}
		source, err := requireText("source", input.Source)
		if err != nil {
			return err
		}
		if input.Corrects != nil {
			if err := c.removeMembership(group, member, input.Corrects.From); err != nil {
				return err
			}
		}
		if overlaps, err := c.overlaps(group, member.ID, input.From, input.To); err != nil || overlaps {
			if err != nil {
				return err
			}
			return fault.Invalid("from", "%s belongs to the group already at that time: correct that membership", member.Iso3)
		}
		if err := c.refuseSecondRegion(group, member, input.From, input.To); err != nil {
			return err
		}
		create := c.Ent.StateGroupMembership.Create().SetGroupID(group).SetState(member).SetSource(source)
		for _, given := range []struct {
			date *civil.Date
			set  func(civil.Date) *ent.StateGroupMembershipCreate
		}{{input.From, create.SetFromDate}, {input.To, create.SetToDate}, {input.AsOf, create.SetAsOf}} {
			if given.date != nil {
				given.set(*given.date)
			}
		}
		return create.Exec(c.ctx)
	})
}

// RemoveMembership takes a membership back that never was.
func (d *Desk) RemoveMembership(ctx context.Context, input MembershipInput) (*StateGroupPayload, error) {
	return d.changeMembership(ctx, input, func(c *change, group int, member *ent.State) error {
		return c.removeMembership(group, member, input.From)
	})
}

func (d *Desk) changeMembership(ctx context.Context, input MembershipInput, fn func(c *change, group int, member *ent.State) error) (*StateGroupPayload, error) {
	return d.changeGroup(ctx, input.Group, input.Reason, func(c *change) error {
		group, err := c.log.Take(changelog.Group, input.Group, int64(input.Revision))
		if err != nil {
			return err
		}
		c.log.Touch(changelog.Group, changelog.Correct, group)
		member, err := c.state("state", input.State)
		if err != nil {
			return err
		}
		return fn(c, group, member)
	})
}

func (d *Desk) changeGroup(ctx context.Context, id, reason string, fn func(c *change) error) (*StateGroupPayload, error) {
	return stateGroupPayload(d.changeTerm(ctx, id, reason, fn))
}

func stateGroupPayload(out Outcome, node record.Node, err error) (*StateGroupPayload, error) {
	payload := &StateGroupPayload{Outcome: out}
	if group, changed := node.(record.StateGroup); changed {
		payload.StateGroup = &group
	}
	return payload, err
}

func (c *change) removeMembership(group int, member *ent.State, from *civil.Date) error {
	which := stategroupmembership.FromDateIsNil()
	if from != nil {
		which = stategroupmembership.FromDate(*from)
	}
	n, err := c.Ent.StateGroupMembership.Delete().Where(stategroupmembership.GroupID(group), stategroupmembership.StateID(member.ID), which).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("remove a membership: %w", err)
	}
	if n == 0 {
		return fault.Invalid("state", "the group has no membership of %s that begins so", member.Iso3)
	}
	return nil
}

// refuseSecondRegion refuses that a State belongs to two regional groups on the same day.
func (c *change) refuseSecondRegion(group int, member *ent.State, from, to *civil.Date) error {
	regional := stategroup.KindEQ(stategroup.KindREGIONAL)
	is, err := c.Ent.StateGroup.Query().Where(stategroup.ID(group), regional).Exist(c.ctx)
	if err != nil || !is {
		return err
	}
	others, err := c.Ent.StateGroup.Query().Where(regional, stategroup.IDNEQ(group)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("read regional groups: %w", err)
	}
	for _, other := range others {
		if overlaps, err := c.overlaps(other.ID, member.ID, from, to); err != nil || overlaps {
			if err != nil {
				return err
			}
			return fault.Invalid("from", "%s belongs to %s at that time, and to one regional group only: end that membership first", member.Iso3, other.NameEn)
		}
	}
	return nil
}

// overlaps says whether a State belongs to a group on any day of a span.
func (c *change) overlaps(group, member int, from, to *civil.Date) (bool, error) {
	others, err := c.Ent.StateGroupMembership.Query().Where(stategroupmembership.GroupID(group), stategroupmembership.StateID(member)).All(c.ctx)
	if err != nil {
		return false, fmt.Errorf("read memberships: %w", err)
	}
	for _, m := range others {
		if (to == nil || !m.FromDate.Known() || m.FromDate <= *to) && (from == nil || !m.ToDate.Known() || m.ToDate >= *from) {
			return true, nil
		}
	}
	return false, nil
}
