package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// proposeNext stages an offer to the first who waits and may have it, where there is a place. Whether
// it is made is the manager's to say: a panel's balance is a judgement.
func proposeNext(s *step) error {
	m := s.row.Edges.Meeting
	held, err := s.others(takesPlace())
	if err != nil || held >= m.Slots || isOver(m, s.now) {
		return err
	}
	waiting, err := s.waiting()
	if err != nil {
		return err
	}
	asked := *s.change
	asked.by = viewer.Program("presession") // who is passed over is seen by all: it depends on nobody's roles
	for _, row := range waiting {
		row.Edges.Meeting = m
		candidate := &step{change: &asked, row: row}
		switch err := candidate.refuseConflicts(); {
		case err == nil:
			return s.propose(row)
		case fault.CodeOf(err) != fault.CodeConflict: // with which the next one may have it
			return err
		}
	}
	return nil
}

// passesOn says whether somebody who waits, and was to have a place, is to have another decision instead. Who withdraws has
// freed it (freed); whoever takes an offer back that was not made says what becomes of the place.
func passesOn(row *ent.Registration, to State) bool {
	return State(row.State) == Waitlisted && hasPlace(row) && to != Offered && to != Withdrawn
}

// waiting are those who wait, in the order in which they are proposed: by rank, and national human
// rights institutions first where none has a place.
func (s *step) waiting() ([]*ent.Registration, error) {
	rows, err := s.Ent.Registration.Query().Where(registration.MeetingID(s.row.MeetingID), registration.IDNEQ(s.row.ID), registration.StateEQ("WAITLISTED"), registration.PendingStateIsNil()).
		Order(ent.Asc(registration.FieldRank)).All(s.ctx)
	if err != nil {
		return nil, fmt.Errorf("list who waits: %w", err)
	}
	institutions, err := s.others(takesPlace(), registration.OrganisationKindEQ("NHRI"))
	if err != nil || institutions > 0 {
		return rows, err
	}
	isNHRI := func(row *ent.Registration) bool {
		return row.OrganisationKind != nil && *row.OrganisationKind == registration.OrganisationKindNHRI
	}
	first := slices.DeleteFunc(slices.Clone(rows), func(row *ent.Registration) bool { return !isNHRI(row) })
	return append(first, slices.DeleteFunc(rows, isNHRI)...), nil
}

// propose stages an offer to somebody who waits. The revision stays: who has an interest reads it, and whether somebody is
// passed over follows from what is staged.
func (s *step) propose(row *ent.Registration) error {
	if err := row.Update().SetPendingState("OFFERED").SetDecidedBy("program:presession").Exec(s.ctx); err != nil {
		return fmt.Errorf("propose who waits: %w", err)
	}
	if err := s.record(row, 7, Waitlisted, Offered, true, "program:presession", "a place is free"); err != nil {
		return err
	}
	return s.addMail(row, "offer", true)
}
