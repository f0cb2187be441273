package presession

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/participantidentity"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
)

// Participant is a person who is to speak for a registration, without who they are.
type Participant struct {
	ID        string
	Level     int  // of protection, 0 to 3
	LowerTo   *int // the level that the applicant asks for
	Reviewed  bool // the protection officer has looked at the level
	Pseudonym string
	Gender    string
	Contact   string
	Language  string
	Neutral   bool
	Named     bool
	Consents  []Consent
	Revision  int
}

// Identity is who a participant is.
type Identity struct {
	Name     string
	Position string
	Email    string
	Phone    string
}

// OwnParticipant is a participant as whoever registered them sees them.
type OwnParticipant struct {
	About    Participant
	Identity *Identity   // from level 1 on it is written, and not read again
	Publicly *Appearance // what the public agenda says of them; nil: nothing
}

// ParticipantInput is all that an applicant says of a participant.
type ParticipantInput struct {
	Application string
	ID          *string // nil: another one
	Revision    int
	Identity    *Identity // nil: as it was
	Level       *int      // nil: as it was
	Pseudonym   string
	Gender      string
	Contact     string
	Language    string
	Neutral     bool
	Consents    []Consent // nil: as they were
}

// maxParticipants is how many may speak together in the time of one.
const maxParticipants = 4

// SaveParticipant adds a participant to a registration, or changes one. A lower level of protection
// is asked for, and a higher one holds at once. Returns NotFound for what is not the
// asker's, Conflict where participants cannot be changed any more, and Invalid for what cannot be.
func (s *Service) SaveParticipant(ctx context.Context, in ParticipantInput) (saved *OwnParticipant, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(in.Application)
		if err != nil {
			return err
		}
		waits := row.State == registration.StateWAITLISTED
		if !editable(row, c.now) && !waits && row.State != registration.StateOFFERED && row.State != registration.StateCONFIRMED {
			return conflict("", "has participants that cannot be changed any more; consents and protection always can")
		}
		if waits && in.ID == nil {
			return conflict("", "waits: who speaks can be added once there is an offer")
		}
		if row.Edges.Meeting.Edges.Round.PurgedAt != nil {
			return purged()
		}
		p, err := c.participantFor(row, in)
		if err != nil {
			return err
		}
		if waits {
			if err := c.contactAlone(p, &in); err != nil {
				return err
			}
		}
		if err := c.keepParticipant(row, p, in); err != nil {
			return err
		}
		saved, err = c.ownParticipant(p.UID)
		return err
	})
	return saved, err
}

// ownRegistration reads and locks a registration of whoever asks, or one in whose applicant's place they
// act.
func (c *change) ownRegistration(id string) (*ent.Registration, error) {
	row, err := c.lockRegistration(id)
	if err != nil {
		return nil, err
	}
	if _, acts, err := c.actsNow(row); err != nil || !acts {
		return nil, cmp.Or(err, noRegistration(id))
	}
	return row, nil
}

// contactAlone leaves of a change of a participant who waits how to reach them: of an identity, the address
// and the telephone. The name is left as it was and not compared, which would tell whether it is another one.
func (c *change) contactAlone(p *ent.Participant, in *ParticipantInput) error {
	if in.Pseudonym != p.Pseudonym || in.Gender != string(p.Gender) {
		return conflict("", "waits: how to reach who speaks can be changed, and the rest once there is an offer")
	}
	if in.Identity == nil {
		return nil
	}
	was, err := c.unseal(p)
	if err != nil {
		return err
	}
	if was == nil {
		return conflict("identity", "waits: who speaks can be named once there is an offer")
	}
	in.Identity = &Identity{Name: was.Name, Position: was.Position, Email: in.Identity.Email, Phone: in.Identity.Phone}
	return nil
}

// participantFor finds the participant that is changed, or makes one.
func (c *change) participantFor(row *ent.Registration, in ParticipantInput) (*ent.Participant, error) {
	if in.ID != nil {
		p, err := c.Ent.Participant.Query().Where(participant.UID(*in.ID), participant.RegistrationID(row.ID)).Only(c.ctx)
		switch {
		case ent.IsNotFound(err):
			return nil, noParticipant(*in.ID)
		case err != nil:
			return nil, fmt.Errorf("find a participant: %w", err)
		case p.Revision != in.Revision:
			return nil, stale(p.Revision)
		}
		return p, nil
	}
	n, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID)).Count(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("count participants: %w", err)
	}
	if n >= maxParticipants {
		return nil, conflict("", "has %d participants, which are the most", n)
	}
	p, err := c.Ent.Participant.Create().SetUID(newUID("par")).SetRegistrationID(row.ID).SetCreatedAt(c.now).Save(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("add a participant: %w", err)
	}
	return p, nil
}

func noParticipant(id string) error { return fault.NotFound("no participant has the id %s", id) }

func (c *change) keepParticipant(row *ent.Registration, p *ent.Participant, in ParticipantInput) (err error) {
	if in.Pseudonym != "" {
		if in.Pseudonym, err = line("pseudonym", in.Pseudonym, 100); err != nil {
			return err
		}
	}
	switch {
	case participant.GenderValidator(participant.Gender(in.Gender)) != nil:
		return fault.Invalid("gender", "is none that there is")
	case participant.ContactValidator(participant.Contact(in.Contact)) != nil:
		return fault.Invalid("contact", "is no channel that there is")
	case !slices.Contains([]string{"EN", "FR", "ES"}, in.Language):
		return fault.Invalid("language", "must be EN, FR or ES")
	}
	set := p.Update().SetPseudonym(in.Pseudonym).SetGender(participant.Gender(in.Gender)).SetContact(participant.Contact(in.Contact)).
		SetLanguage(in.Language).SetNeutral(in.Neutral).AddRevision(1)
	level := p.Level
	if in.Level != nil {
		level = *in.Level
		if err := protect(p, set, level); err != nil {
			return err
		}
	}
	if in.Contact != string(p.Contact) { // which the protection officer has not looked at
		set.ClearReviewedAt()
	}
	awaitPseudonym(row, p, set, level, in.Pseudonym)
	if in.Identity != nil {
		if err := c.seal(row, p, set, *in.Identity); err != nil {
			return err
		}
		// Who waits changes how to be reached; the name is whose it was.
		set.SetByStaff(!owns(c.by, row.UID) || p.ByStaff && row.State == registration.StateWAITLISTED)
	} else if in.ID == nil {
		if err := c.awaitReview(row, p, set, Identity{}); err != nil {
			return err
		}
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("save a participant: %w", err)
	}
	if in.Consents != nil {
		if err := c.keepConsents(p, in.Consents); err != nil {
			return err
		}
	}
	if p.Level != level || in.Neutral != p.Neutral {
		if err := c.revalue(row); err != nil {
			return err
		}
	}
	if p.Level < level || in.Neutral && !p.Neutral || in.Contact != string(p.Contact) {
		if err := c.recast(row); err != nil {
			return err
		}
	}
	c.log.Note(p.UID, changelog.Correct)
	if err := c.renewAppearance(p.ID); err != nil {
		return err
	}
	return c.renewStatements(row)
}

// RemoveParticipant takes a participant away, with all that is known of them; always possible.
func (s *Service) RemoveParticipant(ctx context.Context, id string) error {
	return s.change(ctx, "", func(c *change) error {
		p, row, err := c.heldParticipant(id)
		if err != nil {
			return err
		}
		if err := c.hide(p.ID); err != nil {
			return err
		}
		if err := c.rememberProtected(row, p); err != nil {
			return err
		}
		if err := c.forget(p.ID); err != nil {
			return err
		}
		if err := c.revalue(row); err != nil {
			return err
		}
		c.log.Note(p.UID, changelog.Withdraw)
		if p.Level > 0 {
			if err := c.withdrawWords(row); err != nil {
				return err
			}
		}
		return c.renewStatements(row)
	})
}

// forget deletes a participant.
func (c *change) forget(id int) error {
	if _, err := c.Ent.ParticipantIdentity.Delete().Where(participantidentity.ParticipantID(id)).Exec(c.ctx); err != nil {
		return fmt.Errorf("forget an identity: %w", err)
	}
	if _, err := c.Ent.Consent.Delete().Where(consent.ParticipantID(id)).Exec(c.ctx); err != nil {
		return fmt.Errorf("forget consents: %w", err)
	}
	if err := c.Ent.Participant.DeleteOneID(id).Exec(c.ctx); err != nil {
		return fmt.Errorf("forget a participant: %w", err)
	}
	return nil
}

// heldParticipant reads a participant of a registration of whoever asks, which is locked.
func (c *change) heldParticipant(id string) (*ent.Participant, *ent.Registration, error) {
	p, err := c.Ent.Participant.Query().Where(participant.UID(id)).WithRegistration().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, noParticipant(id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a participant: %w", err)
	}
	row, err := c.ownRegistration(p.Edges.Registration.UID)
	if fault.CodeOf(err) == fault.CodeNotFound {
		return nil, nil, noParticipant(id)
	}
	if err != nil {
		return nil, nil, err
	}
	if p, err = c.Ent.Participant.Get(c.ctx, p.ID); err != nil { // as it is under the lock
		return nil, nil, noParticipant(id)
	}
	return p, row, nil
}

// ownParticipants are those of a registration as its applicant sees them. Staff who act in the applicant's
// place write identities, and read none; nor does an owner whom they invite, who could be one of them.
func (c *change) ownParticipants(where ...predicate.Participant) (own []OwnParticipant, err error) {
	rows, err := c.Ent.Participant.Query().Where(where...).WithConsents().WithRegistration().Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	own = make([]OwnParticipant, len(rows))
	for i, p := range rows {
		own[i].About = participantOf(p)
		if !owns(c.by, p.Edges.Registration.UID) {
			continue
		}
		var who *Identity
		var opened error
		if !p.ByStaff {
			who, opened = c.unseal(p)
		}
		if opened != nil && !errors.Is(opened, secret.ErrUnopened) {
			return nil, opened
		}
		if ended := p.Edges.Registration.State; isMerged(p.Edges.Registration) || !slices.Contains(states(finished), ended) { // who was merged speaks elsewhere
			if own[i].Publicly, err = c.publiclyAs(p, who, opened); err != nil {
				return nil, err
			}
		}
		if p.Level == 0 {
			own[i].Identity = who
		}
	}
	return own, nil
}

func (c *change) ownParticipant(uid string) (*OwnParticipant, error) {
	own, err := c.ownParticipants(participant.UID(uid))
	if err != nil {
		return nil, err
	}
	return &own[0], nil
}

func participantOf(p *ent.Participant) Participant {
	known := Participant{
		ID: p.UID, Level: p.Level, LowerTo: p.LowerTo, Reviewed: p.ReviewedAt != nil, Pseudonym: p.Pseudonym, Gender: string(p.Gender), Contact: string(p.Contact), Language: p.Language,
		Neutral: p.Neutral, Named: p.Named, Consents: []Consent{}, Revision: p.Revision,
	}
	for _, c := range p.Edges.Consents {
		known.Consents = append(known.Consents, Consent{Audience: string(c.Audience), Item: string(c.Item)})
	}
	return known
}
