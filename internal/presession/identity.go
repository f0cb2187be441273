package presession

import (
	"encoding/json"
	"fmt"
	"net/mail"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participantidentity"
	"github.com/upr-info/upr/internal/fault"
)

// This file seals who participants are, and opens it.

// seal keeps who a participant is where nobody reads it, and a digest that tells who speaks in two
// meetings of the round.
func (c *change) seal(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, who Identity) (err error) {
	if who.Name, err = line("identity.name", who.Name, 200); err != nil {
		return err
	}
	for _, optional := range []struct {
		field string
		text  *string
	}{{"identity.position", &who.Position}, {"identity.email", &who.Email}, {"identity.phone", &who.Phone}} {
		if *optional.text == "" {
			continue
		}
		if *optional.text, err = line(optional.field, *optional.text, 200); err != nil {
			return err
		}
	}
	person := ""
	if who.Email != "" {
		a, err := mail.ParseAddress(who.Email)
		if err != nil || a.Address != who.Email {
			return fault.Invalid("identity.email", "is no address, as in ann@example.org")
		}
		person = c.personOf(row.Edges.Meeting.Edges.Round.UID, who.Email)
	}
	if err := c.awaitReview(row, p, set, who); err != nil {
		return err
	}
	text, err := json.Marshal(who)
	if err != nil {
		return fmt.Errorf("write an identity: %w", err)
	}
	if _, err := c.Ent.ParticipantIdentity.Delete().Where(participantidentity.ParticipantID(p.ID)).Exec(c.ctx); err != nil {
		return fmt.Errorf("forget an identity: %w", err)
	}
	key, content := c.means.Box.SealEnvelope(string(text), p.UID)
	if err := c.Ent.ParticipantIdentity.Create().SetParticipantID(p.ID).SetDataKey(key).SetContent(content).Exec(c.ctx); err != nil {
		return fmt.Errorf("seal an identity: %w", err)
	}
	set.SetNamed(true).SetPerson(person)
	return nil
}

// unseal opens who a participant is. Callers have looked who may, and log it where somebody does.
func (c *change) unseal(p *ent.Participant) (*Identity, error) {
	row, err := c.Ent.ParticipantIdentity.Query().Where(participantidentity.ParticipantID(p.ID)).Only(c.ctx)
	if err != nil && !ent.IsNotFound(err) {
		return nil, fmt.Errorf("find an identity: %w", err)
	}
	return c.unsealed(p, row)
}

// unsealed opens a row that was read, or was not there.
func (c *change) unsealed(p *ent.Participant, row *ent.ParticipantIdentity) (*Identity, error) {
	if row == nil || len(row.DataKey) == 0 {
		return nil, nil //nolint:nilnil // never given, or purged
	}
	text, err := c.means.Box.OpenEnvelope(row.DataKey, row.Content, p.UID)
	if err != nil {
		return nil, err
	}
	var who Identity
	if err := json.Unmarshal([]byte(text), &who); err != nil {
		return nil, fmt.Errorf("read an identity: %w", err)
	}
	return &who, nil
}
