package presession

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
)

// statementReminders are how many days before a meeting its speakers are asked for their statements.
var statementReminders = []int{21, statementsDue, 7}

// statementDeadline is until when a statement is asked for: two weeks before the meeting, and after that
// until statements are frozen.
func statementDeadline(m *ent.PreSession, now time.Time) time.Time {
	due := daysFrom(*m.StartsAt, -statementsDue)
	if now.Before(due) {
		return due
	}
	return daysFrom(*m.StartsAt, -statementsFrozen)
}

// remindStatements reminds who speaks and has not handed in a statement.
func (s *Service) remindStatements(ctx context.Context) error {
	now := s.now()
	rows, err := s.db.Ent.Registration.Query().Where(registration.StateEQ("CONFIRMED"), registration.HasMeetingWith(presession.StateIn("SCHEDULED", "PUBLISHED"),
		presession.StartsAtGT(daysFrom(now, statementsFrozen)), presession.StartsAtLTE(daysFrom(now, statementReminders[0])))).WithMeeting().All(ctx)
	if err != nil {
		return fmt.Errorf("look for statements that are due: %w", err)
	}
	var errs []error
	for _, row := range rows {
		owes, err := owesStatement(ctx, s.db.Ent, row, now)
		if errs = append(errs, err); !owes {
			continue
		}
		errs = append(errs, s.change(ctx, "a statement is due", func(c *change) error {
			return c.remind(row.UID, "statement-due", func(row *ent.Registration) (bool, error) { return owesStatement(c.ctx, c.Ent, row, c.now) })
		}))
	}
	return errors.Join(errs...)
}

// owesStatement says whether the time of a reminder has come, and no statement was handed in that stands.
func owesStatement(ctx context.Context, in *ent.Client, row *ent.Registration, now time.Time) (bool, error) {
	m := row.Edges.Meeting
	due := State(row.State) == Confirmed && m.StartsAt != nil && slices.ContainsFunc(statementReminders, func(days int) bool {
		return hasCome(daysFrom(*m.StartsAt, -days), row, now)
	})
	if !due || !now.Before(daysFrom(*m.StartsAt, -statementsFrozen)) {
		return false, nil
	}
	brought, err := broughtStatement(ctx, in, row.ID)
	return !brought, err
}

// broughtStatement says whether a registration has handed in a statement that stands.
func broughtStatement(ctx context.Context, in *ent.Client, registration int) (bool, error) {
	none := append([]presessionstatement.State{"DRAFT", "CHANGES_REQUESTED"}, ended...)
	brought, err := in.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(registration), presessionstatement.StateNotIn(none...)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a statement: %w", err)
	}
	return brought, nil
}
