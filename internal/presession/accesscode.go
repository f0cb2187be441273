package presession

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/accesscode"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// AccessCode lets organisations apply outside of the call.
type AccessCode struct {
	ID          string
	Label       string
	PreSession  *string // nil: any of the round
	MaximumUses int
	Uses        int
	ValidUntil  time.Time
	WithdrawnAt *time.Time
}

// NewAccessCode is a code to be made.
type NewAccessCode struct {
	Round       string
	PreSession  *string
	Label       string
	MaximumUses int
	ValidUntil  time.Time
}

// codeDigest is what is kept of a code, or of the token of a calendar. They are random, so that a plain hash is enough.
func codeDigest(code string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(code))))
	return hex.EncodeToString(sum[:])
}

// CreateAccessCode makes a code, which is shown once. Returns Conflict where the speakers of the round are chosen,
// and for a meeting that was held or is not; Forbidden for who has an interest where it would let somebody in.
func (s *Service) CreateAccessCode(ctx context.Context, in NewAccessCode) (made *AccessCode, code string, err error) {
	label, err := line("label", in.Label, 200)
	if err != nil {
		return nil, "", err
	}
	if in.MaximumUses < 1 || in.MaximumUses > 1000 {
		return nil, "", fault.Invalid("maximumUses", "must be from 1 to 1,000")
	}
	code = rand.Text()[:16]
	err = s.change(ctx, "", func(c *change) error {
		if _, err := c.managed(in.Round); err != nil {
			return err
		}
		if !in.ValidUntil.After(c.now) {
			return fault.Invalid("validUntil", "must be in the future")
		}
		row, err := c.Ent.Round.Query().Where(round.UID(in.Round)).Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a round: %w", err)
		}
		if row.State != round.StateDRAFT && !slices.Contains(choosing, row.State) {
			return conflict("", "would let nobody in: the round is %s, and its speakers are chosen", row.State)
		}
		opens := []predicate.PreSession{inRound(row.ID)}
		create := c.Ent.AccessCode.Create().SetUID(newUID("acc")).SetRound(row).SetLabel(label).SetDigest(codeDigest(code)).SetMaximumUses(in.MaximumUses).
			SetValidUntil(in.ValidUntil.UTC()).SetCreatedAt(c.now)
		if in.PreSession != nil {
			m, err := c.Ent.PreSession.Query().Where(presession.UID(*in.PreSession), presession.RoundID(row.ID)).Only(c.ctx)
			if ent.IsNotFound(err) {
				return fault.Invalid("preSession", "must be one of the round")
			}
			if err != nil {
				return fmt.Errorf("find a Pre-session: %w", err)
			}
			if settled(m) {
				return conflict("preSession", "would let nobody in: it is over, or is not held")
			}
			create.SetMeeting(m)
			opens = append(opens, presession.ID(m.ID))
		}
		if err := c.refuseInterest(opens...); err != nil {
			return err
		}
		kept, err := create.Save(c.ctx)
		if err != nil {
			return fmt.Errorf("make an access code: %w", err)
		}
		c.log.Note(kept.UID, changelog.Create)
		made = &AccessCode{ID: kept.UID, Label: label, PreSession: in.PreSession, MaximumUses: kept.MaximumUses, ValidUntil: kept.ValidUntil}
		return nil
	})
	return made, code, err
}

// WithdrawAccessCode ends a code: who has begun by it goes on. Returns Forbidden for who has an interest where it lets somebody in.
func (s *Service) WithdrawAccessCode(ctx context.Context, id string) error {
	return s.change(ctx, "", func(c *change) error {
		row, err := c.Ent.AccessCode.Query().Where(accesscode.UID(id), accesscode.WithdrawnAtIsNil()).WithRound().Only(c.ctx)
		if err == nil && !manages(c.by, row.Edges.Round.UID) || ent.IsNotFound(err) {
			return fault.NotFound("no access code of a round that you manage has the id %s", id)
		}
		if err != nil {
			return fmt.Errorf("find an access code: %w", err)
		}
		opens := []predicate.PreSession{inRound(row.RoundID)}
		if row.MeetingID != nil {
			opens = append(opens, presession.ID(*row.MeetingID))
		}
		if err := c.refuseInterest(opens...); err != nil {
			return err
		}
		c.log.Note(id, changelog.Withdraw)
		return row.Update().SetWithdrawnAt(c.now).Exec(c.ctx)
	})
}

// AccessCodes lists the codes of a round, without the codes themselves.
func (s *Service) AccessCodes(ctx context.Context, roundID string) (codes []AccessCode, err error) {
	err = s.read(ctx, func(c *change) error {
		if _, err := c.managed(roundID); err != nil {
			return err
		}
		rows, err := c.Ent.AccessCode.Query().Where(accesscode.HasRoundWith(round.UID(roundID))).WithMeeting().Order(ent.Desc(accesscode.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list access codes: %w", err)
		}
		for _, row := range rows {
			code := AccessCode{ID: row.UID, Label: row.Label, MaximumUses: row.MaximumUses, Uses: row.Uses, ValidUntil: row.ValidUntil.UTC(), WithdrawnAt: row.WithdrawnAt}
			if row.Edges.Meeting != nil {
				code.PreSession = &row.Edges.Meeting.UID
			}
			codes = append(codes, code)
		}
		return nil
	})
	return codes, err
}

// OpenAccessCode lists the Pre-sessions for which a code lets somebody apply, for anybody who has it.
// Returns Invalid for one that does not hold.
func (s *Service) OpenAccessCode(ctx context.Context, code string) ([]OpenCall, error) {
	row, err := s.db.Ent.AccessCode.Query().Where(holds(code, s.now())...).Where(accesscode.HasRoundWith(round.StateIn(choosing...))).WithRound(func(q *ent.RoundQuery) { q.WithSession() }).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, fault.Invalid("accessCode", "is not valid, or not any more")
	}
	if err != nil {
		return nil, fmt.Errorf("find an access code: %w", err)
	}
	q := s.db.Ent.PreSession.Query().Where(presession.RoundID(row.RoundID), presession.StateNotIn("HELD", "NOT_HELD")).Order(ent.Asc(presession.FieldID))
	if row.MeetingID != nil {
		q.Where(presession.ID(*row.MeetingID))
	}
	meetings, err := q.WithReview(func(q *ent.ReviewQuery) { q.WithState() }).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list what an access code opens: %w", err)
	}
	calls := make([]OpenCall, len(meetings))
	for i, m := range meetings {
		calls[i] = OpenCall{m.UID, row.Edges.Round.Edges.Session.Number, m.Edges.Review.Edges.State.Iso3, row.ValidUntil.UTC()}
	}
	return calls, nil
}

// holds finds a code by which somebody may apply at a time.
func holds(code string, now time.Time) []predicate.AccessCode {
	return []predicate.AccessCode{accesscode.Digest(codeDigest(code)), accesscode.WithdrawnAtIsNil(), accesscode.ValidUntilGTE(now), usesLeft}
}

// useCode counts a use of a code for a meeting. What is wrong with a code is not told: a guess
// must not learn anything.
func (c *change) useCode(code string, m *ent.PreSession) error {
	n, err := c.Ent.AccessCode.Update().Where(holds(code, c.now)...).
		Where(accesscode.RoundID(m.RoundID), accesscode.Or(accesscode.MeetingIDIsNil(), accesscode.MeetingID(m.ID))).AddUses(1).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("use an access code: %w", err)
	}
	if n == 0 {
		return fault.Invalid("accessCode", "is not valid for this Pre-session, or not any more")
	}
	return nil
}
