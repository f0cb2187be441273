package presession

import (
	"context"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// Levels of protection: what the public may know. Missions are told the same.
//
//	0  the person, as far as they consent
//	1  the organisation
//	2  a pseudonym
//	3  nothing, not even that there is somebody

// asksProtection is how the log says that somebody asks for a level.
const asksProtection = "ASK_PROTECTION"

// RequestProtection asks for a level of protection: a higher one holds at once, a lower one when
// the protection officer has confirmed it. It is always possible.
func (s *Service) RequestProtection(ctx context.Context, id string, level int) (saved *OwnParticipant, err error) {
	err = s.change(ctx, "", func(c *change) error {
		p, row, err := c.heldParticipant(id)
		if err != nil {
			return err
		}
		set := p.Update().AddRevision(1)
		if err := protect(p, set, level); err != nil {
			return err
		}
		awaitPseudonym(row, p, set, level, p.Pseudonym)
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("protect a participant: %w", err)
		}
		if err := c.revalue(row); err != nil {
			return err
		}
		if err := c.recast(row); err != nil {
			return err
		}
		c.log.Note(p.UID, changelog.Operation(asksProtection))
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

// protect raises a level at once, and notes a lower one for the protection officer. Who waits for the protection officer at
// the level that they have waits on.
func protect(p *ent.Participant, set *ent.ParticipantUpdateOne, level int) error {
	switch {
	case level < 0 || level > 3:
		return fault.Invalid("level", "must be from 0 to 3")
	case level > p.Level:
		set.SetLevel(level).ClearReviewedAt().ClearLowerTo()
		if awaitsReview(p) {
			waits(p, set)
		}
	case awaitsReview(p) && level < p.Level:
		return conflict("level", "cannot be lower before UPR Info has looked at who speaks: ask for it then")
	case awaitsReview(p):
	case level < p.Level:
		set.SetLowerTo(level)
	default:
		set.ClearLowerTo()
	}
	return nil
}

// unreviewed says whether the protection officer has not looked at the level of somebody since it was raised, or since they
// may be somebody who had a higher one.
func unreviewed(p *ent.Participant) bool {
	return p.Level > 0 && p.ReviewedAt == nil || awaitsReview(p)
}

// reviewed admits all others.
func reviewed(s *sql.Selector) {
	of := func(name string) string { return s.C(name) }
	s.Where(sql.And(sql.Or(sql.EQ(of(participant.FieldLevel), 0), sql.NotNull(of(participant.FieldReviewedAt))),
		sql.Or(sql.IsNull(of(participant.FieldLowerTo)), sql.ColumnsNEQ(of(participant.FieldLowerTo), of(participant.FieldLevel)))))
}

// DecideProtection sets the level of a participant, as the protection officer has looked at it.
// Lowering it takes the confirmation of the person, of which the reason tells.
func (s *Service) DecideProtection(ctx context.Context, id string, revision, level int, reason string) (decided *Participant, err error) {
	if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	if reason, err = openingReason(reason); err != nil {
		return nil, err
	}
	err = s.change(ctx, reason, func(c *change) error {
		p, row, err := c.protected(id)
		switch {
		case err != nil:
			return err
		case p.Revision != revision:
			return stale(p.Revision)
		case level < 0 || level > 3:
			return fault.Invalid("level", "must be from 0 to 3")
		case level < p.Level && (p.LowerTo == nil || level < *p.LowerTo):
			return conflict("level", "cannot be lower than what the applicant asks for")
		}
		err = c.namesNobody(row, reason)
		if err != nil && (!errors.Is(err, secret.ErrUnopened) || level < p.Level) { // to protect somebody takes no name
			return err
		}
		err = p.Update().SetLevel(level).ClearLowerTo().SetReviewedAt(c.now).AddRevision(1).Exec(c.ctx)
		if err != nil {
			return fmt.Errorf("decide on protection: %w", err)
		}
		if err := c.revalue(row); err != nil {
			return err
		}
		if level > p.Level {
			if err := c.recast(row); err != nil {
				return err
			}
		}
		c.log.Note(p.UID, changelog.Operation("PROTECT"))
		if err := c.renewAppearance(p.ID); err != nil {
			return err
		}
		if err := c.renewStatements(row); err != nil {
			return err
		}
		decided, err = c.participant(id)
		return err
	})
	return decided, err
}

// OpenIdentity tells the protection officer who a participant is. The change log keeps who asked and
// why, for ever. Returns NotFound for whom there is no identity any more.
func (s *Service) OpenIdentity(ctx context.Context, id, reason string) (who *Identity, err error) {
	if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	if reason, err = openingReason(reason); err != nil {
		return nil, err
	}
	err = s.change(ctx, reason, func(c *change) error {
		p, row, err := c.protected(id)
		if err != nil {
			return err
		}
		if who, err = c.unseal(p); err != nil {
			return err
		}
		if who == nil {
			return fault.NotFound("there is no identity of %s: none was given, or it was purged", id)
		}
		if err := c.namesNobody(row, reason); err != nil {
			return err
		}
		c.log.Note(p.UID, changelog.Operation("OPEN"))
		return nil
	})
	if err != nil {
		return nil, err // also where it could not be logged
	}
	return who, nil
}

// protected reads a participant for the protection officer, with the meeting locked. Returns Forbidden for one who has an
// interest there, where another has none.
func (c *change) protected(id string) (*ent.Participant, *ent.Registration, error) {
	p, err := c.Ent.Participant.Query().Where(participant.UID(id)).WithRegistration().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, noParticipant(id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a participant: %w", err)
	}
	row, err := c.lockRegistration(p.Edges.Registration.UID)
	if err != nil {
		return nil, nil, err
	}
	if _, protects := rolesOn(c.by, row)[viewer.ProtectionOfficer]; !protects { // of their own, or of a draft
		return nil, nil, noParticipant(id)
	}
	if err := c.refuseWhereAnotherProtects(presession.ID(row.MeetingID)); err != nil {
		return nil, nil, err
	}
	if p, err = c.Ent.Participant.Get(c.ctx, p.ID); err != nil {
		return nil, nil, noParticipant(id)
	}
	return p, row, nil
}

func (c *change) participant(uid string) (*Participant, error) {
	p, err := c.Ent.Participant.Query().Where(participant.UID(uid)).WithConsents().Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read a participant: %w", err)
	}
	known := participantOf(p)
	return &known, nil
}

// caution says how those who are written to about a registration may be written to: as the one
// with the most protection.
func (c *change) caution(row *ent.Registration) (level int, neutral, approved bool, err error) {
	by, err := c.speakingBy(row.ID)
	if err != nil {
		return 0, false, false, err
	}
	all, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(by...)).All(c.ctx)
	if err != nil {
		return 0, false, false, fmt.Errorf("list participants: %w", err)
	}
	approved = true
	for _, p := range all {
		level, neutral = max(level, p.Level), neutral || p.Neutral
		approved = approved && (p.Level < 2 || p.Contact == participant.ContactEMAIL && p.ReviewedAt != nil)
	}
	return level, neutral, approved, nil
}
