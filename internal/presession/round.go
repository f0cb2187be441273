package presession

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/session"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// Round is the Pre-sessions before one session.
type Round struct {
	ID              string
	Session         int
	State           RoundState
	CallOpensAt     time.Time
	CallClosesAt    time.Time
	OfferHours      int
	ShortOfferHours int
	MinApplications int
	MinEvaluations  int
	OfficersOffer   bool
	RetentionDays   int
	Revision        int
	Meetings        []PreSession
	// EvaluationPhases are in their order; none: what is evaluated is whenever somebody likes.
	EvaluationPhases []evaluationphase.Phase
}

// RoundState is how far a round has come.
type RoundState string

// roundStates follow each other.
var roundStates = []RoundState{"DRAFT", "CALL_OPEN", "CALL_CLOSED", "DECISIONS_RELEASED", "AGENDA_PUBLISHED", "RUNNING", "CLOSED", "ARCHIVED"}

// NewRound is a round to be made.
type NewRound struct {
	Session int
	// The first and the last day of the call, in Geneva.
	CallOpens, CallCloses civil.Date
}

// RoundChange changes what is given.
type RoundChange struct {
	ID                                                                          string
	Revision                                                                    int
	CallOpens, CallCloses                                                       *civil.Date
	OfferHours, ShortOfferHours, MinApplications, MinEvaluations, RetentionDays *int
	OfficersOffer                                                               *bool
	EvaluationPhases                                                            []NewPhase // nil: as they were
}

func roundIs(uid string) predicate.Round { return round.UID(uid) }

// coordinators work with rounds. What each sees of one, its grants say.
var coordinators = []viewer.Role{viewer.Manager, viewer.Officer, viewer.Reviewer, viewer.ProtectionOfficer}

// CreateRound begins the round of a session: a meeting for each State that the calendar has
// there, but for those that have theirs in another round, as their review was in another session then. Its
// manager must hold for all rounds. Returns Conflict where the session has a round already.
func (s *Service) CreateRound(ctx context.Context, n NewRound) (made *Round, err error) {
	if v, _ := viewer.From(ctx); !v.Has(viewer.Manager, "") {
		return nil, forbiddenManager(ctx)
	}
	opens, closes, err := call(n.CallOpens, n.CallCloses)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, "", func(c *change) error {
		at, err := c.Ent.Session.Query().Where(session.Number(n.Session)).Only(c.ctx)
		if ent.IsNotFound(err) {
			return fault.Invalid("session", "%d is none that is known", n.Session)
		}
		if err != nil {
			return fmt.Errorf("find the session: %w", err)
		}
		if err := cmp.Or(nearOf("callOpens", at, opens, c.now), nearOf("callCloses", at, closes, c.now)); err != nil {
			return err
		}
		row, err := c.Ent.Round.Create().SetUID(newUID("rnd")).SetSession(at).SetCallOpensAt(opens).SetCallClosesAt(closes).SetCreatedAt(c.now).Save(c.ctx)
		if ent.IsConstraintError(err) {
			return conflict("session", "%d has a round already", n.Session)
		}
		if err != nil {
			return fmt.Errorf("make a round: %w", err)
		}
		elsewhere, err := c.Ent.PreSession.Query().Where(presession.HasReviewWith(review.SessionID(at.ID))).Select(presession.FieldReviewID).Ints(c.ctx)
		if err != nil {
			return fmt.Errorf("look for Pre-sessions of other rounds: %w", err)
		}
		reviews, err := at.QueryReviews().Where(review.StatusEQ(review.StatusPUBLISHED), review.IDNotIn(elsewhere...)).Order(ent.Asc(review.FieldPosition), ent.Asc(review.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("read the session's reviews: %w", err)
		}
		if len(reviews) == 0 {
			return fault.Invalid("session", "%d has no States under review yet: bring them into the record first", n.Session)
		}
		meetings := make([]*ent.PreSessionCreate, len(reviews))
		for i, r := range reviews {
			meetings[i] = c.Ent.PreSession.Create().SetUID(newUID("pre")).SetRound(row).SetReview(r)
		}
		if err := c.Ent.PreSession.CreateBulk(meetings...).Exec(c.ctx); err != nil {
			return fmt.Errorf("make Pre-sessions: %w", err)
		}
		c.log.Note(row.UID, changelog.Create)
		made, err = c.round(row.UID)
		return err
	})
	return made, err
}

func call(first, last civil.Date) (opens, closes time.Time, err error) {
	if opens, err = endOf("callOpens", first); err != nil {
		return opens, closes, err
	}
	opens = opens.In(geneva).Add(time.Second).AddDate(0, 0, -1).UTC()
	if closes, err = endOf("callCloses", last); err != nil {
		return opens, closes, err
	}
	if !closes.After(opens) {
		return opens, closes, fault.Invalid("callCloses", "must not be before the call opens")
	}
	return opens, closes, nil
}

func forbiddenManager(ctx context.Context) error {
	if err := policy.Require(ctx, viewer.Manager); err != nil {
		return err
	}
	return fault.Forbidden("rounds are for managers of all rounds to make")
}

// ChangeRound changes deadlines and rules. What is over is not opened again by it, but for one
// Pre-session (ChangePreSession). Returns Forbidden for who has an interest at one of its Pre-sessions.
func (s *Service) ChangeRound(ctx context.Context, in RoundChange) (changed *Round, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.managedRound(in.ID, in.Revision)
		if err != nil {
			return err
		}
		if err := c.refuseInterest(inRound(row.ID)); err != nil {
			return err
		}
		set := row.Update().AddRevision(1)
		opens, closes := row.CallOpensAt, row.CallClosesAt
		if in.CallOpens != nil {
			if opens, _, err = call(*in.CallOpens, *in.CallOpens); err != nil {
				return err
			}
			if err := c.near("callOpens", row, opens); err != nil {
				return err
			}
		}
		if in.CallCloses != nil {
			if closes, err = endOf("callCloses", *in.CallCloses); err != nil {
				return err
			}
			if err := c.near("callCloses", row, closes); err != nil {
				return err
			}
		}
		if !closes.After(opens) {
			return fault.Invalid("callCloses", "must not be before the call opens")
		}
		set.SetCallOpensAt(opens).SetCallClosesAt(closes)
		for _, n := range []struct {
			field    string
			given    *int
			low, top int
			set      func(int) *ent.RoundUpdateOne
		}{
			{"offerHours", in.OfferHours, 1, 60 * 24, set.SetOfferHours}, {"shortOfferHours", in.ShortOfferHours, 1, 14 * 24, set.SetShortOfferHours},
			{"minApplications", in.MinApplications, 0, 100, set.SetMinApplications}, {"minEvaluations", in.MinEvaluations, 0, 20, set.SetMinEvaluations},
			{"retentionDays", in.RetentionDays, 1, 3650, set.SetRetentionDays},
		} {
			if n.given == nil {
				continue
			}
			if *n.given < n.low || *n.given > n.top {
				return fault.Invalid(n.field, "must be from %d to %d", n.low, n.top)
			}
			n.set(*n.given)
		}
		set.SetNillableOfficersOffer(in.OfficersOffer)
		if in.EvaluationPhases != nil {
			phases, err := phasesOf(in.EvaluationPhases)
			if err != nil {
				return err
			}
			set.SetEvaluationPhases(phases)
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("change a round: %w", err)
		}
		c.log.Note(row.UID, changelog.Correct)
		changed, err = c.round(row.UID)
		return err
	})
	return changed, err
}

// AdvanceRound brings a round into its next state. Returns Forbidden for who has an interest at one of its Pre-sessions.
func (s *Service) AdvanceRound(ctx context.Context, id string, revision int, to RoundState) (changed *Round, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.managedRound(id, revision)
		if err != nil {
			return err
		}
		if err := c.refuseInterest(inRound(row.ID)); err != nil {
			return err
		}
		at := slices.Index(roundStates, RoundState(row.State))
		if at+1 >= len(roundStates) || roundStates[at+1] != to {
			return conflict("to", "is not possible: the round is %s, and what follows is %s", row.State, after(at))
		}
		if to == "AGENDA_PUBLISHED" {
			return conflict("to", "is not possible by itself: publish the agenda")
		}
		if to == "DECISIONS_RELEASED" {
			if err := c.refuseStaged(id); err != nil {
				return err
			}
		}
		if to == "CLOSED" {
			if err := c.refuseToCome(row.ID); err != nil {
				return err
			}
			if err := c.refuseUndecided(row.ID); err != nil {
				return err
			}
		}
		if err := row.Update().SetState(round.State(to)).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("advance a round: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("TO_"+string(to)))
		changed, err = c.round(row.UID)
		return err
	})
	return changed, err
}

// refuseToCome: nobody could be told of a meeting that takes place once its round is closed, and its offers would lead to nothing.
func (c *change) refuseToCome(id int) error {
	toCome := presession.Or(presession.StateIn("PROPOSED", "VIABLE", "SCHEDULED", "POSTPONED"), presession.And(presession.StateEQ("PUBLISHED"), presession.StartsAtGT(c.now)))
	waits, err := c.Ent.PreSession.Query().Where(inRound(id), toCome).Order(ent.Asc(presession.FieldID)).WithReview(func(q *ent.ReviewQuery) { q.WithState() }).All(c.ctx)
	if err != nil {
		return fmt.Errorf("look for what is to come: %w", err)
	}
	if len(waits) == 0 {
		return nil
	}
	states := make([]string, len(waits))
	for i, m := range waits {
		states[i] = m.Edges.Review.Edges.State.Iso3
		if m.State == presession.StatePOSTPONED {
			states[i] += " (postponed)"
		}
	}
	return conflict("to", "is not possible while Pre-sessions are to come, as of %s: wait until they are HELD, or say that they are NOT_HELD", strings.Join(states, ", "))
}

// refuseUndecided: who applied and was never told anything would not be told any more.
func (c *change) refuseUndecided(id int) error {
	waiting, err := c.Ent.Registration.Query().Where(registration.HasMeetingWith(inRound(id)), registration.StateIn("SUBMITTED", "CHANGES_REQUESTED", "SHORTLISTED")).
		Order(ent.Asc(registration.FieldID)).Select(registration.FieldReference).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("look for what is not decided: %w", err)
	}
	if n := len(waiting); n > 0 {
		return conflict("to", "is not possible while nobody has decided on %d registrations, as %s: decide, and release the decisions (releaseDecisions)", n, strings.Join(waiting[:min(n, 3)], ", "))
	}
	return nil
}

func after(at int) RoundState {
	if at+1 >= len(roundStates) {
		return "nothing"
	}
	return roundStates[at+1]
}

// Rounds lists the rounds that whoever asks works with, the latest session first.
func (s *Service) Rounds(ctx context.Context) (rounds []Round, err error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		uids, err := c.Ent.Round.Query().Order(ent.Desc(round.FieldSessionID)).Select(round.FieldUID).Strings(c.ctx)
		if err != nil {
			return fmt.Errorf("list rounds: %w", err)
		}
		for _, uid := range uids {
			r, err := c.round(uid)
			if err != nil {
				return err
			}
			if r != nil {
				rounds = append(rounds, *r)
			}
		}
		return nil
	})
	return rounds, err
}

// Round is one round; nil where there is none that whoever asks works with.
func (s *Service) Round(ctx context.Context, id string) (found *Round, err error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		found, err = c.round(id)
		return err
	})
	return found, err
}

// round reads a round as whoever asks sees it: officers see the meetings of their States.
func (c *change) round(uid string) (*Round, error) {
	row, err := c.Ent.Round.Query().Where(round.UID(uid)).WithSession().WithMeetings(withAll, inTheirOrder).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nobody's
	}
	if err != nil {
		return nil, fmt.Errorf("read a round: %w", err)
	}
	r := &Round{
		ID: row.UID, Session: row.Edges.Session.Number, State: RoundState(row.State), CallOpensAt: row.CallOpensAt.UTC(), CallClosesAt: row.CallClosesAt.UTC(),
		OfferHours: row.OfferHours, ShortOfferHours: row.ShortOfferHours, MinApplications: row.MinApplications, MinEvaluations: row.MinEvaluations,
		OfficersOffer: row.OfficersOffer, RetentionDays: row.RetentionDays, Revision: row.Revision, Meetings: []PreSession{}, EvaluationPhases: row.EvaluationPhases,
	}
	for _, m := range row.Edges.Meetings {
		if worksWith(c.by, row.UID, m.Edges.Review.Edges.State.Iso3) {
			r.Meetings = append(r.Meetings, c.preSessionOf(m))
		}
	}
	if len(r.Meetings) == 0 {
		return nil, nil //nolint:nilnil // nothing of it is theirs
	}
	return r, nil
}

// inTheirOrder keeps meetings in the order of the calendar, whichever was changed last.
func inTheirOrder(q *ent.PreSessionQuery) { q.Order(ent.Asc(presession.FieldID)) }

// worksWith says whether somebody has to do with the meeting of a State in a round.
func worksWith(v *viewer.Viewer, round, state string) bool {
	return v.Has(viewer.Manager, "round:"+round) || v.Has(viewer.Reviewer, "round:"+round) || v.Has(viewer.Officer, "state:"+state) || v.Has(viewer.ProtectionOfficer, "")
}

// managed returns the grant by which whoever asks manages a round.
func (c *change) managed(uid string) (as string, err error) {
	if err := policy.Require(viewer.NewContext(c.ctx, c.by), viewer.Manager); err != nil {
		return "", err
	}
	there, err := c.Ent.Round.Query().Where(round.UID(uid)).Exist(c.ctx)
	if err != nil {
		return "", fmt.Errorf("find a round: %w", err)
	}
	if !there || !c.by.Has(viewer.Manager, "round:"+uid) {
		return "", fault.NotFound("no round that you manage has the id %s", uid)
	}
	return string(viewer.Manager) + " round:" + uid, nil
}

func (c *change) managedRound(uid string, revision int) (*ent.Round, error) {
	if _, err := c.managed(uid); err != nil {
		return nil, err
	}
	if c.Dialect == dialect.Postgres {
		if _, err := c.ExecContext(c.ctx, "SELECT FROM rounds WHERE uid = $1 FOR UPDATE", uid); err != nil {
			return nil, fmt.Errorf("lock a round: %w", err)
		}
	}
	row, err := c.Ent.Round.Query().Where(round.UID(uid)).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read a round: %w", err)
	}
	if row.Revision != revision {
		return nil, stale(row.Revision)
	}
	return row, nil
}
