package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/badgelist"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// BadgeList is the permission to take out, for a day, who is to be let into the meetings of a round. The
// list itself is nowhere: it is opened each time, so that who is purged, or revokes the consent, is not in it.
type BadgeList struct {
	ID        string
	People    int // now
	ExpiresAt time.Time
}

// badgeHours is how long a list can be taken.
const badgeHours = 24

// badge is somebody who is to be let in.
type badge struct {
	id, as, of string // of: the organisation or the State; empty: not told
	name       string
	email      string
	position   string
	meeting    *ent.PreSession
}

// MakeBadgeList lets the protection officer take out who is to be let into the meetings of a round. Returns
// NotFound for a round that there is not, and Invalid for a reason that is missing or names somebody.
func (s *Service) MakeBadgeList(ctx context.Context, uid, reason string) (made *BadgeList, err error) {
	if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	if reason, err = openingReason(reason); err != nil {
		return nil, err
	}
	err = s.change(ctx, reason, func(c *change) error {
		of, err := c.Ent.Round.Query().Where(round.UID(uid)).Only(c.ctx)
		if ent.IsNotFound(err) || err == nil && !c.by.Has(viewer.ProtectionOfficer, "") {
			return fault.NotFound("no round that you work with has the id %s", uid)
		}
		if err != nil {
			return fmt.Errorf("read a round: %w", err)
		}
		people, err := c.badges(of.ID)
		if err != nil {
			return err
		}
		for _, b := range people {
			if err := changelog.NamesNobody(reason, b.name, b.email); err != nil {
				return err
			}
		}
		row, err := c.Ent.BadgeList.Create().SetUID(newUID("bdg")).SetRound(of).SetMadeBy(c.by.UID).SetMadeAt(c.now).SetExpiresAt(c.now.Add(badgeHours * time.Hour)).Save(c.ctx)
		if err != nil {
			return fmt.Errorf("make a badge list: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("MAKE_BADGES"))
		made = &BadgeList{ID: row.UID, People: len(people), ExpiresAt: row.ExpiresAt.UTC()}
		return nil
	})
	return made, err
}

// OpenBadgeList opens who is to be let in, for who made the list and within its day. The change log keeps
// that it was taken, and each identity that was opened. Returns NotFound for all others.
func (s *Service) OpenBadgeList(ctx context.Context, id string) (sheet *slice.Sheet, err error) {
	if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	err = s.change(ctx, "badge list "+id, func(c *change) error {
		list, err := c.Ent.BadgeList.Query().Where(badgelist.UID(id), badgelist.MadeBy(c.by.UID), badgelist.ExpiresAtGT(c.now)).WithRound(func(q *ent.RoundQuery) { q.WithSession() }).Only(c.ctx)
		if ent.IsNotFound(err) || err == nil && !c.by.Has(viewer.ProtectionOfficer, "") {
			return fault.NotFound("no badge list that you made within the last %d hours has this id: make another one", badgeHours)
		}
		if err != nil {
			return fmt.Errorf("find a badge list: %w", err)
		}
		people, err := c.badges(list.RoundID)
		if err != nil {
			return err
		}
		c.log.Note(list.UID, changelog.Operation("TAKE_BADGES"))
		for _, b := range people {
			c.log.Note(b.id, changelog.Operation("OPEN"))
		}
		name := []rune(c.by.Name)
		note := fmt.Sprintf("Badge list %s, for %s, %s", list.UID, string(name[:min(len(name), 60)]), c.now.In(geneva).Format("2 January 2006, 15:04 MST"))
		sheet = badgeSheet(note, list.Edges.Round.Edges.Session.Number, people)
		sheet.Made = c.now
		return nil
	})
	if err != nil {
		return nil, err // also where it could not be logged
	}
	return sheet, nil
}

func badgeSheet(note string, session int, people []badge) *slice.Sheet {
	sheet := &slice.Sheet{
		Name: fmt.Sprintf("badges-%d", session), Title: fmt.Sprintf("Badges for the Pre-sessions before session %d", session), Row: "Somebody who is to be let into a Pre-session.", Note: note,
		Columns: []slice.Column{{Name: "name", Type: slice.Text}, {Name: "position", Type: slice.Text}, {Name: "of", Type: slice.Text}, {Name: "as", Type: slice.Text}, {Name: "pre_session", Type: slice.Text}, {Name: "starts", Type: slice.Text}, {Name: "list", Type: slice.Text}},
	}
	for _, b := range people {
		starts := ""
		if at := b.meeting.StartsAt; at != nil {
			starts = at.In(geneva).Format("2006-01-02 15:04")
		}
		var row []slice.Cell
		for _, text := range []string{b.name, b.position, b.of, b.as, b.meeting.Edges.Review.Edges.State.Iso3, starts, note} {
			row = append(row, slice.TextCell(text))
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

// badges opens who is to be let into the meetings of a round that people still go to. Returns Forbidden for a protection officer
// who has an interest at one, where another has none.
func (c *change) badges(of int) ([]badge, error) {
	entered := []predicate.PreSession{presession.RoundID(of), presession.StateNotIn("HELD", "NOT_HELD", "POSTPONED"), presession.ModeNEQ("VIRTUAL_RECORDED")}
	if err := c.refuseWhereAnotherProtects(entered...); err != nil {
		return nil, err
	}
	meetings, err := c.Ent.PreSession.Query().Where(entered...).
		WithReview(func(q *ent.ReviewQuery) { q.WithState() }).Order(ent.Asc(presession.FieldStartsAt), ent.Asc(presession.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list Pre-sessions: %w", err)
	}
	people := []badge{}
	for _, m := range meetings {
		for _, among := range []func(*ent.PreSession) ([]badge, error){c.speakersIn, c.delegatesIn} {
			more, err := among(m)
			if err != nil {
				return nil, err
			}
			people = append(people, more...)
		}
	}
	return people, nil
}

// speakersIn are participants whose place is confirmed and who let UN security be told. At every level of
// protection it is this consent that says so, and the protection officer has looked at who waits for them, and from level 1 on at the
// level since it was raised: what was consented to before may not be meant any more.
func (c *change) speakersIn(m *ent.PreSession) (people []badge, err error) {
	by, err := c.speakingIn(m.ID)
	if err != nil {
		return nil, err
	}
	all, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(by...), mayEnter(), reviewed).WithIdentity().WithConsents().WithRegistration().Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	for _, p := range all {
		who, err := c.unsealed(p, p.Edges.Identity)
		if err != nil {
			return nil, err
		}
		if who == nil {
			continue
		}
		b := badge{id: p.UID, as: "SPEAKER", name: who.Name, email: who.Email, position: who.Position, meeting: m}
		if slices.ContainsFunc(p.Edges.Consents, func(c *ent.Consent) bool {
			return c.Audience == consent.AudienceUN_SECURITY && c.Item == consent.ItemORGANISATION
		}) {
			b.of = p.Edges.Registration.Organisation
		}
		people = append(people, b)
	}
	return people, nil
}

func mayEnter() predicate.Participant {
	return participant.HasConsentsWith(consent.AudienceEQ(consent.AudienceUN_SECURITY), consent.ItemEQ(consent.ItemNAME))
}

// delegatesIn are registered delegates who let UN security be told.
func (c *change) delegatesIn(m *ent.PreSession) (people []badge, err error) {
	all, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), attendance.Badge(true), coming()).WithInvitation().Order(ent.Asc(attendance.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list delegates: %w", err)
	}
	for _, row := range all {
		who, err := c.delegateOf(row)
		if err != nil {
			return nil, err
		}
		if who == nil {
			continue
		}
		b := badge{id: row.UID, as: string(row.Category), of: row.State, name: who.Name, email: who.Email, position: who.Position, meeting: m}
		if b.of == "" {
			b.of = row.Edges.Invitation.Label
		}
		people = append(people, b)
	}
	return people, nil
}
