package presession

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/notify"
)

// Invitation lets somebody who does not speak register delegates for the meetings of a round, as the
// manager sees it: without its token, which is the recipient's alone, and without the address.
type Invitation struct {
	ID          string
	Category    string
	State       *string // ISO 3166 alpha-3, of a mission
	Label       string  // who is invited, where it is no mission
	Domain      string  // of the delegates' e-mail
	Registered  int     // delegates in all meetings that have not declined
	CreatedAt   time.Time
	WithdrawnAt *time.Time
}

// Invitee is somebody to be invited.
type Invitee struct {
	Category string
	State    *string // ISO 3166 alpha-3, of a mission
	Label    string  // who it is, where it is no mission
	Address  string
	Domain   *string // nil: that of the address
	Language string
}

// maxInvitees are more than there are missions in Geneva.
const maxInvitees = 250

// Invite invites missions and others to a round. Each mail is a draft that staff release. A mission
// that is invited already is passed over, so that the same list can be sent again.
func (s *Service) Invite(ctx context.Context, roundID string, all []Invitee) (made []Invitation, err error) {
	if len(all) == 0 || len(all) > maxInvitees {
		return nil, fault.Invalid("invitees", "must be from 1 to %d", maxInvitees)
	}
	err = s.change(ctx, "", func(c *change) error {
		if _, err := c.managed(roundID); err != nil {
			return err
		}
		if err := c.lockMeetings(roundID); err != nil { // a double click invites once
			return err
		}
		r, err := c.Ent.Round.Query().Where(round.UID(roundID)).WithSession().WithMeetings(withAll).Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a round: %w", err)
		}
		if r.State == round.StateCLOSED || r.State == round.StateARCHIVED {
			return conflict("round", "is %s: nobody is invited to it any more", r.State)
		}
		for i := range all {
			row, err := c.invite(r, &all[i])
			if err != nil {
				return err
			}
			if row != nil {
				made = append(made, invitationOf(row))
			}
		}
		return nil
	})
	return made, err
}

// invite makes one invitation; nil where the mission has one.
func (c *change) invite(r *ent.Round, in *Invitee) (*ent.Invitation, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	uid, token := newUID("inv"), strings.ToLower(rand.Text())
	create := c.Ent.Invitation.Create().SetUID(uid).SetRound(r).SetCategory(invitation.Category(in.Category)).SetLabel(in.Label).SetLanguage(in.Language).
		SetDigest(codeDigest(token)).SetToken(c.means.Box.Seal(token, uid)).SetDomain(*in.Domain).SetAddress(c.means.Box.Seal(in.Address, uid)).SetRemindedAt(c.now).SetCreatedAt(c.now)
	var of *ent.State
	if in.State != nil {
		var err error
		if of, err = c.Ent.State.Query().Where(state.Iso3(*in.State)).Only(c.ctx); err != nil {
			return nil, fault.Invalid("state", "%q is none: send its ISO 3166-1 alpha-3 code", *in.State)
		}
		has, err := c.Ent.Invitation.Query().Where(invitation.RoundID(r.ID), invitation.StateID(of.ID), invitation.WithdrawnAtIsNil()).Exist(c.ctx)
		if err != nil {
			return nil, fmt.Errorf("find an invitation: %w", err)
		}
		if has {
			return nil, nil //nolint:nilnil // nothing is to be done
		}
		create.SetState(of)
	}
	row, err := create.Save(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("make an invitation: %w", err)
	}
	row.Edges.State, row.Edges.Round = of, r
	c.log.Note(uid, changelog.Create)
	return row, c.mailInvitation(row, "mission-invitation", true)
}

func (in *Invitee) check() (err error) {
	if invitation.CategoryValidator(invitation.Category(in.Category)) != nil {
		return fault.Invalid("category", "must be MISSION, UN, NGO_OBSERVER or MEDIA")
	}
	if in.Language = strings.ToUpper(in.Language); !slices.Contains([]string{"EN", "FR", "ES"}, in.Language) {
		return fault.Invalid("language", "must be EN, FR or ES")
	}
	if mission := in.Category == "MISSION"; mission != (in.State != nil) {
		return fault.Invalid("state", "is what a mission has, and nobody else")
	} else if mission {
		in.Label = ""
	} else if in.Label, err = line("label", in.Label, 200); err != nil {
		return err
	}
	if in.Address, err = mailbox("address", in.Address); err != nil {
		return err
	}
	if in.Domain == nil {
		domain := domainOf(in.Address)
		in.Domain = &domain
	}
	domain := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(*in.Domain), "@"))
	if _, err := mailbox("domain", "somebody@"+domain); err != nil {
		return fault.Invalid("domain", "must be what stands behind the @ of an address, as in mission.example.org")
	}
	in.Domain = &domain
	return nil
}

// mailbox is an address that can be written to, and nothing beside it.
func mailbox(field, address string) (string, error) {
	address = strings.TrimSpace(address)
	if a, err := mail.ParseAddress(address); err != nil || a.Address != address || len(address) > 254 {
		return "", fault.Invalid(field, "is no address of a mailbox, as in ann@example.org")
	}
	return address, nil
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndex(address, "@")+1:])
}

// WithdrawInvitation ends an invitation at once. What was registered with it stays, and can be
// declined.
func (s *Service) WithdrawInvitation(ctx context.Context, id string) error {
	return s.change(ctx, "", func(c *change) error {
		row, err := c.Ent.Invitation.Query().Where(invitation.UID(id)).WithRound().Only(c.ctx)
		if err == nil && !manages(c.by, row.Edges.Round.UID) || ent.IsNotFound(err) {
			return fault.NotFound("no invitation to a round that you manage has the id %s", id)
		}
		if err != nil {
			return fmt.Errorf("find an invitation: %w", err)
		}
		if row.WithdrawnAt != nil {
			return nil
		}
		c.log.Note(id, changelog.Withdraw)
		if err := row.Update().SetWithdrawnAt(c.now).Exec(c.ctx); err != nil {
			return fmt.Errorf("withdraw an invitation: %w", err)
		}
		if c.means.Outbox == nil {
			return nil
		}
		sent, err := c.means.Outbox.About(c.ctx, c.Tx, id)
		if err != nil {
			return err
		}
		ids := make([]string, len(sent))
		for i, m := range sent {
			ids[i] = m.ID
		}
		return c.means.Outbox.Cancel(c.ctx, c.Tx, ids...)
	})
}

// Invitations lists those to a round, the newest first.
func (s *Service) Invitations(ctx context.Context, roundID string) (all []Invitation, err error) {
	err = s.read(ctx, func(c *change) error {
		if _, err := c.managed(roundID); err != nil {
			return err
		}
		rows, err := c.Ent.Invitation.Query().Where(invitation.HasRoundWith(round.UID(roundID))).WithState().
			WithDelegates(func(q *ent.AttendanceQuery) { q.Where(attendance.StatusNEQ("DECLINED")) }).Order(ent.Desc(invitation.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list invitations: %w", err)
		}
		for _, row := range rows {
			all = append(all, invitationOf(row))
		}
		return nil
	})
	return all, err
}

func invitationOf(row *ent.Invitation) Invitation {
	in := Invitation{ID: row.UID, Category: string(row.Category), Label: row.Label, Domain: row.Domain, Registered: len(row.Edges.Delegates), CreatedAt: row.CreatedAt.UTC(), WithdrawnAt: row.WithdrawnAt}
	if row.Edges.State != nil {
		in.State = &row.Edges.State.Iso3
	}
	return in
}

// MissionDeadline sets the last day, in Geneva, on which delegates register for a meeting; nil: two
// days before it.
func (s *Service) MissionDeadline(ctx context.Context, id string, revision int, last *civil.Date) (changed *PreSession, err error) {
	err = s.change(ctx, "", func(c *change) error {
		m, err := c.managedMeeting(id, revision)
		if err != nil {
			return err
		}
		if err := refuseSettled(m); err != nil {
			return err
		}
		set := m.Update().AddRevision(1).ClearMissionsCloseAt()
		if last != nil {
			at, err := endOf("closes", *last)
			if err != nil {
				return err
			}
			if m.StartsAt != nil && at.After(*m.StartsAt) && !sameDay(at, *m.StartsAt) {
				return fault.Invalid("closes", "must not be after the day of the Pre-session, which is %s", m.StartsAt.In(geneva).Format("2 January 2006"))
			}
			if err := c.near("closes", m.Edges.Round, at); err != nil {
				return err
			}
			set = m.Update().AddRevision(1).SetMissionsCloseAt(at)
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("change a deadline: %w", err)
		}
		c.log.Note(m.UID, changelog.Correct)
		if m, err = c.meetingOf(id); err != nil {
			return err
		}
		p := c.preSessionOf(m)
		changed = &p
		return c.renewMissions(m)
	})
	return changed, err
}

// missionsCloseAt is the last second in which delegates register: the end of the second day before
// the meeting, in Geneva; nil where neither is set.
func missionsCloseAt(m *ent.PreSession) *time.Time {
	if m.MissionsCloseAt != nil {
		at := m.MissionsCloseAt.UTC()
		return &at
	}
	if m.StartsAt == nil {
		return nil
	}
	day := m.StartsAt.In(geneva)
	at := time.Date(day.Year(), day.Month(), day.Day()-2, 23, 59, 59, 0, geneva).UTC()
	return &at
}

// takesDelegates says whether delegates may register for a meeting.
func takesDelegates(m *ent.PreSession, now time.Time) bool {
	at := missionsCloseAt(m)
	return !isOver(m, now) && (at == nil || !now.After(*at))
}

// mailInvitation writes to who is invited.
func (c *change) mailInvitation(row *ent.Invitation, template string, hold bool) error {
	if c.means.Outbox == nil || len(row.Address) == 0 {
		return nil
	}
	d, err := c.invitationMail(row, template)
	if err != nil {
		return err
	}
	in := wordingIn(row.Language)
	d.Hold, d.Data["deadline"] = hold, in.beforeEach
	if first := firstOf(row.Edges.Round.Edges.Meetings); first != nil {
		d.Data["deadline"] = in.deadline(missionsCloseAt(first).In(geneva))
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// invitationMail is mail to who is invited, with their link and nothing of any meeting.
func (c *change) invitationMail(row *ent.Invitation, template string) (d notify.Draft, err error) {
	token, err := c.means.Box.Open(row.Token, row.UID)
	if err != nil {
		return d, err
	}
	address, err := c.means.Box.Open(row.Address, row.UID)
	if err != nil {
		return d, err
	}
	r, in, who := row.Edges.Round, wordingIn(row.Language), row.Label
	if of := row.Edges.State; of != nil {
		who = fmt.Sprintf(in.pick("Permanent Mission of %s", "Mission permanente – %s", "Misión Permanente: %s"), in.pick(of.NameEn, of.NameFr, of.NameEs))
	}
	// What follows # stays in the browser: no server's log has it, and who only follows the link does nothing.
	return notify.Draft{Template: template, Language: row.Language, To: address, About: row.UID, Round: r.UID, Data: map[string]string{
		"mission": who, "round": in.session(r.Edges.Session.Number), "link": c.means.PublicURL + "/invitations#" + token}}, nil
}

// firstOf is the first meeting that has a time and is held; nil: there is none yet.
func firstOf(all []*ent.PreSession) *ent.PreSession {
	all = slices.DeleteFunc(slices.Clone(all), func(m *ent.PreSession) bool {
		return m.StartsAt == nil || m.State == presession.StateNOT_HELD
	})
	if len(all) == 0 {
		return nil
	}
	return slices.MinFunc(all, func(a, b *ent.PreSession) int { return a.StartsAt.Compare(*b.StartsAt) })
}

// Delegate is who comes. It is kept sealed.
type Delegate struct {
	Name, Email, Position string
}

func (c *change) sealDelegate(d Delegate, uid string) ([]byte, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write a delegate: %w", err)
	}
	return c.means.Box.Seal(string(text), uid), nil
}

// delegateOf opens a delegate; nil where it was purged.
func (c *change) delegateOf(row *ent.Attendance) (*Delegate, error) {
	if len(row.Identity) == 0 {
		return nil, nil //nolint:nilnil // none is an answer
	}
	text, err := c.means.Box.Open(row.Identity, row.UID)
	if err != nil {
		return nil, err
	}
	d := &Delegate{}
	return d, json.Unmarshal([]byte(text), d)
}
