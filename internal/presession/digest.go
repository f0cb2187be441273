package presession

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/participant"
)

// personOf tells a participant from others of a round, without telling who they are.
func (c *change) personOf(round, email string) string {
	if email == "" {
		return ""
	}
	return c.means.Box.Pseudonym("person " + round + " " + strings.ToLower(email))
}

// mailboxOf tells a delegate from others of a meeting, so that appearances in several cannot be linked.
func (c *change) mailboxOf(meeting, email string) string {
	return c.means.Box.Pseudonym(meeting + " " + strings.ToLower(email))
}

// RenewDigests makes the digests of people anew, under the key that seals now, and returns how many
// were others. It is for the command that replaces the key, and does not look who asks.
func (s *Service) RenewDigests(ctx context.Context) (renewed int, err error) {
	err = s.change(asProgram(ctx), "the key was replaced", func(c *change) error {
		participants, err := c.Ent.Participant.Query().Where(participant.PersonNEQ("")).
			WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) }).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list participants: %w", err)
		}
		for _, p := range participants {
			who, err := c.unseal(p)
			if err != nil {
				return err
			}
			if who == nil {
				continue
			}
			person := c.personOf(p.Edges.Registration.Edges.Meeting.Edges.Round.UID, who.Email)
			if person == p.Person {
				continue
			}
			if err := p.Update().SetPerson(person).Exec(c.ctx); err != nil {
				return fmt.Errorf("renew a digest: %w", err)
			}
			renewed++
		}
		delegates, err := c.Ent.Attendance.Query().Where(attendance.MailboxNotNil()).WithMeeting().All(c.ctx)
		if err != nil {
			return fmt.Errorf("list delegates: %w", err)
		}
		for _, row := range delegates {
			who, err := c.delegateOf(row)
			if err != nil {
				return err
			}
			if who == nil {
				continue
			}
			mailbox := c.mailboxOf(row.Edges.Meeting.UID, who.Email)
			if row.Mailbox != nil && *row.Mailbox == mailbox {
				continue
			}
			if err := row.Update().SetMailbox(mailbox).Exec(c.ctx); err != nil {
				return fmt.Errorf("renew a digest: %w", err)
			}
			renewed++
		}
		return nil
	})
	return renewed, err
}
