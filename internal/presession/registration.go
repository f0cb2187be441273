package presession

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/accesscode"
	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/fault"
)

// Application is a registration as its applicant sees it: nothing of what is decided and not
// released, of evaluations, or of others.
type Application struct {
	ID               string
	Reference        string
	PreSession       string
	Session          int
	StateUnderReview string
	State            State // SUBMITTED also while it is shortlisted
	Answers          Answers
	Questions        *string // to be answered
	RespondBy        *time.Time
	OfferExpiresAt   *time.Time
	Outcome          *string
	Feedback         *string // for whom it is not selected
	Availability     string  // of who speaks
	AgreesTo         string  // reference of the registration with which it may be merged
	SubmissionFile   *StatementFile
	Editable         bool
	Revision         int
	SubmittedAt      *time.Time
	LetterRequested  *time.Time
	Unavailable      []civil.Period // when those who speak cannot
	Participants     []OwnParticipant
	MergerEnded      bool // MERGED: the registration that spoke for it has ended
	Reserve          *Reserve
	Meeting          *civil.Appointment // as the applicant was told
	MeetingMoves     bool               // OFFERED: it is planned otherwise by now, and the applicant is still to be told
	Off              *string            // POSTPONED or NOT_HELD, as the applicant was told
}

// Answers are what an applicant says. Nil and empty: not answered yet.
type Answers struct {
	Organisation     string
	OrganisationKind *string
	National         *bool
	WomenLed         bool
	GroupAtRisk      bool
	Founded          *int
	Ecosoc           bool
	Aims             string
	Issues           []string
	Submission       *string
	SubmissionLink   string
	Consent          bool
}

// usesLeft is a comparison of two columns, for which there is no generated predicate.
var usesLeft predicate.AccessCode = func(s *sql.Selector) {
	s.Where(sql.ColumnsLT(accesscode.FieldUses, accesscode.FieldMaximumUses))
}

// Start begins a registration, or returns the one that whoever asks has for this Pre-session.
// Returns Conflict where the call is closed and Invalid for an access code that does not hold.
func (s *Service) Start(ctx context.Context, meeting string, accessCode *string) (begun *Application, err error) {
	err = s.change(ctx, "", func(c *change) error {
		u, err := c.Ent.User.Query().Where(user.UID(c.by.UID)).Only(c.ctx)
		if err != nil {
			return fault.Forbidden("a person applies: sign in as one")
		}
		m, err := c.meetingOf(meeting)
		if err != nil {
			return err
		}
		if err := c.lockMeeting(m.ID); err != nil { // a double click begins one
			return err
		}
		row, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.OwnerID(u.ID), registration.StateNotIn(states(finished)...)).First(c.ctx)
		switch {
		case ent.IsNotFound(err):
			row, err = c.begin(u, m, accessCode)
		case err != nil:
			err = fmt.Errorf("find a registration: %w", err)
		}
		if err != nil {
			return err
		}
		begun, err = c.application(row.UID)
		return err
	})
	return begun, err
}

// begin begins a registration that whoever asks owns.
func (c *change) begin(u *ent.User, m *ent.PreSession, accessCode *string) (*ent.Registration, error) {
	row, err := c.newRegistration(m, accessCode)
	if err != nil {
		return nil, err
	}
	if row, err = row.Update().SetOwnerID(u.ID).Save(c.ctx); err != nil {
		return nil, fmt.Errorf("own a registration: %w", err)
	}
	if err := c.grantOwner(row, u); err != nil {
		return nil, err
	}
	row.Edges.Meeting = m
	if err := c.addMail(row, "resume", false); err != nil {
		return nil, err
	}
	return row, c.record(row, 1, "NEW", Draft, false, "APPLICANT "+ownedScope(row.UID), "")
}

// newRegistration makes a draft that nobody owns, where the call is open or an access code lets in.
func (c *change) newRegistration(m *ent.PreSession, accessCode *string) (*ent.Registration, error) {
	if settled(m) {
		return nil, conflict("preSession", "takes no applications: it is over, or is not held")
	}
	if accessCode != nil {
		if !begunByCode(m) { // whatever the code is
			return nil, conflict("preSession", "takes no applications by an access code: its speakers are chosen")
		}
		if err := c.useCode(*accessCode, m); err != nil {
			return nil, err
		}
	} else if !isOpen(m, c.now) {
		return nil, conflict("preSession", "takes no applications: its call is not open")
	}
	row, err := c.Ent.Registration.Create().SetUID(newUID("reg")).SetReference("UPR-" + rand.Text()[:8]).SetMeeting(m).
		SetByCode(accessCode != nil).SetCreatedAt(c.now).SetRemindedAt(c.now).Save(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("begin a registration: %w", err)
	}
	return row, nil
}

// Save keeps the answers of an applicant: while it is a draft, until the call closes, or while
// changes are asked for. Returns Conflict where it is too late or was changed since.
func (s *Service) Save(ctx context.Context, id string, revision int, a Answers) (saved *Application, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(id)
		switch {
		case err != nil:
			return err
		case !editable(row, c.now):
			return conflict("", "cannot be changed any more; withdrawing is always possible")
		case row.OwnRevision != revision:
			return stale(row.OwnRevision)
		}
		set := row.Update().AddRevision(1).AddOwnRevision(1)
		if err := c.keep(a, set); err != nil {
			return err
		}
		if !a.Consent {
			set.ClearConsentedAt()
		} else if row.ConsentedAt == nil {
			set.SetConsentedAt(c.now)
		}
		if row.State != registration.StateDRAFT && !a.answered() {
			return fault.Invalid("", "an answer that is needed would be missing: complete it, or withdraw the registration")
		}
		if row.State != registration.StateDRAFT {
			if err := c.handIn(row, registration.Submission(*a.Submission), a.SubmissionLink, set); err != nil {
				return err
			}
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("save a registration: %w", err)
		}
		c.log.Note(row.UID, changelog.Correct)
		saved, err = c.application(id)
		return err
	})
	return saved, err
}

func (a *Answers) answered() bool {
	return a.Organisation != "" && a.OrganisationKind != nil && a.National != nil && a.Aims != "" && a.Submission != nil && a.Consent
}

// editable says whether the applicant may change the answers.
func editable(row *ent.Registration, now time.Time) bool {
	m := row.Edges.Meeting
	switch State(row.State) {
	case Draft:
		return isOpen(m, now) || isOpen(m, now.Add(-grace)) || row.ByCode && begunByCode(m)
	case Submitted, Shortlisted: // the applicant is not to see which
		if p, inPhase := evaluationphase.At(m.Edges.Round.EvaluationPhases, now); inPhase {
			return p.ApplicantsEdit
		}
		return isOpen(m, now)
	case ChangesRequested:
		return row.RespondBy != nil && !now.After(*row.RespondBy)
	}
	return false
}

// keep checks answers and writes them.
func (c *change) keep(a Answers, set *ent.RegistrationUpdateOne) (err error) {
	if a.Organisation != "" {
		if a.Organisation, err = line("organisation", a.Organisation, 300); err != nil {
			return err
		}
	}
	if a.Aims, err = paragraph("aims", a.Aims, false); err != nil {
		return err
	}
	if n := words(a.Aims); n > maxAims {
		return fault.Invalid("aims", "have %d words; %d are the most", n, maxAims)
	}
	if a.Founded != nil && (*a.Founded < 1500 || *a.Founded > c.now.Year()) {
		return fault.Invalid("founded", "must be a year that is past")
	}
	if a.Issues, err = c.issues(a.Issues); err != nil {
		return err
	}
	set.SetOrganisation(a.Organisation).SetWomenLed(a.WomenLed).SetGroupAtRisk(a.GroupAtRisk).SetEcosoc(a.Ecosoc).SetAims(a.Aims).SetIssues(a.Issues)
	setOrClear(a.National, set.SetNational, set.ClearNational)
	setOrClear(a.Founded, set.SetFounded, set.ClearFounded)
	kind, submission := (*registration.OrganisationKind)(a.OrganisationKind), (*registration.Submission)(a.Submission)
	switch {
	case kind != nil && registration.OrganisationKindValidator(*kind) != nil:
		return fault.Invalid("organisationKind", "is none that there is")
	case submission != nil && registration.SubmissionValidator(*submission) != nil:
		return fault.Invalid("submission", "must be ATTACHED, LINK or WILL_FOLLOW")
	case a.SubmissionLink != "":
		if err := checkLink(a.SubmissionLink); err != nil {
			return err
		}
	}
	set.SetSubmissionLink(a.SubmissionLink)
	setOrClear(kind, set.SetOrganisationKind, set.ClearOrganisationKind)
	setOrClear(submission, set.SetSubmission, set.ClearSubmission)
	return nil
}

// setOrClear does one of both: ent would do both.
func setOrClear[T any](value *T, set func(T) *ent.RegistrationUpdateOne, leave func() *ent.RegistrationUpdateOne) {
	if value == nil {
		leave()
	} else {
		set(*value)
	}
}

// issues checks codes of the vocabulary.
func (c *change) issues(codes []string) ([]string, error) {
	codes = slices.Compact(slices.Sorted(slices.Values(codes)))
	if len(codes) > 20 {
		return nil, fault.Invalid("issues", "are %d; 20 are the most", len(codes))
	}
	known, err := c.Ent.Issue.Query().Where(issue.CodeIn(codes...)).Select(issue.FieldCode).Strings(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find issues: %w", err)
	}
	for _, code := range codes {
		if !slices.Contains(known, code) {
			return nil, fault.Invalid("issues", "%q is none: the query issues lists their codes", code)
		}
	}
	return codes, nil
}

// Application returns a registration of whoever asks, or one in whose applicant's place they act; nil
// where there is none of this id.
func (s *Service) Application(ctx context.Context, id string) (a *Application, err error) {
	err = s.read(ctx, func(c *change) error {
		if acts, err := c.acts(id); err != nil || !acts {
			return err
		}
		a, err = c.application(id)
		return err
	})
	return a, err
}

// Applications lists the registrations of whoever asks, newest first.
func (s *Service) Applications(ctx context.Context) (all []Application, err error) {
	err = s.read(ctx, func(c *change) error {
		owned, _ := ownedBy(c.by)
		all, err = c.applications(registration.UIDIn(owned...))
		return err
	})
	return all, err
}

// applications reads some, newest first.
func (c *change) applications(which ...predicate.Registration) (all []Application, err error) {
	rows, err := c.Ent.Registration.Query().Where(which...).WithMeeting(withSession).Order(ent.Desc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	for _, row := range rows {
		a, err := c.applicationOf(row)
		if err != nil {
			return nil, err
		}
		all = append(all, *a)
	}
	return all, nil
}

func withSession(q *ent.PreSessionQuery) {
	q.WithRound(func(q *ent.RoundQuery) { q.WithSession() }).WithReview(func(q *ent.ReviewQuery) { q.WithState() })
}

func (c *change) application(id string) (*Application, error) {
	row, err := c.Ent.Registration.Query().Where(registration.UID(id)).WithMeeting(withSession).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read a registration: %w", err)
	}
	return c.applicationOf(row)
}

func (c *change) applicationOf(row *ent.Registration) (a *Application, err error) {
	m := row.Edges.Meeting
	a = &Application{
		ID: row.UID, Reference: row.Reference, PreSession: m.UID, Session: m.Edges.Round.Edges.Session.Number, StateUnderReview: m.Edges.Review.Edges.State.Iso3,
		State: shown(State(row.State)), Answers: answersOf(row), Availability: row.Availability, AgreesTo: row.AgreesTo, Editable: editable(row, c.now), Revision: row.OwnRevision, SubmittedAt: row.SubmittedAt,
		LetterRequested: row.LetterRequestedAt, Unavailable: row.Unavailable,
	}
	switch a.State {
	case ChangesRequested:
		a.Questions, a.RespondBy = &row.Questions, row.RespondBy
	case Offered:
		a.OfferExpiresAt = offerEnds(row)
	case NotSelected:
		a.Outcome = (*string)(row.Outcome)
		if row.Feedback != "" {
			a.Feedback = &row.Feedback
		}
	}
	if a.SubmissionFile, err = c.submissionOf(row, true); err != nil {
		return nil, err
	}
	if a.MergerEnded, err = c.mergerEnded(row); err != nil {
		return nil, err
	}
	if err := c.showTold(row, a); err != nil {
		return nil, err
	}
	a.Participants, err = c.ownParticipants(participant.RegistrationID(row.ID))
	return a, err
}

func answersOf(row *ent.Registration) Answers {
	return Answers{
		Organisation: row.Organisation, OrganisationKind: (*string)(row.OrganisationKind), National: row.National, WomenLed: row.WomenLed, GroupAtRisk: row.GroupAtRisk, Founded: row.Founded,
		Ecosoc: row.Ecosoc, Aims: row.Aims, Issues: row.Issues, Submission: (*string)(row.Submission), SubmissionLink: row.SubmissionLink, Consent: row.ConsentedAt != nil,
	}
}
