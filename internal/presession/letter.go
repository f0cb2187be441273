package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
)

// letterTask is the template of the task to write a letter of invitation, as for a visa.
const letterTask = "letter-requested"

// RequestLetter asks staff for a letter of invitation, for a registration of one's own that has a place.
// Staff have a task that names nobody: the letter is theirs to write. Asked for twice, it is asked for once.
// Returns NotFound for a registration of others, and Conflict where there is no place, or not any more.
func (s *Service) RequestLetter(ctx context.Context, id string, revision int) (changed *Application, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(id)
		switch {
		case err != nil:
			return err
		case row.LetterRequestedAt != nil:
			changed, err = c.application(id)
			return err
		case row.State != registration.StateCONFIRMED || isOver(row.Edges.Meeting, c.now):
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
