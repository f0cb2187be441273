package presession

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// inOrder sorts registrations as they speak: as they were ordered, then as they were submitted.
func inOrder(rows []*ent.Registration) {
	last := func(place *int) int {
		if place == nil {
			return 1 << 30
		}
		return *place
	}
	slices.SortFunc(rows, func(a, b *ent.Registration) int {
		return cmp.Or(cmp.Compare(last(a.Place), last(b.Place)), cmp.Compare(a.ID, b.ID))
	})
}

// OrderSpeakers says in which order the registrations of a meeting speak. Those of which whoever asks may have no opinion
// keep their places, and the others speak in those that are left. Returns Forbidden for a meeting at which they have an interest.
func (s *Service) OrderSpeakers(ctx context.Context, id string, revision int, registrations []string) (changed *PreSession, err error) {
	err = s.change(ctx, "", func(c *change) error {
		m, err := c.managedMeeting(id, revision)
		if err != nil {
			return err
		}
		if err := refuseSettled(m); err != nil {
			return err
		}
		speaking, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.StateIn("OFFERED", "CONFIRMED")).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list who speaks: %w", err)
		}
		inOrder(speaking)
		opposed, err := opposedTo(c.ctx, c.Ent, c.by, registration.MeetingID(m.ID))
		if err != nil {
			return err
		}
		stays := func(row *ent.Registration) bool { return slices.Contains(opposed, row.ID) }
		ordered := slices.DeleteFunc(slices.Clone(speaking), stays)
		for _, row := range ordered {
			if !slices.Contains(registrations, row.UID) {
				return fault.Invalid("registrations", "must be all that are offered or confirmed: %s is missing", row.UID)
			}
		}
		if len(registrations) != len(ordered) {
			return fault.Invalid("registrations", "must be the %d that are offered or confirmed, each once", len(ordered))
		}
		slices.SortFunc(ordered, func(a, b *ent.Registration) int {
			return cmp.Compare(slices.Index(registrations, a.UID), slices.Index(registrations, b.UID))
		})
		if err := c.placeSpeakers(speaking, ordered, stays); err != nil {
			return err
		}
		if err := m.Update().AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("change a Pre-session: %w", err)
		}
		c.log.Note(m.UID, changelog.Operation("ORDER"))
		if m, err = c.meetingOf(id); err != nil {
			return err
		}
		p := c.preSessionOf(m)
		changed = &p
		return nil
	})
	return changed, err
}

// placeSpeakers has those who speak, as they stand now, speak as they are ordered, but for those who stay where they are.
func (c *change) placeSpeakers(speaking, ordered []*ent.Registration, stays func(*ent.Registration) bool) error {
	for i, row := range speaking {
		if !stays(row) {
			row, ordered = ordered[0], ordered[1:]
		}
		if err := row.Update().SetPlace(i + 1).Exec(c.ctx); err != nil {
			return fmt.Errorf("place a registration: %w", err)
		}
	}
	return nil
}
