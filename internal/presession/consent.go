package presession

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// Consent is that something of a participant may be shown to an audience.
type Consent struct{ Audience, Item string }

// GiveConsents says what may be shown of a participant, and nothing else may: what is not named is
// revoked. It is always possible, and holds at once.
func (s *Service) GiveConsents(ctx context.Context, id string, given []Consent) (saved *OwnParticipant, err error) {
	err = s.change(ctx, "", func(c *change) error {
		p, row, err := c.heldParticipant(id)
		if err != nil {
			return err
		}
		if err := c.keepConsents(p, given); err != nil {
			return err
		}
		if err := p.Update().AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("save a participant: %w", err)
		}
		c.log.Note(p.UID, changelog.Operation("CONSENT"))
		if err := c.renewAppearance(p.ID); err != nil {
			return err
		}
		if err := c.renewStatements(row); err != nil {
			return err
		}
		saved, err = c.ownParticipant(p.UID)
		return err
	})
	return saved, err
}

// keepConsents writes what is consented to. What stands keeps its date.
func (c *change) keepConsents(p *ent.Participant, given []Consent) error {
	for _, g := range given {
		if consent.AudienceValidator(consent.Audience(g.Audience)) != nil || consent.ItemValidator(consent.Item(g.Item)) != nil {
			return fault.Invalid("consents", "%s to %s is none that there is", g.Item, g.Audience)
		}
	}
	rows, err := c.Ent.Consent.Query().Where(consent.ParticipantID(p.ID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list consents: %w", err)
	}
	standing := map[Consent]bool{}
	for _, row := range rows {
		g := Consent{string(row.Audience), string(row.Item)}
		if standing[g] = true; slices.Contains(given, g) {
			continue
		}
		if err := c.Ent.Consent.DeleteOne(row).Exec(c.ctx); err != nil {
			return fmt.Errorf("revoke a consent: %w", err)
		}
	}
	for _, g := range given {
		if standing[g] {
			continue
		}
		standing[g] = true
		err := c.Ent.Consent.Create().SetParticipantID(p.ID).SetAudience(consent.Audience(g.Audience)).SetItem(consent.Item(g.Item)).SetGivenAt(c.now).Exec(c.ctx)
		if err != nil {
			return fmt.Errorf("keep a consent: %w", err)
		}
	}
	return nil
}

// Appearance is what an audience is told of a participant.
type Appearance struct {
	Name         string // or a pseudonym; empty: not told
	Position     string
	Organisation string // empty: not told
}

// consentsTo says whether a participant, whose consents are read, lets each of some audiences know something.
func consentsTo(p *ent.Participant, item consent.Item, audiences ...consent.Audience) bool {
	return !slices.ContainsFunc(audiences, func(audience consent.Audience) bool {
		return !slices.ContainsFunc(p.Edges.Consents, func(c *ent.Consent) bool { return c.Audience == audience && c.Item == item })
	})
}

// appearanceOf is what who belongs to each of some audiences is told of a participant, whose consents are read: what was
// consented to, and no more than the protection level lets. Nil: not even that there is somebody.
// Missions are told what the public is from level 1 on: they are many.
func appearanceOf(p *ent.Participant, of *ent.Registration, who *Identity, audiences ...consent.Audience) *Appearance {
	consents := func(item consent.Item) bool { return consentsTo(p, item, audiences...) }
	if awaitsReview(p) {
		return nil
	}
	var a Appearance
	switch p.Level {
	case 0:
		if consents(consent.ItemNAME) && who != nil {
			a.Name, a.Position = who.Name, who.Position
		}
		if consents(consent.ItemORGANISATION) {
			a.Organisation = of.Organisation
		}
	case 1:
		if consents(consent.ItemORGANISATION) {
			a.Organisation = of.Organisation
		}
	case 2:
		if consents(consent.ItemNAME) {
			a.Name = p.Pseudonym
		}
	}
	if a == (Appearance{}) {
		return nil
	}
	return &a
}
