package presession

import (
	"errors"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/secret"
)

// A level is lowered by the protection officer alone, so that who has one is not named anew without it in the same registration:
// in their place, or beside them. Whoever is named there waits: they ask for the level at which they are named, and nobody outside
// UPR Info knows of them until the protection officer has looked. That goes by no name, and looks at no other registration, or
// whoever adds somebody would find out who is protected, and where.

// awaitsReview says whether nothing of a participant is shown until the protection officer has looked: they ask for the
// level that they have.
func awaitsReview(p *ent.Participant) bool { return p.LowerTo != nil && *p.LowerTo == p.Level }

// awaitReview has a participant who is named looked at anew, and wait where they have no level and somebody else in a registration
// that was submitted has one, or had. Who they were is compared for whom it is shown to.
func (c *change) awaitReview(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, who Identity) error {
	if p.Level == 0 && !p.ByStaff && owns(c.by, row.UID) {
		was, err := c.unseal(p)
		if err != nil && !errors.Is(err, secret.ErrUnopened) {
			return err
		}
		if was != nil && was.Name == who.Name && was.Position == who.Position {
			return nil
		}
	}
	set.ClearReviewedAt()
	if p.Level > 0 { // of whom no name is shown
		return c.rememberProtected(row, p)
	}
	if row.SubmittedAt == nil {
		return nil
	}
	protected, err := c.protectedBeside(row, p)
	if err == nil && protected {
		waits(p, set)
	}
	return err
}

// awaitPseudonym: a pseudonym that is shown newly, after a registration was submitted, can be somebody's name.
func awaitPseudonym(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, level int, pseudonym string) {
	if row.SubmittedAt != nil && max(p.Level, level) == 2 && pseudonym != "" && (p.Level != 2 || pseudonym != p.Pseudonym) {
		waits(p, set)
	}
}

// waits has a participant wait for the protection officer at the level that they have, or get. At level 3 there is nothing to wait for.
func waits(p *ent.Participant, set *ent.ParticipantUpdateOne) {
	level := p.Level
	if chosen, given := set.Mutation().Level(); given {
		level = chosen
	}
	if level < 3 {
		set.Mutation().ResetLowerTo()
		set.ClearReviewedAt().SetLowerTo(level)
	}
}

// rememberProtected keeps, with a registration that was submitted, that there was somebody with a level.
func (c *change) rememberProtected(row *ent.Registration, p *ent.Participant) error {
	if p.Level == 0 || row.SubmittedAt == nil {
		return nil
	}
	if err := c.Ent.Registration.UpdateOneID(row.ID).SetHadProtected(true).Exec(c.ctx); err != nil {
		return fmt.Errorf("keep that somebody was protected: %w", err)
	}
	return nil
}

// protectedBeside says whether another participant of a registration has a level, or somebody had one.
func (c *change) protectedBeside(row *ent.Registration, p *ent.Participant) (bool, error) {
	is, err := c.Ent.Registration.Query().Where(registration.ID(row.ID),
		registration.Or(registration.HadProtected(true), registration.HasParticipantsWith(participant.IDNEQ(p.ID), participant.LevelGT(0)))).Exist(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look for who is protected: %w", err)
	}
	return is, nil
}
