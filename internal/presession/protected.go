package presession

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/spelling"
)

// A level is lowered by the protection officer alone, so that somebody who has one is not named anew without it: in their place,
// beside them, or in another registration that belongs with theirs (kin.go). Whoever is named there waits: they ask for the level
// at which they are named, and nobody outside UPR Info knows of them until the protection officer has looked. That goes by no
// name, or whoever adds somebody would find out who is protected.

// awaitsReview says whether nothing of a participant is shown until the protection officer has looked: they ask for the
// level that they have.
func awaitsReview(p *ent.Participant) bool { return p.LowerTo != nil && *p.LowerTo == p.Level }

// awaitReview has a participant who is another person by now wait for the protection officer where somebody is protected.
func (c *change) awaitReview(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, who Identity) error {
	was, err := c.unseal(p)
	if err != nil && !errors.Is(err, secret.ErrUnopened) {
		return err
	}
	if was != nil && *was == who {
		return nil
	}
	set.ClearReviewedAt()
	if row.SubmittedAt == nil || was != nil && was.Name == who.Name && was.Position == who.Position && was.Email == who.Email {
		return nil
	}
	// The address tells whether it is another one; without it anybody is.
	if person := c.personOf(row.Edges.Meeting.Edges.Round.UID, who.Email); p.Named && (person == "" || p.Person != person) {
		if err := c.rememberProtected(row, p); err != nil {
			return err
		}
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

// protectedBeside says whether, in what belongs with a registration, another participant has a level, or somebody had one.
func (c *change) protectedBeside(row *ent.Registration, p *ent.Participant) (bool, error) {
	kin, err := c.kin(row)
	if err != nil {
		return false, err
	}
	is, err := c.Ent.Registration.Query().Where(registration.IDIn(kin...),
		registration.Or(registration.HadProtected(true), registration.HasParticipantsWith(participant.IDNEQ(p.ID), participant.LevelGT(0)))).Exist(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look for who is protected: %w", err)
	}
	return is, nil
}

// awaitAll has those wait whom a registration brings that is submitted, where somebody else is protected; and elsewhere whoever
// is a person to whom it gives a level.
func (c *change) awaitAll(row *ent.Registration) error {
	own, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID)).Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	var protected []*ent.Participant
	for _, p := range own {
		if p.Level > 0 {
			protected = append(protected, p)
		}
		beside, err := c.protectedBeside(row, p)
		if err != nil {
			return err
		}
		if beside && p.Level < 3 && !awaitsReview(p) {
			if err := c.await(p); err != nil {
				return err
			}
		}
	}
	if len(protected) == 0 {
		return nil
	}
	return c.awaitSame(row, protected...)
}

// awaitSame has those wait, in what belongs with a registration, who are by name or address a person whose level has risen above
// theirs, whatever the protection officer has decided of them before. Where whoever asks does not read who that is, all wait: they
// could have written names there to see which one it is.
func (c *change) awaitSame(row *ent.Registration, risen ...*ent.Participant) error {
	all, err := c.amongKin(row)
	if err != nil {
		return err
	}
	unread := owns(c.by, row.UID) && slices.ContainsFunc(risen, func(p *ent.Participant) bool { return p.ByStaff })
	levels := map[string]int{}
	for _, p := range all {
		if !slices.ContainsFunc(risen, func(r *ent.Participant) bool { return r.ID == p.ID }) {
			continue
		}
		marks, err := c.marksOf(p)
		if err != nil {
			return err
		}
		for _, mark := range marks {
			levels[mark] = p.Level
		}
	}
	return c.awaitAmong(all, func(p *ent.Participant) (bool, error) {
		if slices.ContainsFunc(risen, func(r *ent.Participant) bool { return r.ID == p.ID }) {
			return false, nil
		}
		marks, err := c.marksOf(p)
		return unread || slices.ContainsFunc(marks, func(mark string) bool { return p.Level < levels[mark] }), err
	})
}

// awaitKin has all wait who have no level and were not looked at, where registrations come to belong together and somebody is
// protected. Owners can have written names for that as well.
func (c *change) awaitKin(row *ent.Registration) error {
	all, err := c.amongKin(row)
	if err != nil {
		return err
	}
	return c.awaitAmong(all, func(p *ent.Participant) (bool, error) {
		if p.Level > 0 || p.ReviewedAt != nil {
			return false, nil
		}
		return c.protectedBeside(row, p)
	})
}

// amongKin are the participants of what belongs with a registration that was submitted.
func (c *change) amongKin(row *ent.Registration) ([]*ent.Participant, error) {
	if row.SubmittedAt == nil {
		return nil, nil
	}
	kin, err := c.kin(row)
	if err != nil {
		return nil, err
	}
	all, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(kin...)).WithRegistration().Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	return all, nil
}

// awaitAmong has those of some wait whom which admits, and nothing of them is known any more.
func (c *change) awaitAmong(all []*ent.Participant, which func(p *ent.Participant) (bool, error)) error {
	for _, p := range all {
		if p.Level == 3 || awaitsReview(p) {
			continue
		}
		if is, err := which(p); err != nil || !is {
			if err != nil {
				return err
			}
			continue
		}
		if err := c.await(p); err != nil {
			return err
		}
		if err := c.renewAppearance(p.ID); err != nil {
			return err
		}
		if err := c.renewStatements(p.Edges.Registration); err != nil {
			return err
		}
	}
	return nil
}

// await has a participant wait who was known until now.
func (c *change) await(p *ent.Participant) error {
	if err := p.Update().SetLowerTo(p.Level).ClearReviewedAt().AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("have a participant wait: %w", err)
	}
	c.log.Note(p.UID, changelog.Correct)
	return nil
}

// marksOf tell a person from others: their name, however it is written, and their address, whatever its mailbox is divided into.
func (c *change) marksOf(p *ent.Participant) (marks []string, err error) {
	who, err := c.unseal(p)
	if errors.Is(err, secret.ErrUnopened) || err == nil && who == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if name := spelling.Plain(who.Name); name != "" {
		marks = append(marks, "name "+name)
	}
	if mailbox, domain, known := strings.Cut(strings.ToLower(who.Email), "@"); known {
		undivided, _, _ := strings.Cut(mailbox, "+")
		marks = append(marks, undivided+"@"+domain)
	}
	return marks, nil
}
