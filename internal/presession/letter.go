package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/notify"
)

// letterTask is the template of the task to write a letter of invitation, as for a visa.
const letterTask = "letter-requested"

// RequestLetter asks staff for a letter of invitation, for a registration of one's own that has a place,
// or was merged into one that has.
// Staff have a task that names nobody: the letter is theirs to write. Asked for twice, it is asked for once.
// Returns NotFound for a registration of others, and Conflict where there is no place, or not any more.
func (s *Service) RequestLetter(ctx context.Context, id string, revision int) (changed *Application, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(id)
		if err != nil {
			return err
		}
		speaks, err := c.speaksFor(row)
		switch {
		case err != nil:
			return err
		case row.LetterRequestedAt != nil:
			changed, err = c.application(id)
			return err
		case speaks.State != registration.StateCONFIRMED || isOver(row.Edges.Meeting, c.now):
			return conflict("", "has no place at a Pre-session that is to come: a letter is written once an offer is confirmed")
		case row.OwnRevision != revision:
			return stale(row.OwnRevision)
		}
		if err := row.Update().SetLetterRequestedAt(c.now).AddRevision(1).AddOwnRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("keep that a letter is asked for: %w", err)
		}
		if err := c.askForLetter(row); err != nil {
			return err
		}
		c.log.Note(row.UID, changelog.Operation("ASK_LETTER"))
		changed, err = c.application(id)
		return err
	})
	return changed, err
}

func (c *change) askForLetter(row *ent.Registration) error {
	if c.means.Outbox == nil {
		return nil
	}
	d, err := c.draft(row, letterTask)
	if err != nil {
		return err
	}
	// It is for staff, however the applicant is written to, and says nothing that they do not see.
	d.Task, d.To, d.Language, d.Level, d.Neutral = true, "", "EN", 0, false
	state := row.Edges.Meeting.Edges.Review.Edges.State
	d.Data = map[string]string{"reference": row.Reference, "state": state.NameEn, "meeting": d.Data["meeting"], "link": c.means.PublicURL}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// lettersOf are the tasks to write letters that are not done yet, for those who speak by a registration into which
// theirs was merged.
func (c *change) lettersOf(row *ent.Registration) (tasks []string, err error) {
	merged, err := c.mergedWith(row)
	if err != nil {
		return nil, err
	}
	for _, joined := range merged {
		messages, err := c.means.Outbox.About(c.ctx, c.Tx, joined.UID)
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			if m.Status == notify.Task && m.Template == letterTask {
				tasks = append(tasks, m.ID)
			}
		}
	}
	return tasks, nil
}

// forgetLetters has those who speak by a registration ask for letters anew: it is in the pool again.
func (c *change) forgetLetters(row *ent.Registration) error {
	all, err := c.speakingBy(row.ID)
	if err != nil {
		return err
	}
	err = c.Ent.Registration.Update().Where(registration.IDIn(all[1:]...), registration.LetterRequestedAtNotNil()).ClearLetterRequestedAt().AddRevision(1).AddOwnRevision(1).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("forget letters: %w", err)
	}
	return nil
}
