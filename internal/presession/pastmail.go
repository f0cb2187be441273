package presession

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/notify"
)

// This file says which mail is not sent any more, although it was to be, as the mail server was away meanwhile: what asks for
// something that cannot be done any more, and what is not so any more. What it tells of all other mail has happened, and is
// told also when something else has happened since.

// goesOn are the states of a registration that has not ended.
var goesOn = append(slices.Clone(active), Merged, Spoke, NoShow)

// holdsIn are the states in which mail of a template still holds. That of others does in all.
var holdsIn = map[string][]State{
	"draft-reminder":    {Draft},
	"changes-requested": {ChangesRequested}, "changes-reminder": {ChangesRequested},
	"waitlisted": {Waitlisted},
	"offer":      {Offered}, "offer-reminder": {Offered},
	"confirmed":      {Confirmed, Spoke, NoShow},
	"agenda-changed": {Offered, Confirmed, Merged}, "postponed": {Offered, Confirmed, Merged},
	"statement-due":      {Confirmed},
	"thank-you":          {Spoke},
	"submission-refused": goesOn, "statement-returned": goesOn, "asks-to-confirm": slices.Concat(goesOn, []State{Withdrawn}), // who keeps a statement confirms
}

func stillHolds(template string, in State) bool {
	states, depends := holdsIn[template]
	return !depends || slices.Contains(states, in)
}

// dropPast takes back what was to be sent of a registration and holds no more, as it becomes another state or ends with the
// one that speaks for it. What is sent at this moment is looked at again where it fails (pastMail).
func (c *change) dropPast(row *ent.Registration, now State) error {
	if c.means.Outbox == nil {
		return nil
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range all {
		if m.Status == notify.Queued && !stillHolds(m.Template, now) {
			ids = append(ids, m.ID)
		}
	}
	return c.means.Outbox.Drop(c.ctx, c.Tx, string(now), ids...)
}

// pastMail is the state of the registration that a mail is about, where that holds no more in it; empty: it holds.
func (s *Service) pastMail(ctx context.Context, tx *database.Tx, about, template string) (string, error) {
	if holdsIn[template] == nil {
		return "", nil
	}
	row, err := tx.Ent.Registration.Query().Where(registration.UID(about)).Only(asProgram(ctx))
	switch {
	case ent.IsNotFound(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look what a message is about: %w", err)
	case stillHolds(template, State(row.State)):
		return "", nil
	}
	return string(row.State), nil
}
