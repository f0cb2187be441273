package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/fault"
)

// ranked: the rank is one of its own among those that wait, or are to.
func ranked(s *step) error { return s.giveRank(s.set.SetRank) }

// reranked: who waits already waits in another place from the release on.
func reranked(s *step) error {
	if s.Rank != nil && equal(s.Rank, s.row.Rank) {
		return conflict("rank", "%d is where it waits already", *s.Rank)
	}
	return s.giveRank(s.set.SetPendingRank)
}

func (s *step) giveRank(set func(int) *ent.RegistrationUpdateOne) error {
	if err := s.refuseOver(); err != nil {
		return err
	}
	if err := s.rankIsOne(); err != nil {
		return err
	}
	taken, err := s.others(registration.IDNEQ(s.changesWith), isToWaitAt(*s.Rank))
	if err != nil {
		return err
	}
	if taken > 0 {
		return conflict("rank", "%d is another registration's", *s.Rank)
	}
	set(*s.Rank)
	return nil
}

func (s *step) rankIsOne() error {
	if s.Rank == nil || *s.Rank < 1 || *s.Rank > 1000 {
		return fault.Invalid("rank", "must be a place on the waiting list, from 1 on")
	}
	return nil
}

// isToWaitAt admits who waits in a place once all is released that is staged. Another one can be given the place that
// somebody leaves by it.
func isToWaitAt(rank int) predicate.Registration {
	stays := registration.And(registration.StateEQ("WAITLISTED"), registration.PendingStateIsNil())
	comes := registration.And(registration.StateNEQ("WAITLISTED"), registration.PendingStateEQ("WAITLISTED"))
	return registration.Or(registration.PendingRank(rank), registration.And(registration.Rank(rank), registration.Or(stays, comes)))
}

// placeToBe is where one waits once all is released that is staged; nil: nowhere.
func placeToBe(row *ent.Registration) *int {
	switch {
	case row.PendingRank != nil:
		return row.PendingRank
	case row.PendingState == nil && State(row.State) == Waitlisted, row.PendingState != nil && State(*row.PendingState) == Waitlisted:
		return row.Rank
	}
	return nil
}

// exchanged is the step by which whoever is to wait in the place that is asked for gets the one of this registration.
func (s *step) exchanged() (*step, error) {
	if s.To != Waitlisted {
		return nil, fault.Invalid("exchange", "is for places on the waiting list: give the state WAITLISTED with a rank")
	}
	if err := s.rankIsOne(); err != nil {
		return nil, err
	}
	own := placeToBe(s.row)
	if own == nil {
		return nil, conflict("exchange", "is not possible: it does not wait, or leaves the waiting list by what is staged")
	}
	id, err := s.Ent.Registration.Query().Where(registration.MeetingID(s.row.MeetingID), registration.IDNEQ(s.row.ID), isToWaitAt(*s.Rank)).Select(registration.FieldUID).String(s.ctx)
	if ent.IsNotFound(err) {
		return nil, conflict("exchange", "is not possible: nobody is to wait in the place %d; give it without", *s.Rank)
	}
	if err != nil {
		return nil, fmt.Errorf("find who waits: %w", err)
	}
	row, err := s.lockRegistration(id)
	if err != nil {
		return nil, err
	}
	other := &step{change: s.change, row: row, set: s.Ent.Registration.UpdateOne(row), changesWith: s.row.ID}
	other.Move = Move{ID: id, Revision: revisionOf(row), To: Waitlisted, Rank: own, Reason: s.Reason}
	s.changesWith = row.ID
	_, err = other.begin()
	return other, err
}

// rerank has the applicant see another place on the waiting list, in the same state.
func rerank(s *step) error {
	s.set.SetNillableRank(s.row.PendingRank).ClearPendingRank().AddOwnRevision(1)
	return tellsPlace(s)
}

// refuseSameRank: nobody waits in the place of another one by what was released. Whoever was to leave it may stay.
func (c *change) refuseSameRank(released []*ent.Registration) error {
	var meetings []int
	for _, row := range released {
		if State(*row.PendingState) == Waitlisted {
			meetings = append(meetings, row.MeetingID)
		}
	}
	if len(meetings) == 0 {
		return nil
	}
	slices.Sort(meetings)
	waiting, err := c.Ent.Registration.Query().Where(registration.MeetingIDIn(slices.Compact(meetings)...), registration.StateEQ("WAITLISTED"), registration.RankNotNil()).
		Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list who waits: %w", err)
	}
	type place struct{ meeting, rank int }
	at := map[place]*ent.Registration{}
	for _, row := range waiting {
		p := place{row.MeetingID, *row.Rank}
		if other := at[p]; other != nil {
			return conflict("", "%s and %s would both wait in the place %d: give one of them another", other.Reference, row.Reference, *row.Rank)
		}
		at[p] = row
	}
	return nil
}
