package presession

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/speaker"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/secret"
)

// withAppearance reads what it takes to say what the public may know of a participant.
func withAppearance(q *ent.ParticipantQuery) *ent.ParticipantQuery {
	return q.WithConsents().WithRegistration().Order(ent.Asc(participant.FieldID))
}

// publicly is what readers may know of a participant; nil: nothing.
func (c *change) publicly(p *ent.Participant) (*Appearance, error) {
	who, err := c.unseal(p)
	return c.publiclyAs(p, who, err)
}

// publiclyAs is the same of somebody whom it was tried to open, and what came of it. Where no key opens who they are, they are
// shown no more than they were: to show less, or a pseudonym, takes no name.
func (c *change) publiclyAs(p *ent.Participant, who *Identity, opened error) (*Appearance, error) {
	by, err := c.readersOf(p.Edges.Registration)
	if err != nil {
		return nil, err
	}
	unopened := errors.Is(opened, secret.ErrUnopened)
	switch {
	case by.archived(), unopened && p.Level == 0:
		return c.leftOf(p, by)
	case opened != nil && !unopened:
		return nil, opened
	}
	return appearanceOf(p, p.Edges.Registration, who, by...), nil
}

// leftOf is what is left of what readers are shown of a participant: nothing that they were not, whatever is consented to.
func (c *change) leftOf(p *ent.Participant, by readers) (*Appearance, error) {
	shown, err := c.shown(p.ID)
	if err != nil || shown == nil {
		return nil, err
	}
	a := appearanceOf(p, p.Edges.Registration, &Identity{Name: shown.Name, Position: shown.Function}, by...)
	if a != nil && a.Organisation != shown.OrganisationName {
		a.Organisation = ""
	}
	if a == nil || *a == (Appearance{}) {
		return nil, nil //nolint:nilnil // as publicly says
	}
	return a, nil
}

// shown is what readers are shown of a participant; nil: nothing.
func (c *change) shown(id int) (*ent.Speaker, error) {
	shown, err := c.Ent.Speaker.Query().Where(speaker.ParticipantID(id)).Only(c.ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, nil //nolint:nilnil // as the comment says
	case err != nil:
		return nil, fmt.Errorf("find a speaker: %w", err)
	}
	return shown, nil
}

// show writes what the agenda says of the speakers of a meeting.
func (c *change) show(m *ent.PreSession, published *ent.Meeting) error {
	registrations, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.StateIn("CONFIRMED", "SPOKE", "NO_SHOW")).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list who speaks: %w", err)
	}
	inOrder(registrations)
	var shown []*ent.Participant
	var as []Appearance
	for _, row := range registrations {
		participants, err := c.participantsOf(row.ID)
		if err != nil {
			return err
		}
		for _, p := range participants {
			a, err := c.publicly(p)
			switch {
			case err != nil:
				return err
			case a != nil:
				shown, as = append(shown, p), append(as, *a)
				continue
			}
			if err := c.hide(p.ID); err != nil {
				return err
			}
		}
	}
	for i, p := range shown { // once those before them are hidden
		if err := c.showSpeaker(published, p.Edges.Registration, p, as[i], i+1); err != nil {
			return err
		}
	}
	return nil
}

// shownOf counts those of whom readers are told where a registration speaks.
func (c *change) shownOf(registration int) (n int, err error) {
	all, err := c.participantsOf(registration)
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		a, err := c.publicly(p)
		if err != nil {
			return 0, err
		}
		if a != nil {
			n++
		}
	}
	return n, nil
}

// participantsOf are those who speak where a registration does: its own, then those of all that were
// merged into it.
func (c *change) participantsOf(registrationID int) ([]*ent.Participant, error) {
	ids, err := c.speakingBy(registrationID)
	if err != nil {
		return nil, err
	}
	all, err := withAppearance(c.Ent.Participant.Query().Where(participant.RegistrationIDIn(ids...))).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	slices.SortStableFunc(all, func(a, b *ent.Participant) int {
		return cmp.Compare(slices.Index(ids, a.RegistrationID), slices.Index(ids, b.RegistrationID))
	})
	return all, nil
}

// speakingBy are some registrations, and those that were merged into them, also by way of another, but for those whose
// merger ended before one of them was taken up again.
func (c *change) speakingBy(registrations ...int) (all []int, err error) {
	for next := registrations; len(next) > 0; {
		all = append(all, next...)
		if next, err = c.Ent.Registration.Query().Where(registration.MergedIntoIDIn(next...), registration.MergerEnded(false)).IDs(c.ctx); err != nil {
			return nil, fmt.Errorf("find what was merged: %w", err)
		}
	}
	return all, nil
}

// speakingIn are the registrations by which people have a place in a meeting.
func (c *change) speakingIn(meeting int) ([]int, error) {
	confirmed, err := c.Ent.Registration.Query().Where(registration.MeetingID(meeting), registration.StateEQ("CONFIRMED")).IDs(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list who speaks: %w", err)
	}
	return c.speakingBy(confirmed...)
}

func (c *change) showSpeaker(in *ent.Meeting, row *ent.Registration, p *ent.Participant, a Appearance, place int) error {
	shown, err := c.shown(p.ID)
	if err != nil {
		return err
	}
	if shown == nil {
		return c.showNew(in.ID, row, p.ID, a, place)
	}
	if shown.Place != place {
		if err := shown.Update().SetPlace(place).Exec(c.ctx); err != nil {
			return fmt.Errorf("place a speaker: %w", err)
		}
		c.log.Touch(changelog.Speaker, changelog.Correct, shown.ID)
		shown.Place = place
	}
	return c.showOtherwise(shown, row, a)
}

func (c *change) showNew(meeting int, row *ent.Registration, participant int, a Appearance, place int) error {
	create := c.Ent.Speaker.Create().SetUID(newUID("spk")).SetMeetingID(meeting).SetParticipantID(participant).SetPlace(place).SetName(a.Name).SetFunction(a.Position).SetOrganisationName(a.Organisation)
	if a.Organisation != "" {
		create.SetNillableOrganisationID(row.OrganisationID)
	}
	made, err := create.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("show a speaker: %w", err)
	}
	c.log.Touch(changelog.Speaker, changelog.Publish, made.ID)
	return nil
}

// showOtherwise changes what is shown of a speaker. What was shown before is taken out of the log. Where a name or an
// organisation is shown no more, what takes its place has another id: whoever kept the first one would know whose it is.
func (c *change) showOtherwise(shown *ent.Speaker, row *ent.Registration, a Appearance) error {
	if shown.Name != "" && shown.Name != a.Name || shown.OrganisationName != "" && shown.OrganisationName != a.Organisation {
		id := *shown.ParticipantID
		if err := c.withdrawSpeaker(shown); err != nil {
			return err
		}
		return c.showNew(shown.MeetingID, row, id, a, shown.Place)
	}
	organisation := row.OrganisationID
	if a.Organisation == "" {
		organisation = nil
	}
	if (Appearance{shown.Name, shown.Function, shown.OrganisationName}) == a && equal(shown.OrganisationID, organisation) {
		return nil
	}
	set := shown.Update().SetName(a.Name).SetFunction(a.Position).SetOrganisationName(a.Organisation)
	if organisation == nil {
		set.ClearOrganisationID()
	} else {
		set.SetOrganisationID(*organisation)
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("show a speaker: %w", err)
	}
	return c.log.Redact(shown.UID)
}

// renewAppearance has the agenda say at once what a participant now consents to, where it says
// anything. What they newly consent to where it says nothing comes with its next version.
func (c *change) renewAppearance(id int) error {
	shown, err := c.shown(id)
	if err != nil || shown == nil {
		return err
	}
	p, err := withAppearance(c.Ent.Participant.Query().Where(participant.ID(id))).Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a participant: %w", err)
	}
	a, err := c.publicly(p)
	if err != nil {
		return err
	}
	if a == nil {
		return c.hide(id)
	}
	return c.showOtherwise(shown, p.Edges.Registration, *a)
}

// hide takes a participant out of the agenda, and out of all that was ever told of it. Who comes after them takes their place:
// a gap would tell that there is somebody.
func (c *change) hide(id int) error {
	shown, err := c.shown(id)
	if err != nil || shown == nil {
		return err
	}
	if err := c.withdrawSpeaker(shown); err != nil {
		return err
	}
	after, err := c.Ent.Speaker.Query().Where(speaker.MeetingID(shown.MeetingID), speaker.PlaceGT(shown.Place), speaker.StatusEQ("PUBLISHED")).IDs(c.ctx)
	if err != nil {
		return fmt.Errorf("list who speaks after a speaker: %w", err)
	}
	if err := c.Ent.Speaker.Update().Where(speaker.IDIn(after...)).AddPlace(-1).Exec(c.ctx); err != nil {
		return fmt.Errorf("close a gap between speakers: %w", err)
	}
	c.log.Touch(changelog.Speaker, changelog.Correct, after...)
	return nil
}

func (c *change) withdrawSpeaker(shown *ent.Speaker) error {
	err := shown.Update().SetStatus("WITHDRAWN").SetName("").SetFunction("").SetOrganisationName("").ClearOrganisationID().ClearParticipantID().Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("hide a speaker: %w", err)
	}
	return c.log.Redact(shown.UID)
}

// hideAll takes all who speak where a registration does out of the agenda.
func (c *change) hideAll(registration int) error {
	by, err := c.speakingBy(registration)
	if err != nil {
		return err
	}
	ids, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(by...)).IDs(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	for _, id := range ids {
		if err := c.hide(id); err != nil {
			return err
		}
	}
	return nil
}

// settle says at once that a published meeting was held, is not, or is postponed.
func (c *change) settle(m *ent.PreSession, status meeting.Status) error {
	published, err := c.published(m)
	if err != nil || published == nil {
		return err
	}
	if err := published.Update().SetStatus(status).AddSequence(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("settle a meeting: %w", err)
	}
	c.log.Touch(changelog.Meeting, changelog.Correct, published.ID)
	switch status { //nolint:exhaustive // nothing follows from others
	case meeting.StatusHELD:
		return c.showAttendance(m.ID, published)
	case meeting.StatusPOSTPONED:
		return c.allTold(m, nil)
	}
	return nil
}
