package presession

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// A level is lowered by the protection officer alone, so that somebody who has one is not removed and added again without
// it, or in the place of another. Who may be such a person asks for the level at which they are added, and nobody outside
// UPR Info knows of them until the protection officer has looked.

// awaitsReview says whether nothing of a participant is shown until the protection officer has looked: they ask for the
// level that they have.
func awaitsReview(p *ent.Participant) bool { return p.LowerTo != nil && *p.LowerTo == p.Level }

// awaitReview has a participant who is another person by now wait for the protection officer. At level 3 there is nothing to wait for.
func (c *change) awaitReview(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, who Identity) error {
	was, err := c.unseal(p)
	if err != nil && !errors.Is(err, secret.ErrUnopened) {
		return err
	}
	if was != nil && *was == who {
		return nil
	}
	set.ClearReviewedAt()
	if was != nil && was.Name == who.Name && was.Email == who.Email {
		return nil
	}
	// The address tells whether it is another one; without it anybody is.
	if person := c.personOf(row.Edges.Meeting.Edges.Round.UID, who.Email); p.Level > 0 && p.Named && (person == "" || p.Person != person) {
		if err := c.rememberProtected(row, p); err != nil {
			return err
		}
	}
	protected, err := c.maybeProtected(row, p, who)
	if err == nil && protected {
		waits(p, set)
	}
	return err
}

// waits has a participant wait for the protection officer at the level that they have, or get.
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

// rememberProtected keeps, with a registration that was submitted, that there was somebody with a level, and digests that
// tell whether another one is the same person.
func (c *change) rememberProtected(row *ent.Registration, p *ent.Participant) error {
	if p.Level == 0 || row.SubmittedAt == nil {
		return nil
	}
	of, err := c.digestsOf(row, p)
	if err != nil {
		return err
	}
	row.Protected = append(row.Protected, append(of, "")...) // "": there was somebody, of whatever name
	slices.Sort(row.Protected)
	row.Protected = slices.Compact(row.Protected)
	if err := c.Ent.Registration.UpdateOneID(row.ID).SetProtected(row.Protected).Exec(c.ctx); err != nil {
		return fmt.Errorf("keep that somebody was protected: %w", err)
	}
	return nil
}

// digestsOf are digests of the name and the address of a participant, or of the address alone where no key opens who they are.
func (c *change) digestsOf(row *ent.Registration, p *ent.Participant) ([]string, error) {
	who, err := c.unseal(p)
	switch {
	case errors.Is(err, secret.ErrUnopened):
		return []string{p.Person}, nil
	case err != nil || who == nil:
		return nil, err
	}
	return c.digestsFor(row, *who), nil
}

// digestsFor are digests of a name, however it is written, and of an address, whatever its mailbox is divided into.
func (c *change) digestsFor(row *ent.Registration, who Identity) []string {
	round := row.Edges.Meeting.Edges.Round.UID
	all := []string{c.personOf(round, who.Email)}
	if who.Name != "" {
		all = append(all, c.personOf(round, "name "+spelling.Plain(who.Name)))
	}
	mailbox, domain, _ := strings.Cut(who.Email, "@")
	if undivided, _, divided := strings.Cut(mailbox, "+"); divided {
		all = append(all, c.personOf(round, undivided+"@"+domain))
	}
	return all
}

// maybeProtected says whether somebody may be a person with a level: in a registration that was submitted and has, or had,
// another one with a level; and by name or address in those for the round of whoever owns it or has.
func (c *change) maybeProtected(row *ent.Registration, p *ent.Participant, who Identity) (bool, error) {
	kin, err := c.ownedAlike(row)
	if err != nil {
		return false, err
	}
	others := func(q *ent.ParticipantQuery) { q.Where(participant.IDNEQ(p.ID), participant.LevelGT(0)) }
	all, err := c.Ent.Registration.Query().Where(kin, registration.SubmittedAtNotNil(), registration.HasMeetingWith(inRound(row.Edges.Meeting.RoundID))).WithParticipants(others).All(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look for who is protected: %w", err)
	}
	own := c.digestsFor(row, who)
	for _, of := range all {
		if of.ID == row.ID && (len(of.Protected) > 0 || len(of.Edges.Participants) > 0) {
			return true, nil
		}
		protected := of.Protected
		for _, other := range of.Edges.Participants {
			digests, err := c.digestsOf(row, other)
			if err != nil {
				return false, err
			}
			protected = append(protected, digests...)
		}
		if slices.ContainsFunc(own, func(digest string) bool { return digest != "" && slices.Contains(protected, digest) }) {
			return true, nil
		}
	}
	return false, nil
}

// ownedAlike admits a registration, and all that somebody owns, or has owned, who owns this one or has.
func (c *change) ownedAlike(row *ent.Registration) (predicate.Registration, error) {
	owners := grant.HasUserWith(user.HasGrantsWith(grant.Role(string(viewer.Applicant)), grant.ScopeIn(ownedScope(row.UID), leftScope(row.UID))))
	all, err := c.Ent.Grant.Query().Where(grant.Role(string(viewer.Applicant)), owners).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list what else is owned: %w", err)
	}
	v := viewer.Viewer{}
	for _, g := range all {
		v.Grants = append(v.Grants, viewer.Grant{Role: viewer.Role(g.Role), Scope: g.Scope})
	}
	owned, left := ownedBy(&v)
	return registration.UIDIn(append(append(owned, left...), row.UID)...), nil
}
