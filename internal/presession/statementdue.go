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
	"github.com/upr-info/upr/internal/changelog"
)

// statementReminders are how many days before a meeting its speakers are asked for their statements.
var statementReminders = []int{21, statementsDue, 7}

// statementDeadline is until when a statement is asked for: two weeks before the meeting, and after that
// until statements are frozen.
func statementDeadline(m *ent.PreSession, now time.Time) time.Time {
	due := m.StartsAt.AddDate(0, 0, -statementsDue)
	if now.Before(due) {
		return due
	}
	return m.StartsAt.AddDate(0, 0, -statementsFrozen)
}

// remindStatements reminds who speaks and has not handed in a statement.
func (s *Service) remindStatements(ctx context.Context) error {
	now := s.now()
	rows, err := s.db.Ent.Registration.Query().Where(registration.StateEQ("CONFIRMED"), registration.HasMeetingWith(presession.StateIn("SCHEDULED", "PUBLISHED"),
		presession.StartsAtGT(now.AddDate(0, 0, statementsFrozen)), presession.StartsAtLTE(now.AddDate(0, 0, statementReminders[0])))).WithMeeting().All(ctx)
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
			row, err := c.lockRegistration(row.UID)
			if err != nil || State(row.State) != Confirmed {
				return err
			}
			if owes, err := owesStatement(c.ctx, c.Ent, row, now); err != nil || !owes { // another process, or the applicant, was faster
				return err
			}
			if err := row.Update().SetRemindedAt(now).Exec(c.ctx); err != nil {
				return fmt.Errorf("keep a reminder: %w", err)
			}
			c.log.Note(row.UID, changelog.Operation("REMIND"))
			return c.addMail(row, "statement-due", false)
		}))
	}
	return errors.Join(errs...)
}

// owesStatement says whether the time of a reminder has come since the last one, and no statement was
// handed in that stands.
func owesStatement(ctx context.Context, in *ent.Client, row *ent.Registration, now time.Time) (bool, error) {
	m := row.Edges.Meeting
	due := m.StartsAt != nil && slices.ContainsFunc(statementReminders, func(days int) bool {
		at := m.StartsAt.AddDate(0, 0, -days)
		return !at.After(now) && (row.RemindedAt == nil || row.RemindedAt.Before(at))
	})
	if !due || !now.Before(m.StartsAt.AddDate(0, 0, -statementsFrozen)) {
		return false, nil
	}
	brought, err := in.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID), presessionstatement.StateNotIn(append([]presessionstatement.State{"DRAFT", "CHANGES_REQUESTED"}, ended...)...)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a statement: %w", err)
	}
	return !brought, nil
}
