package desk

import (
	"context"
	"fmt"
	"regexp"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/stategroup"
	"github.com/upr-info/upr/ent/stategroupmembership"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
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

// CreateStateGroupInput describes an organisation of States that the record does not know.
type CreateStateGroupInput struct {
	Code   string
	Name   NamesInput
	Reason string
}

// RenameStateGroupInput gives a group another name. Its code stays.
type RenameStateGroupInput struct {
	ID       string
	Revision int
	Name     NamesInput
	Reason   string
}

// CreateStateGroup adds an organisation of States, without members, at the end of the list.
// The regional groups are the United Nations' own.
func (d *Desk) CreateStateGroup(ctx context.Context, input CreateStateGroupInput) (*StateGroupPayload, error) {
	return d.changeGroup(ctx, changelog.Group+"_"+input.Code, input.Reason, func(c *change) error { return c.createGroup(input) })
}

// RenameStateGroup gives a group another name.
func (d *Desk) RenameStateGroup(ctx context.Context, input RenameStateGroupInput) (*StateGroupPayload, error) {
	return d.changeGroup(ctx, input.ID, input.Reason, func(c *change) error {
		row, err := c.log.Take(changelog.Group, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		name, err := input.Name.check()
		if err != nil {
			return err
		}
		c.log.Touch(changelog.Group, changelog.Rename, row)
		return c.Ent.StateGroup.UpdateOneID(row).SetNameEn(name.En).SetNameFr(name.Fr).SetNameEs(name.Es).Exec(c.ctx)
	})
}

var groupCode = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)

func (c *change) createGroup(input CreateStateGroupInput) error {
	if !groupCode.MatchString(input.Code) || len(input.Code) > 30 || input.Code == record.Unknown {
		return fault.Invalid("code", "%q is no code: at most 30 capital letters and digits, with _ between words", input.Code)
	}
	name, err := input.Name.check()
	if err != nil {
		return err
	}
	if exists, err := c.Ent.StateGroup.Query().Where(stategroup.Code(input.Code)).Exist(c.ctx); err != nil || exists {
		if err != nil {
			return fmt.Errorf("find a group: %w", err)
		}
		return fault.Invalid("code", "there is a group %s already, and a code is never used again", input.Code)
	}
	last, err := c.count(`SELECT COALESCE(MAX(position), 0) FROM state_groups`)
	if err != nil {
		return err
	}
	made, err := c.Ent.StateGroup.Create().SetCode(input.Code).SetKind(stategroup.KindORGANISATION).
		SetNameEn(name.En).SetNameFr(name.Fr).SetNameEs(name.Es).SetPosition(last + 1).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("create a group: %w", err)
	}
	c.log.Touch(changelog.Group, changelog.Create, made.ID)
	return nil
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

// changeGroup makes a change and reads the group as it then is.
func (d *Desk) changeGroup(ctx context.Context, id, reason string, fn func(c *change) error) (*StateGroupPayload, error) {
	out, err := outcome(d.change(ctx, reason, fn, viewer.Editor))
	if err != nil || len(out.UserErrors) > 0 {
		return &StateGroupPayload{Outcome: out}, err
	}
	found, _ := d.record.Snapshot().Node(id).(record.StateGroup)
	return &StateGroupPayload{out, &found}, nil
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
