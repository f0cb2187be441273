package presession

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// maxPeriods is how many times somebody can name at which they cannot speak.
const maxPeriods = 20

// SaveAvailability says when those who speak by a registration of one's own can, in words, and at which times they
// cannot, each in the place of what was said before; nil: as it was. It is possible as long as the registration may
// lead to a speaker. Returns NotFound for a registration of others, Conflict where it was changed since or has ended,
// and Invalid for a time that ends before it begins.
func (s *Service) SaveAvailability(ctx context.Context, id string, revision int, words *string, unavailable []civil.Period) (saved *Application, err error) {
	if words != nil {
		if *words, err = paragraph("availability", *words, false); err != nil {
			return nil, err
		}
	}
	periods, err := periodsOf(unavailable)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(id)
		switch {
		case err != nil:
			return err
		case row.State != registration.StateMERGED && !slices.Contains(active, State(row.State)):
			return conflict("", "has ended, or its Pre-session is over")
		case row.OwnRevision != revision:
			return stale(row.OwnRevision)
		}
		update := row.Update().SetNillableAvailability(words).AddRevision(1).AddOwnRevision(1)
		if unavailable != nil {
			update.SetUnavailable(periods)
		}
		if err := update.Exec(c.ctx); err != nil {
			return fmt.Errorf("keep when somebody can speak: %w", err)
		}
		c.log.Note(row.UID, changelog.Correct)
		saved, err = c.application(id)
		return err
	})
	return saved, err
}

func periodsOf(unavailable []civil.Period) ([]civil.Period, error) {
	if len(unavailable) > maxPeriods {
		return nil, fault.Invalid("unavailable", "are %d times; %d are the most", len(unavailable), maxPeriods)
	}
	periods := []civil.Period{}
	for _, p := range unavailable {
		if !p.From.Before(p.To) {
			return nil, fault.Invalid("unavailable", "has a time that ends before it begins, or as it begins")
		}
		periods = append(periods, civil.Period{From: p.From.UTC(), To: p.To.UTC()})
	}
	slices.SortFunc(periods, func(a, b civil.Period) int { return a.From.Compare(b.From) })
	return periods, nil
}
