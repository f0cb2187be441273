package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
)

// mergedInto reads what a registration was merged into, as lockRegistration does: both are for one meeting.
func (c *change) mergedInto(row *ent.Registration) (*ent.Registration, error) {
	into, err := c.Ent.Registration.Query().Where(registration.HasMergedWith(registration.ID(row.ID))).WithMeeting(withAll).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read what a registration is merged into: %w", err)
	}
	return into, nil
}

// isMerged says whether another registration speaks for one, or did until it ended.
func isMerged(row *ent.Registration) bool { return row.MergedIntoID != nil && !row.MergerEnded }

// above does something to what a registration is merged into, where it is.
func (c *change) above(row *ent.Registration, do func(into *ent.Registration) error) error {
	if !isMerged(row) {
		return nil
	}
	into, err := c.mergedInto(row)
	if err != nil {
		return err
	}
	return do(into)
}

// speaksFor is the registration by which those of another one speak: that one itself, or what it was merged into.
func (c *change) speaksFor(row *ent.Registration) (speaks *ent.Registration, err error) {
	for speaks = row; err == nil && isMerged(speaks); {
		speaks, err = c.mergedInto(speaks)
	}
	return speaks, err
}

// mergedWith are those that were merged into a registration, also by way of another, oldest first.
func (c *change) mergedWith(row *ent.Registration) ([]*ent.Registration, error) {
	all, err := c.speakingBy(row.ID)
	if err != nil {
		return nil, err
	}
	merged, err := c.Ent.Registration.Query().Where(registration.IDIn(all[1:]...)).WithMeeting(withAll).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was merged: %w", err)
	}
	return merged, nil
}

// hasEnded says whether nobody has a place by a registration any more, nor can have one.
func hasEnded(state State) bool { return isEnd(state) || state == Cancelled }

// mergerEnded says whether the registration that spoke for another one has ended, or has once. That one ends with it: it
// counts by way of that one alone.
func (c *change) mergerEnded(row *ent.Registration) (bool, error) {
	if !isMerged(row) {
		return row.MergerEnded, nil
	}
	speaks, err := c.speaksFor(row)
	return err == nil && hasEnded(State(speaks.State)), err
}

// joined has the participants of a registration that was merged count where it was merged into: for
// what is written to it, and for who reads its statements.
func (c *change) joined(row *ent.Registration) error {
	into, err := c.mergedInto(row)
	if err != nil {
		return err
	}
	level, neutral, _, err := c.caution(row)
	if err != nil {
		return err
	}
	if level > 0 || neutral {
		if err := c.revalue(into); err != nil {
			return err
		}
		if err := c.recast(into); err != nil {
			return err
		}
	}
	return c.renewStatements(into)
}

// leaveWords has the statements that a registration brings, and those of what it was merged into, keep that they have
// the words of others, which are merged no more. Those for which nobody takes part have nobody who could consent.
func (c *change) leaveWords(row *ent.Registration, others []int) error {
	others, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(others...)).Unique(true).Select(participant.FieldRegistrationID).Ints(c.ctx)
	if err != nil {
		return fmt.Errorf("list who leaves a merger: %w", err)
	}
	all, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID), presessionstatement.StateNotIn(ended...)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list statements: %w", err)
	}
	for _, st := range all {
		left := slices.Concat(st.Left, others)
		slices.Sort(left)
		if err := st.Update().SetLeft(slices.Compact(left)).Exec(c.ctx); err != nil {
			return fmt.Errorf("keep whose words a statement has: %w", err)
		}
	}
	return c.above(row, func(into *ent.Registration) error { return c.leaveWords(into, others) })
}

// endMergers has those stay ended that were merged into a registration which is taken up again: their owners were told
// so, and may have begun another one. Their words stay in what it brought.
func (s *step) endMergers() error {
	all, err := s.speakingBy(s.row.ID)
	if err != nil || len(all) == 1 {
		return err
	}
	if err := s.leaveWords(s.row, all[1:]); err != nil {
		return err
	}
	if err := s.Ent.Registration.Update().Where(registration.IDIn(all[1:]...)).SetMergerEnded(true).Exec(s.ctx); err != nil {
		return fmt.Errorf("end mergers: %w", err)
	}
	return nil
}

// leaveStatements has the statements of what a registration is merged into keep that they have its words.
func (s *step) leaveStatements() error {
	if !isMerged(s.row) {
		return nil
	}
	leave, err := s.speakingBy(s.row.ID)
	if err != nil {
		return err
	}
	into, err := s.mergedInto(s.row)
	if err != nil {
		return err
	}
	return s.leaveWords(into, leave)
}

// leaveMerger has those count no more where their registration is merged no more, and tells who speaks there, where
// somebody does. It was written already.
func (s *step) leaveMerger() error {
	if !isMerged(s.row) {
		return nil
	}
	into, err := s.Ent.Registration.Query().Where(registration.ID(*s.row.MergedIntoID)).WithMeeting(withAll).Only(s.ctx)
	if err != nil {
		return fmt.Errorf("read what a registration was merged into: %w", err)
	}
	if err := s.renewStatements(into); err != nil {
		return err
	}
	speaks, err := s.speaksFor(into)
	if err != nil || hasEnded(State(speaks.State)) {
		return err
	}
	return s.tellMergerEnded(speaks, s.row, "merger-ended", false)
}

// endMerged tells the owners of those that were merged into a registration which ends that theirs ends with it. Nothing
// is left that they were to be told before, and they ask staff for nothing any more.
func (s *step) endMerged() error {
	if !hasEnded(s.To) || s.means.Outbox == nil {
		return nil
	}
	merged, err := s.mergedWith(s.row)
	if err != nil {
		return err
	}
	template := "merger-ended"
	if s.mail() == "not-held" {
		template = "not-held"
	}
	for _, row := range merged {
		if err := s.dropDrafts(row, s.To); err != nil {
			return err
		}
		if err := s.dropPast(row, s.To); err != nil {
			return err
		}
		if err := s.tellMergerEnded(row, s.row, template, s.To == Cancelled); err != nil {
			return err
		}
	}
	return nil
}

// tellMergerEnded tells of one registration that the other one, with which it was merged, has ended; as cautiously as
// those of both need it.
func (c *change) tellMergerEnded(row, other *ent.Registration, template string, hold bool) error {
	if c.means.Outbox == nil {
		return nil
	}
	d, err := c.draft(row, template)
	if err != nil {
		return err
	}
	level, neutral, approved, err := c.caution(other)
	if err != nil {
		return err
	}
	d.Level, d.Neutral, d.Approved = max(d.Level, level), d.Neutral || neutral, d.Approved && approved
	d.Data["partners"], d.Hold = other.Organisation, hold
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// reviseMerged says that what the owners of those merged see has changed with the registration that speaks for them.
func (c *change) reviseMerged(row *ent.Registration) error {
	all, err := c.speakingBy(row.ID)
	if err != nil || len(all) == 1 {
		return err
	}
	if err := c.Ent.Registration.Update().Where(registration.IDIn(all[1:]...)).AddRevision(1).AddOwnRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("revise what was merged: %w", err)
	}
	return nil
}
