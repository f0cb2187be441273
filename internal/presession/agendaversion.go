package presession

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/agendaversion"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// Unfreezing says which version of an agenda is copied back into the work in progress.
type Unfreezing struct {
	Round    string
	Revision int
	Number   int // of the version
}

// AgendaVersions are all versions of the agenda of a round that were published, the latest first.
func (s *Service) AgendaVersions(ctx context.Context, id string) (versions []AgendaVersion, err error) {
	if err := policy.Require(ctx, viewer.Manager); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		if _, err := c.managed(id); err != nil {
			return err
		}
		rows, err := c.Ent.AgendaVersion.Query().Where(agendaversion.HasRoundWith(roundIs(id))).Order(ent.Asc(agendaversion.FieldNumber)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list agendas: %w", err)
		}
		opposed, err := ownOf(c.ctx, c.Ent, c.by)
		if err != nil {
			return err
		}
		var before []agendaEntry
		for _, row := range rows {
			entries, err := entriesOf(row)
			if err != nil {
				return err
			}
			versions = append(versions, AgendaVersion{row.Number, row.PublishedAt.UTC(), unopposed(opposed, compareAgendas(before, entries))})
			before = entries
		}
		slices.Reverse(versions)
		return nil
	})
	return versions, err
}

func entriesOf(row *ent.AgendaVersion) (entries []agendaEntry, err error) {
	if err := json.Unmarshal([]byte(row.Entries), &entries); err != nil {
		return nil, fmt.Errorf("read an agenda: %w", err)
	}
	for i := range entries { // versions of before had places alone
		entries[i].Shown = cmp.Or(entries[i].Shown, entries[i].Place)
	}
	return entries, nil
}

// UnfreezeAgenda copies a published version back into the work in progress: times, lengths, rooms and
// modes of its meetings, and in which order their speakers speak. What was decided since stays: who does
// not speak any more, and whose consents were revoked, does not come back, and a meeting that is over,
// is not held or is postponed stays so. It returns the registrations that were left out. Readers see
// nothing of it before the agenda is published. Returns Invalid for a version that there is not,
// Conflict where a meeting would be held at a time that is past, and Forbidden where whoever asks has an interest at one.
func (s *Service) UnfreezeAgenda(ctx context.Context, in Unfreezing) (changed *Round, left []string, err error) {
	err = s.change(ctx, "an agenda is copied back", func(c *change) error {
		row, err := c.managedRound(in.Round, in.Revision)
		if err != nil {
			return err
		}
		if err := c.lockMeetings(in.Round); err != nil {
			return err
		}
		version, err := c.Ent.AgendaVersion.Query().Where(agendaversion.RoundID(row.ID), agendaversion.Number(in.Number)).Only(c.ctx)
		if ent.IsNotFound(err) {
			return fault.Invalid("number", "%d is no version of this agenda", in.Number)
		}
		if err != nil {
			return fmt.Errorf("find an agenda: %w", err)
		}
		entries, err := entriesOf(version)
		if err != nil {
			return err
		}
		q := c.Ent.PreSession.Query().Where(planned(in.Round)...).WithRegistrations(func(q *ent.RegistrationQuery) { q.Where(registration.StateIn("OFFERED", "CONFIRMED")) }).Order(ent.Asc(presession.FieldID))
		withAll(q)
		meetings, err := q.All(c.ctx)
		if err != nil {
			return fmt.Errorf("list Pre-sessions: %w", err)
		}
		opposed, err := ownOf(c.ctx, c.Ent, c.by)
		if err != nil {
			return err
		}
		back := map[string]bool{}
		for _, m := range meetings {
			of := slices.DeleteFunc(slices.Clone(entries), func(e agendaEntry) bool { return e.PreSession != m.UID })
			if len(of) == 0 || !m.StartsAt.After(c.now) {
				continue
			}
			if err := c.refuseInterest(presession.ID(m.ID)); err != nil {
				return err
			}
			if err := c.unfreeze(m, of, opposed, back); err != nil {
				return err
			}
		}
		left = []string{}
		for _, e := range entries {
			if !back[e.Registration] && !slices.Contains(opposed, e.Registration) {
				left = append(left, e.Registration)
			}
		}
		if err := row.Update().AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("change a round: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("UNFREEZE_AGENDA"))
		changed, err = c.round(in.Round)
		return err
	})
	return changed, left, err
}

// unfreeze brings one meeting, and who speaks there by now, to where a version had them; who came since speaks after the
// others. Registrations of which whoever asks may have no opinion keep their places.
func (c *change) unfreeze(m *ent.PreSession, entries []agendaEntry, opposed []string, back map[string]bool) error {
	was := entries[0]
	if !was.StartsAt.After(c.now) {
		return conflict("number", "has the Pre-session of %s at a time that is past", m.Edges.Review.Edges.State.Iso3)
	}
	set := m.Update().SetStartsAt(was.StartsAt).SetDuration(was.Minutes).SetRoom(was.Room).SetMode(presession.Mode(was.Mode)).AddRevision(1)
	if was.Minutes != m.Duration {
		held, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), takesPlace()).Count(c.ctx)
		if err != nil {
			return fmt.Errorf("count places: %w", err)
		}
		set.SetSlots(max(held, min(maxSlots, slotsOf(was.Minutes, m.SurMinutes, m.ModerationMinutes, m.QuestionMinutes, m.SpeakerMinutes))))
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("plan a Pre-session: %w", err)
	}
	c.log.Note(m.UID, changelog.Operation("UNFREEZE_AGENDA"))
	moved, err := c.meetingOf(m.UID)
	if err != nil {
		return err
	}
	if err := c.tellMoved(moved, appointmentOf(m)); err != nil {
		return err
	}
	speaking := m.Edges.Registrations
	inOrder(speaking)
	stays := func(row *ent.Registration) bool { return slices.Contains(opposed, row.UID) }
	last := len(entries) + 1
	places := map[string]int{}
	for _, row := range speaking {
		places[row.UID] = last
		if i := slices.IndexFunc(entries, func(e agendaEntry) bool { return e.Registration == row.UID }); i >= 0 && row.State == registration.StateCONFIRMED {
			places[row.UID], back[row.UID] = entries[i].Place, true
		}
	}
	ordered := slices.DeleteFunc(slices.Clone(speaking), stays)
	slices.SortFunc(ordered, func(a, b *ent.Registration) int {
		return cmp.Or(cmp.Compare(places[a.UID], places[b.UID]), cmp.Compare(a.ID, b.ID))
	})
	return c.placeSpeakers(speaking, ordered, stays)
}
