package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Move is what somebody wants to become of a registration. Which of the fields are needed
// depends on the state.
type Move struct {
	ID        string
	Revision  int
	To        State
	Staged    *bool      // waits for the release of decisions; nil: as far as it can
	Reason    string     // for staff alone
	Questions string     // CHANGES_REQUESTED: what the applicant is to answer
	RespondBy *time.Time // CHANGES_REQUESTED
	Rank      *int       // WAITLISTED
	Exchange  bool       // WAITLISTED: whoever has the rank, or is to, gets the one that it has
	Outcome   *string    // NOT_SELECTED
	Feedback  string     // NOT_SELECTED: for the applicant; may be empty
	Into      *string    // MERGED: another registration of the meeting
	Agreement string     // MERGED: how both agreed
	Consents  bool       // CONFIRMED: the consents of all participants stand as they are
	Keep      bool       // WITHDRAWN: statements that are published stay
	Own       bool       // whoever asks is the applicant, or acts in the applicant's place
	// StateUnderReview is whether a delegation of it has registered, as the applicant was told; nil: CONFIRMED whatever they were told.
	StateUnderReview *bool
}

// step is one move on its way.
type step struct {
	*change
	Move
	t    *Transition
	row  *ent.Registration
	role viewer.Role
	as   string // the grant that is used
	set  *ent.RegistrationUpdateOne

	staged bool // waits for the release of decisions

	changesWith int // with which it changes its place on the waiting list; 0: none
}

// Veto is asked before a registration moves. An error keeps it where it is.
type Veto func(ctx context.Context, id string, from, to State) error

// Move makes one transition: the only way in which the state of a registration changes. Returns
// NotFound for what whoever asks may not see, Forbidden for what they may not do, Conflict where
// the registration is in another state or was changed since, and Invalid where something is
// missing; then nothing has changed.
func (s *Service) Move(ctx context.Context, m Move) error {
	reason, err := paragraph("reason", m.Reason, false)
	if err != nil {
		return err
	}
	m.Reason = reason
	return s.change(ctx, "", func(c *change) error {
		if m.To == Offered || m.To == Merged { // who speaks at two meetings at a time gets a place at one
			if err := c.lockMeetingsAround(m.ID); err != nil {
				return err
			}
		}
		row, err := c.lockRegistration(m.ID)
		if err != nil {
			return err
		}
		st := &step{change: c, Move: m, row: row, set: c.Ent.Registration.UpdateOne(row)}
		if repeated, err := st.begin(); err != nil || repeated {
			return err
		}
		steps := []*step{st}
		if m.Exchange {
			other, err := st.exchanged()
			if err != nil {
				return err
			}
			steps = append(steps, other)
		}
		for _, st := range steps {
			if s.Veto != nil {
				if err := s.Veto(ctx, st.ID, State(st.row.State), st.To); err != nil {
					return err
				}
			}
			if err := st.make(); err != nil {
				return err
			}
		}
		return nil
	})
}

// lockRegistration reads a registration with its meeting, unless it is of an organisation to which
// whoever asks belongs. Nobody else changes the meeting until the transaction ends: who
// counts places counts alone. SQLite's transactions are alone anyway.
func (c *change) lockRegistration(id string) (*ent.Registration, error) {
	row, err := c.Ent.Registration.Query().Where(registration.UID(id)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, noRegistration(id)
	}
	if err != nil {
		return nil, fmt.Errorf("find a registration: %w", err)
	}
	if err := c.lockMeeting(row.MeetingID); err != nil {
		return nil, err
	}
	row, err = c.Ent.Registration.Query().Where(registration.ID(row.ID)).WithMeeting(withAll).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read a registration: %w", err)
	}
	return row, c.refuseRelated(row)
}

// withAll reads a meeting with its round and its State under review.
func withAll(q *ent.PreSessionQuery) {
	q.WithRound().WithReview(func(q *ent.ReviewQuery) { q.WithState() })
}

func noRegistration(id string) error { return fault.NotFound("no registration has the id %s", id) }

// rolesOn are the roles that v has on a registration, with the grant that gives each. Who
// applies, or has applied, decides nothing of the same registration, and what is not submitted is the
// applicant's.
func rolesOn(v *viewer.Viewer, row *ent.Registration) map[viewer.Role]string {
	if v.Program != "" {
		return map[viewer.Role]string{System: v.Actor()}
	}
	if owns(v, row.UID) {
		return map[viewer.Role]string{viewer.Applicant: string(viewer.Applicant) + " " + ownedScope(row.UID)}
	}
	if row.SubmittedAt == nil || hasLeft(v, row.UID) { // also where a draft was withdrawn
		return nil
	}
	return rolesAt(v, row.Edges.Meeting)
}

// rolesAt are the roles of staff that v has at a meeting, with the grant that gives each.
func rolesAt(v *viewer.Viewer, m *ent.PreSession) map[viewer.Role]string {
	roles := map[viewer.Role]string{}
	round := "round:" + m.Edges.Round.UID
	scopes := map[viewer.Role]string{viewer.Reviewer: round, viewer.Manager: round, viewer.Officer: "state:" + m.Edges.Review.Edges.State.Iso3, viewer.ProtectionOfficer: ""}
	for _, g := range v.Grants {
		if scope, known := scopes[g.Role]; known && (g.Scope == scope || g.Scope == "") {
			roles[g.Role] = strings.TrimSpace(string(g.Role) + " " + g.Scope)
		}
	}
	return roles
}

// shown is a state as its applicant sees it.
func shown(state State) State {
	if state == Shortlisted {
		return Submitted
	}
	return state
}

// begin finds the transition that is asked for. It reports true where the applicant has made it
// already, as by a double click.
func (s *step) begin() (repeated bool, err error) {
	roles := rolesOn(s.by, s.row)
	if s.Own {
		roles = map[viewer.Role]string{}
		as, acts, err := s.actsNow(s.row)
		if err != nil {
			return false, err
		}
		if acts {
			roles[viewer.Applicant] = as
		}
	}
	if len(roles) == 0 {
		return false, noRegistration(s.ID)
	}
	names := make([]viewer.Role, 0, len(roles))
	for role := range roles {
		names = append(names, role)
	}
	from := State(s.row.State)
	_, applies := roles[viewer.Applicant]
	if applies && from == s.To && (s.To == Withdrawn || s.Revision == s.row.OwnRevision-1) {
		return true, nil
	}
	t, forAnybody := find(from, s.To, names)
	switch {
	case t == nil && applies: // in the same words, whatever staff know of it
		return false, conflict("to", "is not possible while the registration is %s", shown(from))
	case t == nil && !forAnybody:
		return false, conflict("to", "is not possible while the registration is %s", from)
	case t == nil:
		return false, fault.Forbidden("from %s to %s is for others to say: %s", from, s.To, strings.Join(whoever(from, s.To), ", "))
	case applies && s.Revision != s.row.OwnRevision && s.To != Withdrawn: // which is always allowed
		return false, stale(s.row.OwnRevision)
	case s.Staged != nil && *s.Staged && t.Staging == AtOnce:
		return false, fault.Invalid("staged", "is not possible: this is done at once")
	}
	s.t = t
	if s.Own {
		if err := s.onBehalf(); err != nil {
			return false, err
		}
	}
	for _, role := range t.By { // the first that the table names
		if as, has := roles[role]; has {
			s.role, s.as = role, as
			break
		}
	}
	if !applies && s.by.Program == "" {
		if err := s.refuseInterest(presession.ID(s.row.MeetingID)); err != nil {
			return false, err
		}
		if err := refuseStale(s.row, s.Revision); err != nil {
			return false, err
		}
	}
	s.staged = t.Staging != AtOnce && s.role != System && (t.Staging == Staged || s.Staged == nil || *s.Staged)
	return false, s.namelessReason()
}

// namelessReason refuses a reason that names one of those who speak, where whoever gives it may open who they are: who
// may not would learn a name from what is refused.
func (s *step) namelessReason() error {
	if s.Reason == "" || owns(s.by, s.row.UID) || hasLeft(s.by, s.row.UID) {
		return nil
	}
	if _, protects := rolesAt(s.by, s.row.Edges.Meeting)[viewer.ProtectionOfficer]; !protects {
		return nil
	}
	return s.namesNobody(s.row, s.Reason)
}

// make makes the transition that was found.
func (s *step) make() error {
	if err := s.endStaged(); err != nil {
		return err
	}
	if s.t.check != nil {
		if err := s.t.check(s); err != nil {
			return err
		}
	}
	if s.staged {
		s.set.SetPendingState(registration.PendingState(s.To))
	} else {
		if err := s.arrive(); err != nil {
			return err
		}
	}
	if had := State(s.row.State); slices.Contains([]State{Confirmed, Spoke, NoShow, Merged}, had) && s.To != Spoke && s.To != NoShow { // which can be a mistake of the day
		if err := s.hideAll(s.row.ID); err != nil {
			return err
		}
		if err := s.endStatements(s.row, s.Keep && s.To == Withdrawn); err != nil {
			return err
		}
	}
	if s.To == Withdrawn {
		if err := s.purgeSubmissions(registration.ID(s.row.ID)); err != nil {
			return err
		}
	}
	if slices.Contains(decisions, s.To) {
		s.set.SetDecidedBy(s.by.Actor())
	}
	if s.staged {
		s.set.AddStagedRevision(1)
	} else {
		s.set.AddRevision(1)
	}
	if err := s.set.Exec(s.ctx); err != nil {
		return fmt.Errorf("move a registration: %w", err)
	}
	if err := s.leaveMerger(); err != nil {
		return err
	}
	if s.To == Merged && !s.staged {
		if err := s.joined(s.row); err != nil {
			return err
		}
	}
	if err := s.record(s.row, s.t.Number, State(s.row.State), s.To, s.staged, s.as, s.Reason); err != nil {
		return err
	}
	if passesOn(s.row, s.To) {
		if err := proposeNext(s); err != nil {
			return err
		}
	}
	return s.tell()
}

// arrive brings the registration into its new state.
func (s *step) arrive() error {
	s.set.SetState(registration.State(s.To)).ClearPendingState().ClearPendingMergeID().SetPendingAgreement("")
	if s.row.MergedIntoID != nil {
		if err := s.above(s.row, s.revalue); err != nil {
			return err
		}
		if err := s.leaveStatements(); err != nil {
			return err
		}
		if err := s.forgetAgreements(); err != nil {
			return err
		}
		s.set.ClearMergedIntoID().SetMergerEnded(false)
	}
	if shown(State(s.row.State)) != shown(s.To) {
		s.set.AddOwnRevision(1)
		if err := s.reviseMerged(s.row); err != nil {
			return err
		}
	}
	if err := s.dropPast(s.row, s.To); err != nil {
		return err
	}
	if s.t.apply == nil {
		return nil
	}
	return s.t.apply(s)
}

// staging is how the log says of a step that it is staged.
const staging = "STAGE_"

// record writes what was decided: into the change log without a word of the reason, which may
// name people, and whole into the file of the registration.
func (c *change) record(row *ent.Registration, number int, from, to State, staged bool, as, reason string) error {
	if err := c.file(row, number, from, to, staged, as, reason); err != nil {
		return err
	}
	operation := fmt.Sprintf("%s_TO_%s", from, to)
	if staged {
		operation = staging + operation
	}
	c.log.Note(row.UID, changelog.Operation(operation))
	return nil
}

// file writes into the file of the registration alone.
func (c *change) file(row *ent.Registration, number int, from, to State, staged bool, as, reason string) error {
	err := c.Ent.Decision.Create().SetRegistrationID(row.ID).SetTransition(number).SetFrom(string(from)).SetTo(string(to)).SetStaged(staged).
		SetActor(c.by.Actor()).SetAs(as).SetReason(reason).SetAt(c.now).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("keep a decision: %w", err)
	}
	return nil
}

// meetingOf reads a meeting with its round and its State under review.
func (c *change) meetingOf(uid string) (*ent.PreSession, error) {
	q := c.Ent.PreSession.Query().Where(presession.UID(uid))
	withAll(q)
	m, err := q.Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.NotFound("no Pre-session has the id %s", uid)
	}
	if err != nil {
		return nil, fmt.Errorf("find a Pre-session: %w", err)
	}
	return m, nil
}
