package presession

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// HeldInvitation is an invitation as whoever holds its token sees it: nothing of other invitations.
type HeldInvitation struct {
	Category  string
	State     *string // ISO 3166 alpha-3, of a mission
	Label     string
	Domain    string // of the delegates' e-mail
	Session   int
	Meetings  []InvitedMeeting
	Delegates []OwnDelegate
}

// InvitedMeeting is a meeting for which delegates can be registered.
type InvitedMeeting struct {
	ID               string
	StateUnderReview string // ISO 3166 alpha-3
	StartsAt         *time.Time
	Room             string
	ClosesAt         *time.Time // the last second in which delegates register; nil: not known yet
	Open             bool
}

// OwnDelegate is a delegate as whoever registered them sees them.
type OwnDelegate struct {
	ID         string
	PreSession string
	Status     string
	Name       string // empty, as the following, where it was purged
	Email      string
	Position   string
	Wants      []string
	Floor      *string
	StateNamed bool
	Badge      bool // UN security may be told who they are
}

// NewDelegate is who is to come to a meeting.
type NewDelegate struct {
	Token      string
	PreSession string
	Name       string
	Email      string
	Position   string
	Wants      []string
	NameState  bool
	Badge      bool
}

const (
	// maxDelegates of an invitation come to one meeting: who declined counts, so that nobody fills the
	// tables by turns.
	maxDelegates = 10
	// perName is how long a name or a position may be.
	perName = 200
)

var errNoInvitation = fault.NotFound("this invitation is not valid, or not any more: ask UPR Info for another one")

// hold runs fn for whoever holds the token of an invitation, which is locked, all or nothing. They have
// no account: the token alone says who asks, whoever is signed in. A guess costs one look-up and
// learns nothing.
func (s *Service) hold(ctx context.Context, token string, withdrawn bool, fn func(c *change, in *ent.Invitation) error) error {
	valid := invitation.Digest(codeDigest(token))
	if !withdrawn {
		valid = invitation.And(valid, invitation.WithdrawnAtIsNil(), invitation.HasRoundWith(round.StateNotIn("CLOSED", "ARCHIVED")))
	}
	program := asProgram(ctx)
	there, err := s.db.Ent.Invitation.Query().Where(valid).Exist(program)
	switch {
	case err != nil:
		return fmt.Errorf("look for an invitation: %w", err)
	case !there:
		return errNoInvitation
	}
	because := changelog.Because{Actor: "delegate", Origin: changelog.Desk, Request: viewer.Request(ctx)}
	_, err = changelog.Write(program, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		c := &change{Tx: tx, ctx: program, log: log, by: &viewer.Viewer{Name: "delegate"}, now: s.now(), means: s.means}
		// By its update it is locked, also against being withdrawn at this moment.
		if n, err := tx.Ent.Invitation.Update().Where(valid).AddUses(1).Save(program); err != nil || n == 0 {
			return errors.Join(err, errNoInvitation)
		}
		in, err := tx.Ent.Invitation.Query().Where(valid).WithState().WithRound(func(q *ent.RoundQuery) { q.WithSession() }).Only(program)
		if err != nil {
			return fmt.Errorf("read an invitation: %w", err)
		}
		return fn(c, in)
	})
	return known(err)
}

// OpenInvitation tells whoever holds the token what it is for, and who was registered with it.
func (s *Service) OpenInvitation(ctx context.Context, token string) (held *HeldInvitation, err error) {
	err = s.hold(ctx, token, false, func(c *change, in *ent.Invitation) error {
		held, err = c.held(in)
		return err
	})
	return held, err
}

func (c *change) held(in *ent.Invitation) (*HeldInvitation, error) {
	h := &HeldInvitation{Category: string(in.Category), Label: in.Label, Domain: in.Domain, Session: in.Edges.Round.Edges.Session.Number, Meetings: []InvitedMeeting{}, Delegates: []OwnDelegate{}}
	if in.Edges.State != nil {
		h.State = &in.Edges.State.Iso3
	}
	q := c.Ent.PreSession.Query().Where(presession.RoundID(in.RoundID)).Order(ent.Asc(presession.FieldID))
	withAll(q)
	meetings, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list Pre-sessions: %w", err)
	}
	for _, m := range meetings {
		h.Meetings = append(h.Meetings, InvitedMeeting{m.UID, m.Edges.Review.Edges.State.Iso3, m.StartsAt, m.Room, missionsCloseAt(m), takesDelegates(m, c.now)})
	}
	rows, err := c.Ent.Attendance.Query().Where(attendance.InvitationID(in.ID)).WithMeeting().Order(ent.Asc(attendance.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list delegates: %w", err)
	}
	for _, row := range rows {
		own, err := c.ownDelegate(row)
		if err != nil {
			return nil, err
		}
		h.Delegates = append(h.Delegates, *own)
	}
	return h, nil
}

func (c *change) ownDelegate(row *ent.Attendance) (*OwnDelegate, error) {
	own := &OwnDelegate{ID: row.UID, PreSession: row.Edges.Meeting.UID, Status: string(row.Status), Wants: row.Wants, Floor: (*string)(row.Floor), StateNamed: row.Named, Badge: row.Badge}
	who, err := c.delegateOf(row)
	if err == nil && who != nil {
		own.Name, own.Email, own.Position = who.Name, who.Email, who.Position
	}
	return own, err
}

// RegisterDelegate registers a delegate for a meeting, or changes what was said of the one with this
// e-mail. Media wait for approval. Returns NotFound for a token that is not valid, Conflict where
// registration is closed, Invalid for an e-mail of another domain, and LimitExceeded for too many.
func (s *Service) RegisterDelegate(ctx context.Context, in NewDelegate) (own *OwnDelegate, err error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	err = s.hold(ctx, in.Token, false, func(c *change, by *ent.Invitation) error {
		if domainOf(in.Email) != by.Domain {
			return fault.Invalid("email", "must be an address at %s", by.Domain)
		}
		m, err := c.meetingOf(in.PreSession)
		if err != nil || m.RoundID != by.RoundID {
			return fault.NotFound("no Pre-session that you are invited to has the id %s", in.PreSession)
		}
		if !takesDelegates(m, c.now) {
			return conflict("", "registration for this Pre-session is closed%s; declining is always possible", c.why(m))
		}
		row, err := c.register(by, m, &in)
		if err != nil {
			return err
		}
		row.Edges.Meeting = m
		own, err = c.ownDelegate(row)
		return err
	})
	return own, err
}

// why says why nobody registers for a meeting any more.
func (c *change) why(m *ent.PreSession) string {
	switch at := missionsCloseAt(m); {
	case m.State == presession.StateNOT_HELD:
		return ": it is not held"
	case m.State == presession.StateHELD || begun(m, c.now):
		return ": it has taken place, or has begun"
	case at != nil && c.now.After(*at):
		return " since " + at.In(geneva).Format("2 January 2006, 15:04:05 MST")
	}
	return ""
}

func (in *NewDelegate) check() (err error) {
	if in.Name, err = line("name", in.Name, perName); err != nil {
		return err
	}
	if in.Email, err = mailbox("email", in.Email); err != nil {
		return err
	}
	if in.Position = strings.TrimSpace(in.Position); in.Position != "" {
		if in.Position, err = line("position", in.Position, perName); err != nil {
			return err
		}
	}
	in.Wants = slices.Compact(slices.Sorted(slices.Values(in.Wants)))
	for _, want := range in.Wants {
		if !slices.Contains([]string{"FLOOR", "BILATERAL", "STATEMENTS"}, want) {
			return fault.Invalid("wants", "must be of FLOOR, BILATERAL and STATEMENTS")
		}
	}
	return nil
}

// register keeps a delegate. The invitation is locked.
func (c *change) register(by *ent.Invitation, m *ent.PreSession, in *NewDelegate) (*ent.Attendance, error) {
	box := c.mailboxOf(m.UID, in.Email)
	row, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), attendance.InvitationID(by.ID), attendance.Mailbox(box)).Only(c.ctx)
	switch {
	case ent.IsNotFound(err):
		if row, err = c.newDelegate(by, m, box); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("find a delegate: %w", err)
	case row.Status == attendance.StatusATTENDED || row.Status == attendance.StatusNO_SHOW:
		return nil, conflict("", "cannot be changed any more: the day of the Pre-session has come")
	}
	sealed, err := c.sealDelegate(Delegate{in.Name, in.Email, in.Position}, row.UID)
	if err != nil {
		return nil, err
	}
	set := row.Update().SetIdentity(sealed).SetWants(in.Wants).SetNamed(in.NameState && row.State != "").SetBadge(in.Badge).AddRevision(1)
	if row.Status == attendance.StatusDECLINED {
		set.SetStatus(registeredAs(row.Category))
	}
	if row.Category == attendance.CategorySUR {
		switch wants := slices.Contains(in.Wants, "FLOOR"); {
		case !wants:
			set.ClearFloor()
		case row.Floor == nil:
			set.SetFloor(attendance.FloorREQUESTED)
		}
	}
	if row, err = set.Save(c.ctx); err != nil {
		return nil, fmt.Errorf("register a delegate: %w", err)
	}
	c.log.Note(row.UID, changelog.Operation("REGISTER"))
	return row, c.renewAttendance(m.ID)
}

func (c *change) newDelegate(by *ent.Invitation, m *ent.PreSession, box string) (*ent.Attendance, error) {
	has, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), attendance.InvitationID(by.ID)).Count(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("count delegates: %w", err)
	}
	if has >= maxDelegates {
		return nil, fault.LimitExceeded("%d delegates are the most of one invitation for a Pre-session, those who declined among them: write to UPR Info if you need more", maxDelegates)
	}
	category, of := attendance.Category(by.Category), ""
	if by.Edges.State != nil {
		if of = by.Edges.State.Iso3; of == m.Edges.Review.Edges.State.Iso3 {
			category = attendance.CategorySUR
		}
	}
	row, err := c.Ent.Attendance.Create().SetUID(newUID("att")).SetMeeting(m).SetInvitation(by).SetCategory(category).SetState(of).
		SetStatus(registeredAs(category)).SetMailbox(box).SetCreatedAt(c.now).Save(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("register a delegate: %w", err)
	}
	return row, nil
}

// registeredAs is what becomes of who registers: media wait for approval.
func registeredAs(category attendance.Category) attendance.Status {
	if category == attendance.CategoryMEDIA {
		return attendance.StatusINVITED
	}
	return attendance.StatusREGISTERED
}

// DeclineDelegate says that a delegate does not come: always possible before they came, also with an
// invitation that was withdrawn. Sent twice, it is done once.
func (s *Service) DeclineDelegate(ctx context.Context, token, id string) error {
	return s.hold(ctx, token, true, func(c *change, in *ent.Invitation) error {
		row, err := c.Ent.Attendance.Query().Where(attendance.UID(id), attendance.InvitationID(in.ID)).Only(c.ctx)
		switch {
		case ent.IsNotFound(err):
			return fault.NotFound("no delegate who was registered with this invitation has the id %s", id)
		case err != nil:
			return fmt.Errorf("find a delegate: %w", err)
		case row.Status == attendance.StatusDECLINED:
			return nil
		case row.Status == attendance.StatusATTENDED:
			return conflict("", "is not possible: they have come")
		}
		c.log.Note(id, changelog.Operation("DECLINE"))
		if err := row.Update().SetStatus(attendance.StatusDECLINED).ClearFloor().SetNamed(false).SetBadge(false).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("decline for a delegate: %w", err)
		}
		return c.renewAttendance(row.MeetingID)
	})
}

// WithdrawNaming takes back the consent that the State is named in public, for all meetings of the
// round: always possible, also with an invitation that was withdrawn.
func (s *Service) WithdrawNaming(ctx context.Context, token string) error {
	return s.hold(ctx, token, true, func(c *change, in *ent.Invitation) error {
		c.log.Note(in.UID, changelog.Operation("WITHDRAW_NAMING"))
		named := attendance.And(attendance.InvitationID(in.ID), attendance.Named(true))
		meetings, err := c.Ent.Attendance.Query().Where(named).QueryMeeting().IDs(c.ctx)
		if err != nil {
			return fmt.Errorf("list consents: %w", err)
		}
		if err := c.Ent.Attendance.Update().Where(named).SetNamed(false).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("withdraw a consent: %w", err)
		}
		return c.renewAttendance(meetings...)
	})
}
