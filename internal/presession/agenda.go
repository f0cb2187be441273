package presession

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/agendaversion"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// AgendaVersion is the agenda of a round as it was published once.
type AgendaVersion struct {
	Number      int
	PublishedAt time.Time
	Changes     []AgendaChange // against the version before
}

// AgendaChange is what a version says anew to one registration.
type AgendaChange struct {
	Registration string
	PreSession   string
	Change       string // NEW, MOVED, REORDERED or CANCELLED
}

// Agenda is what would be published of a round now.
type Agenda struct {
	Warnings []AgendaWarning
	Changes  []AgendaChange
	Latest   *int  // number of the version that is published; nil: none is
	clash    error // of the first warning that nobody can acknowledge
}

// place is what a version tells one registration.
type agendaEntry struct {
	Registration, PreSession string
	StartsAt                 time.Time
	Minutes                  int
	Room                     string
	Mode                     string
	Place                    int
	Anew                     bool `json:",omitempty"` // it was postponed since the version before
	Shown                    int  // the place as readers count: who is not to be known moves nobody
}

// Agenda says what publishing the agenda of a round would change, and of what it warns. The protection officer is
// warned of people of whom managers are not told: see toldApart.
func (s *Service) Agenda(ctx context.Context, id string) (a *Agenda, err error) {
	if err := policy.Require(ctx, viewer.Manager, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		if err := c.seesAgenda(id); err != nil {
			return err
		}
		if _, a, err = c.agenda(id); err != nil {
			return err
		}
		opposed, err := ownOf(c.ctx, c.Ent, c.by)
		a.Changes = unopposed(opposed, a.Changes)
		return err
	})
	return a, err
}

func (c *change) seesAgenda(id string) error {
	if !c.by.Has(viewer.ProtectionOfficer, "") {
		_, err := c.managed(id)
		return err
	}
	there, err := c.Ent.Round.Query().Where(roundIs(id)).Exist(c.ctx)
	if err == nil && !there {
		return fault.NotFound("no round that you work with has the id %s", id)
	}
	return err
}

// unopposed leaves out what is said anew to registrations of which whoever asks may have no opinion.
func unopposed(opposed []string, changes []AgendaChange) []AgendaChange {
	return slices.DeleteFunc(append([]AgendaChange{}, changes...), func(change AgendaChange) bool { return slices.Contains(opposed, change.Registration) })
}

// inRound are the meetings of a round.
func inRound(id int) predicate.PreSession { return presession.RoundID(id) }

// planned are the meetings of a round that have a time and are not over; also are states of others that are meant.
func planned(round string, also ...presession.State) []predicate.PreSession {
	return []predicate.PreSession{presession.HasRoundWith(roundIs(round)), presession.StateIn(append(also, "SCHEDULED", "PUBLISHED")...), presession.StartsAtNotNil()}
}

// inAgenda are the registrations that an agenda has: those that speak, and those that have spoken, or were to.
func inAgenda() predicate.Registration { return registration.StateIn("CONFIRMED", "SPOKE", "NO_SHOW") }

// agenda reads what would be published: an entry for each registration that speaks, or has spoken.
func (c *change) agenda(id string) (entries []agendaEntry, a *Agenda, err error) {
	q := c.Ent.PreSession.Query().Where(planned(id, presession.StateHELD)...).
		Order(ent.Asc(presession.FieldStartsAt), ent.Asc(presession.FieldID)).
		WithRegistrations(func(q *ent.RegistrationQuery) { q.Where(registration.Or(registration.StateEQ("OFFERED"), inAgenda())) })
	withAll(q)
	all, err := q.All(c.ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read an agenda: %w", err)
	}
	a = &Agenda{Warnings: []AgendaWarning{}, Changes: []AgendaChange{}}
	entries = []agendaEntry{}
	var meetings []*ent.PreSession // that are not over
	for _, m := range all {
		rows := m.Edges.Registrations
		inOrder(rows)
		place, shown := 0, 0
		for _, row := range rows {
			if row.State == registration.StateOFFERED {
				continue
			}
			place++
			entries = append(entries, agendaEntry{row.UID, m.UID, m.StartsAt.UTC(), m.Duration, m.Room, string(m.Mode), place, m.PostponedFrom != nil, shown + 1})
			n, err := c.shownOf(row.ID)
			if err != nil {
				return nil, nil, err
			}
			shown += n
		}
		if m.State == presession.StateHELD {
			continue
		}
		warnings, err := c.warnings(m, meetings)
		if err != nil {
			return nil, nil, err
		}
		a.Warnings = append(a.Warnings, warnings...)
		meetings = append(meetings, m)
	}
	if err := c.clashes(meetings, a); err != nil {
		return nil, nil, err
	}
	leftOut, err := c.leftOut(id)
	if err != nil {
		return nil, nil, err
	}
	a.Warnings = append(a.Warnings, leftOut...)
	before, latest, err := c.latestAgenda(id)
	if err != nil {
		return nil, nil, err
	}
	a.Latest = latest
	a.Changes = append(a.Changes, compareAgendas(before, entries)...)
	released, err := c.released(a.Changes)
	if err != nil {
		return nil, nil, err
	}
	a.Warnings = append(a.Warnings, released...)
	return entries, a, nil
}

func (c *change) latestAgenda(id string) (entries []agendaEntry, number *int, err error) {
	row, err := c.Ent.AgendaVersion.Query().Where(agendaversion.HasRoundWith(roundIs(id))).Order(ent.Desc(agendaversion.FieldNumber)).First(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the agenda that is published: %w", err)
	}
	entries, err = entriesOf(row)
	return entries, &row.Number, err
}

// compareAgendas says what a version tells anew, to those who are in it, then to those who were.
func compareAgendas(before, after []agendaEntry) (changes []AgendaChange) {
	find := func(in []agendaEntry, id string) *agendaEntry {
		if i := slices.IndexFunc(in, func(e agendaEntry) bool { return e.Registration == id }); i >= 0 {
			return &in[i]
		}
		return nil
	}
	for _, e := range after {
		was := find(before, e.Registration)
		var change string
		switch {
		case was == nil:
			change = "NEW"
		case e.Anew || !was.StartsAt.Equal(e.StartsAt) || was.Room != e.Room || was.Minutes != e.Minutes || was.Mode != e.Mode:
			change = "MOVED"
		case was.Shown != e.Shown:
			change = "REORDERED"
		default:
			continue
		}
		changes = append(changes, AgendaChange{e.Registration, e.PreSession, change})
	}
	for _, e := range before {
		if find(after, e.Registration) == nil {
			changes = append(changes, AgendaChange{e.Registration, e.PreSession, "CANCELLED"})
		}
	}
	return changes
}

// PublishAgenda makes the agenda of a round known: its meetings and the speakers who consent become
// a part of the record, and each registration for which something is new has a draft that says so.
// Returns Conflict where a warning is not acknowledged, or people or rooms are in two places at once, and Forbidden for who has
// an interest at one of the meetings that are planned.
func (s *Service) PublishAgenda(ctx context.Context, id string, revision int, acknowledged []string) (v *AgendaVersion, err error) {
	err = s.change(ctx, "the agenda is published", func(c *change) error {
		row, err := c.managedRound(id, revision)
		if err != nil {
			return err
		}
		if !slices.Contains([]round.State{"DECISIONS_RELEASED", "AGENDA_PUBLISHED", "RUNNING"}, row.State) {
			return conflict("", "has no agenda to publish while the round is %s: release the decisions and bring it to DECISIONS_RELEASED first (advanceRound)", row.State)
		}
		if err := c.lockMeetings(id); err != nil {
			return err
		}
		if err := c.refuseInterest(planned(id)...); err != nil {
			return err
		}
		entries, a, err := c.agenda(id)
		if err != nil {
			return err
		}
		if a.clash != nil {
			return a.clash
		}
		for _, w := range a.Warnings {
			if !slices.Contains(acknowledged, w.ID) {
				return conflict("acknowledged", "does not name %q: look at the warnings again", w.ID)
			}
		}
		v = &AgendaVersion{Number: 1, PublishedAt: c.now, Changes: a.Changes}
		if a.Latest != nil {
			v.Number = *a.Latest + 1
		}
		text, err := json.Marshal(entries)
		if err != nil {
			return fmt.Errorf("write an agenda: %w", err)
		}
		if err := c.Ent.AgendaVersion.Create().SetRoundID(row.ID).SetNumber(v.Number).SetPublishedAt(c.now).SetPublishedBy(c.by.UID).SetEntries(string(text)).Exec(c.ctx); err != nil {
			return fmt.Errorf("keep an agenda: %w", err)
		}
		set := row.Update().AddRevision(1)
		if row.State == "DECISIONS_RELEASED" {
			set.SetState("AGENDA_PUBLISHED")
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("advance a round: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("PUBLISH_AGENDA"))
		if err := c.publishMeetings(id); err != nil {
			return err
		}
		if err := c.tellChanges(a.Changes, entries); err != nil {
			return err
		}
		opposed, err := ownOf(c.ctx, c.Ent, c.by)
		v.Changes = unopposed(opposed, a.Changes)
		return err
	})
	return v, err
}

// publishMeetings brings what readers see of the meetings of a round up to what is planned.
func (c *change) publishMeetings(id string) error {
	q := c.Ent.PreSession.Query().Where(planned(id)...)
	withAll(q)
	meetings, err := q.All(c.ctx)
	if err != nil {
		return fmt.Errorf("read the meetings of a round: %w", err)
	}
	for _, m := range meetings {
		before, err := c.published(m)
		if err != nil {
			return err
		}
		if m.State == presession.StateSCHEDULED {
			if err := m.Update().SetState("PUBLISHED").ClearPostponedFrom().AddRevision(1).Exec(c.ctx); err != nil {
				return fmt.Errorf("publish a Pre-session: %w", err)
			}
		}
		published, err := c.publishMeeting(m, before)
		if err != nil {
			return err
		}
		if err := c.tellNewTime(m, before, published); err != nil {
			return err
		}
		if err := c.allTold(m, appointmentOf(m)); err != nil {
			return err
		}
		if err := c.showAttendance(m.ID, published); err != nil {
			return err
		}
		if err := c.show(m, published); err != nil {
			return err
		}
	}
	return nil
}

// published is what readers see of a meeting; nil: nothing yet.
func (c *change) published(m *ent.PreSession) (*ent.Meeting, error) {
	found, err := c.Ent.Meeting.Query().Where(meeting.ReviewID(m.ReviewID)).Only(c.ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, nil //nolint:nilnil // as the comment says
	case err != nil:
		return nil, fmt.Errorf("find what is published: %w", err)
	}
	return found, nil
}

// publishMeeting brings what readers see of a meeting, nil where there is nothing yet, up to what is planned.
func (c *change) publishMeeting(m *ent.PreSession, published *ent.Meeting) (*ent.Meeting, error) {
	mode := meeting.Mode(m.Mode)
	var err error
	switch {
	case published == nil:
		uid := fmt.Sprintf("%s_%s_%d", changelog.Meeting, m.Edges.Review.Edges.State.Iso3, m.Edges.Review.Cycle)
		published, err = c.Ent.Meeting.Create().SetUID(uid).SetReviewID(m.ReviewID).SetStartsAt(*m.StartsAt).SetMinutes(m.Duration).SetRoom(m.Room).SetMode(mode).Save(c.ctx)
		if err == nil {
			c.log.Touch(changelog.Meeting, changelog.Publish, published.ID)
		}
	case published.Status != meeting.StatusPLANNED || !sameAppointment(appointmentIn(published), appointmentOf(m)) || published.Mode != mode:
		published, err = published.Update().SetStatus("PLANNED").SetStartsAt(*m.StartsAt).SetMinutes(m.Duration).SetRoom(m.Room).SetMode(mode).AddSequence(1).Save(c.ctx)
		if err == nil {
			c.log.Touch(changelog.Meeting, changelog.Correct, published.ID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("publish a meeting: %w", err)
	}
	return published, nil
}
