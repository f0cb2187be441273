// Package rounds fills a database with a round of Pre-sessions in each phase, for the demo. All
// of it goes the way of people: through internal/presession, at the times at which they would do it.
package rounds

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/session"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// phase is how many days from now the first meeting of a round is. The rest of its calendar follows.
type phase struct {
	meeting int
	state   presession.RoundState // that it is in by then
}

// phases are those of the rounds, the oldest session first.
var phases = []phase{{-300, "ARCHIVED"}, {-30, "CLOSED"}, {-1, "RUNNING"}, {12, "AGENDA_PUBLISHED"}, {37, "DECISIONS_RELEASED"}, {50, "CALL_CLOSED"}, {80, "CALL_OPEN"}, {150, "DRAFT"}}

// Days before the first meeting.
const (
	callOpens  = 100
	callCloses = 60
	decides    = 40
	publishes  = 20
)

// applicants is how many register for the first States of a session; for the others nobody does.
var applicants = []int{8, 5, 4}

var languages = []string{"EN", "FR", "ES"}

// maker makes rounds.
type maker struct {
	db       *database.DB
	box      secret.Box
	files    *file.Service // nil: there are none
	workflow *presession.Service
	clock    clock
	people   int
	issues   []string // codes of some

	applicants map[string]*applicant // by their registration
	brought    []statement           // to the meetings of the round that is made
	held       []statement           // to meetings that are over
}

// clock is what the workflow takes for now, and the jobs that look at files meanwhile.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) set(at time.Time) { c.at.Store(&at) }
func (c *clock) now() time.Time   { return *c.at.Load() }

// Fill makes a round in each phase, before the latest sessions of which the States under review are
// known, and returns how many rounds that are. Names and organisations say that they are made up. Statements
// are kept by files, whose jobs are done meanwhile and whose clock is set; nil: there are none.
func Fill(ctx context.Context, db *database.DB, box secret.Box, files *file.Service, now time.Time) (int, error) {
	program := viewer.NewContext(ctx, viewer.Program("sample"))
	sessions, err := db.Ent.Session.Query().Where(session.HasReviewsWith(review.StatusEQ(review.StatusPUBLISHED))).Order(ent.Desc(session.FieldNumber)).Limit(len(phases)).All(program)
	if err != nil {
		return 0, fmt.Errorf("find sessions: %w", err)
	}
	issues, err := db.Ent.Issue.Query().Order(ent.Asc(issue.FieldID)).Limit(6).Select(issue.FieldCode).Strings(program)
	if err != nil {
		return 0, fmt.Errorf("find issues: %w", err)
	}
	m := &maker{db: db, box: box, files: files, issues: issues, applicants: map[string]*applicant{}}
	m.clock.set(now)
	if files != nil {
		files.SetClock(m.clock.now)
	}
	m.workflow = presession.New(db, m.clock.now, presession.Means{Box: box, Files: files})
	for i, s := range sessions {
		p := phases[len(phases)-1-i]
		first := now.AddDate(0, 0, p.meeting).Truncate(24 * time.Hour).Add(9 * time.Hour)
		if err := m.round(ctx, s.Number, first, p.state); err != nil {
			return i, fmt.Errorf("make a round of session %d: %w", s.Number, err)
		}
	}
	if err := m.judge(ctx); err != nil {
		return len(sessions), fmt.Errorf("publish statements: %w", err)
	}
	// What time has done since, so that a server that begins changes nothing, and reminds nobody who is made up.
	m.clock.set(now)
	return len(sessions), m.workflow.Sweep(ctx)
}

// manager coordinates the rounds of the sample.
var manager = &viewer.Viewer{UID: "usr_sample", Name: "Sample manager", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}, {Role: viewer.Officer}, {Role: viewer.ProtectionOfficer}}}

// round makes one, as far as its phase.
func (m *maker) round(ctx context.Context, number int, first time.Time, until presession.RoundState) error {
	m.brought = nil
	day := func(before int) civil.Date { return civil.Of(first.AddDate(0, 0, -before)) }
	staff := viewer.NewContext(ctx, manager)
	m.clock.set(first.AddDate(0, 0, -callOpens-10))
	r, err := m.workflow.CreateRound(staff, presession.NewRound{Session: number, CallOpens: day(callOpens), CallCloses: day(callCloses)})
	if err != nil || until == "DRAFT" {
		return err
	}
	m.clock.set(first.AddDate(0, 0, 1-callOpens))
	if err := m.advance(staff, r.ID, "CALL_OPEN"); err != nil {
		return err
	}
	for i, n := range applicants {
		for k := range n {
			if err := m.register(ctx, r.Meetings[i], k); err != nil {
				return err
			}
		}
	}
	steps := []struct {
		before int
		state  presession.RoundState
		do     func(ctx context.Context, r *presession.Round, first time.Time) error
	}{
		{callCloses - 1, "CALL_CLOSED", nil}, {decides, "DECISIONS_RELEASED", m.decide}, {publishes, "AGENDA_PUBLISHED", m.publish}, {0, "RUNNING", m.hold}, {-3, "CLOSED", nil}, {-250, "ARCHIVED", nil},
	}
	for state := presession.RoundState("CALL_OPEN"); state != until; {
		step := steps[0]
		steps = steps[1:]
		m.clock.set(first.AddDate(0, 0, -step.before))
		if step.do != nil {
			if err := step.do(staff, r, first); err != nil {
				return err
			}
		}
		if step.state != "AGENDA_PUBLISHED" { // which publishing has done
			if err := m.advance(staff, r.ID, step.state); err != nil {
				return err
			}
		}
		state = step.state
	}
	if until == "CALL_CLOSED" { // while the decisions are being prepared
		return m.weigh(staff, r)
	}
	return nil
}

func (m *maker) advance(ctx context.Context, id string, to presession.RoundState) error {
	r, err := m.workflow.Round(ctx, id)
	if err != nil {
		return err
	}
	_, err = m.workflow.AdvanceRound(ctx, id, r.Revision, to)
	return err
}

// person makes an account.
func (m *maker) person(ctx context.Context, k int) (*viewer.Viewer, error) {
	m.people++
	made := &viewer.Viewer{UID: fmt.Sprintf("usr_sample%d", m.people), Name: fmt.Sprintf("Sample Person %d", m.people)}
	err := database.WithTx(ctx, m.db, func(tx *database.Tx) error {
		return tx.Ent.User.Create().SetUID(made.UID).SetEmail(fmt.Sprintf("person-%d@sample.example", m.people)).SetName(made.Name).SetLanguage(languages[k%3]).SetPasswordHash("").SetCreatedAt(m.clock.now()).
			Exec(viewer.NewContext(ctx, viewer.Program("sample")))
	})
	if err != nil {
		return nil, fmt.Errorf("make a person: %w", err)
	}
	return made, nil
}

// about is what an organisation works on.
func (m *maker) about(k int) []string {
	if len(m.issues) == 0 {
		return []string{}
	}
	about := []string{m.issues[k%len(m.issues)]}
	if other := m.issues[(k/2+3)%len(m.issues)]; other != about[0] {
		about = append(about, other)
	}
	return about
}

// register has somebody apply. One in five leaves a draft.
func (m *maker) register(ctx context.Context, meeting presession.PreSession, k int) error {
	by, err := m.person(ctx, k)
	if err != nil {
		return err
	}
	name := by.Name
	a, err := m.workflow.Start(viewer.NewContext(ctx, by), meeting.ID, nil)
	if err != nil {
		return err
	}
	by.Grants = []viewer.Grant{{Role: viewer.Applicant, Scope: "registration:" + a.ID}}
	ctx = viewer.NewContext(ctx, by)
	of := &applicant{by, fmt.Sprintf("Sample organisation %d (synthetic)", m.people), languages[k%3], k < 4 && k%3 != 2}
	m.applicants[a.ID] = of
	kind, national, submission := []string{"CSO", "NHRI", "COALITION", "CSO", "ACADEMIC"}[k%5], k%3 != 0, "WILL_FOLLOW"
	a, err = m.workflow.Save(ctx, a.ID, a.Revision, presession.Answers{
		Organisation: of.organisation, OrganisationKind: &kind, National: &national, WomenLed: k%2 == 0, GroupAtRisk: k%4 == 3,
		Aims: "Made up for a demonstration: to brief missions on what we see.", Issues: m.about(k), Submission: &submission, Consent: true,
	})
	if err != nil {
		return err
	}
	level := max(0, k-3) % 4
	consents := []presession.Consent{{Audience: "PUBLIC", Item: "NAME"}, {Audience: "PUBLIC", Item: "ORGANISATION"}}
	if of.open {
		consents = nil
		for _, audience := range []string{"PUBLIC", "ARCHIVE"} {
			for _, item := range []string{"NAME", "ORGANISATION", "STATEMENT", "ASKS"} {
				consents = append(consents, presession.Consent{Audience: audience, Item: item})
			}
		}
	}
	_, err = m.workflow.SaveParticipant(ctx, presession.ParticipantInput{
		Application: a.ID, Identity: &presession.Identity{Name: name, Position: "Made up", Email: fmt.Sprintf("person-%d@sample.example", m.people)}, Level: &level,
		Pseudonym: fmt.Sprintf("Pseudonym %d", m.people), Gender: []string{"WOMAN", "MAN", "UNDISCLOSED"}[k%3], Contact: "EMAIL", Language: "EN",
		Consents: consents,
	})
	if err != nil || k%5 == 4 {
		return err
	}
	return m.workflow.Move(ctx, presession.Move{ID: a.ID, Revision: a.Revision, To: presession.Submitted})
}

// weigh has two reviewers evaluate all, and stages what is to be decided.
func (m *maker) weigh(ctx context.Context, r *presession.Round) error {
	page, err := m.workflow.Registrations(ctx, r.ID, &presession.RegistrationFilter{States: []presession.State{presession.Submitted}}, nil, nil)
	if err != nil {
		return err
	}
	for k := range 2 {
		reviewer, err := m.person(ctx, k)
		if err != nil {
			return err
		}
		reviewer.SecondFactor, reviewer.Grants = true, []viewer.Grant{{Role: viewer.Reviewer, Scope: "round:" + r.ID}}
		for i, a := range page.Nodes {
			score := 1 + (3*i+2*k)%5
			if err := m.workflow.Evaluate(viewer.NewContext(ctx, reviewer), presession.NewEvaluation{ID: a.ID, Score: &score, Notes: "Made up for a demonstration."}); err != nil {
				return err
			}
		}
	}
	_, err = m.choose(ctx, r)
	return err
}

// decide releases what was chosen.
func (m *maker) decide(ctx context.Context, r *presession.Round, _ time.Time) error {
	n, err := m.choose(ctx, r)
	if err != nil {
		return err
	}
	_, err = m.workflow.ReleaseDecisions(ctx, presession.Release{Round: r.ID, Expected: n})
	return err
}

// choose looks at the protection of all, stages offers to half of them, and returns how many decisions that is.
func (m *maker) choose(ctx context.Context, r *presession.Round) (n int, err error) {
	program := viewer.NewContext(ctx, viewer.Program("sample"))
	protected, err := m.db.Ent.Participant.Query().Where(participant.LevelGT(0), participant.ReviewedAtIsNil(), participant.HasRegistrationWith(registration.StateEQ("SUBMITTED"))).All(program)
	if err != nil {
		return 0, fmt.Errorf("list participants: %w", err)
	}
	for _, p := range protected {
		if _, err := m.workflow.DecideProtection(ctx, p.UID, p.Revision, p.Level, "The level that was asked for holds."); err != nil {
			return 0, err
		}
	}
	page, err := m.workflow.Registrations(ctx, r.ID, &presession.RegistrationFilter{States: []presession.State{presession.Submitted}}, nil, nil)
	if err != nil {
		return 0, err
	}
	full, reserves := "CAPACITY", map[string]int{}
	for i, a := range page.Nodes {
		move := presession.Move{ID: a.ID, Revision: a.Revision, To: presession.Offered}
		switch i % 4 {
		case 2:
			reserves[a.PreSession]++
			rank := reserves[a.PreSession]
			move.To, move.Rank = presession.Waitlisted, &rank
		case 3:
			move.To, move.Outcome = presession.NotSelected, &full
		}
		if err := m.workflow.Move(ctx, move); err != nil {
			return 0, err
		}
	}
	return len(page.Nodes), nil
}

// publish has all confirm what they were offered, gives the meetings their times and rooms, and
// publishes the agenda.
func (m *maker) publish(ctx context.Context, r *presession.Round, first time.Time) error {
	m.clock.set(m.clock.now().AddDate(0, 0, -decides+publishes+1)) // while the offers stand
	page, err := m.workflow.Registrations(ctx, r.ID, &presession.RegistrationFilter{States: []presession.State{presession.Offered}}, nil, nil)
	if err != nil {
		return err
	}
	for _, a := range page.Nodes {
		if err := m.workflow.Move(ctx, presession.Move{ID: a.ID, Revision: a.Revision, To: presession.Confirmed, Reason: "Confirmed in a call that is made up."}); err != nil {
			return err
		}
	}
	m.clock.set(first.AddDate(0, 0, -publishes))
	r, err = m.workflow.Round(ctx, r.ID)
	if err != nil {
		return err
	}
	scheduled, room := "SCHEDULED", "Room XXI"
	for i := range applicants {
		starts := first.Add(time.Duration(i) * 90 * time.Minute)
		_, err := m.workflow.ChangePreSession(ctx, presession.MeetingChange{ID: r.Meetings[i].ID, Revision: r.Meetings[i].Revision, State: &scheduled, StartsAt: &starts, Room: &room})
		if err != nil {
			return err
		}
	}
	if err := m.invite(ctx, r); err != nil {
		return err
	}
	agenda, err := m.workflow.Agenda(ctx, r.ID)
	if err != nil {
		return err
	}
	acknowledged := []string{}
	for _, w := range agenda.Warnings {
		acknowledged = append(acknowledged, w.ID)
	}
	if _, err = m.workflow.PublishAgenda(ctx, r.ID, r.Revision, acknowledged); err != nil {
		return err
	}
	return m.bring(ctx, page.Nodes)
}

// hold has the meetings take place, and everybody speak.
func (m *maker) hold(ctx context.Context, r *presession.Round, first time.Time) error {
	m.clock.set(first.Add(8 * time.Hour))
	page, err := m.workflow.Registrations(ctx, r.ID, &presession.RegistrationFilter{States: []presession.State{presession.Confirmed}}, nil, nil)
	if err != nil {
		return err
	}
	for _, a := range page.Nodes {
		if err := m.workflow.Move(ctx, presession.Move{ID: a.ID, Revision: a.Revision, To: presession.Spoke}); err != nil {
			return err
		}
	}
	if r, err = m.workflow.Round(ctx, r.ID); err != nil {
		return err
	}
	for _, st := range m.brought {
		st.at = m.clock.now()
		m.held = append(m.held, st)
	}
	held := "HELD"
	for i := range applicants {
		if _, err := m.workflow.ChangePreSession(ctx, presession.MeetingChange{ID: r.Meetings[i].ID, Revision: r.Meetings[i].Revision, State: &held}); err != nil {
			return err
		}
	}
	not := "NOT_HELD"
	for _, left := range r.Meetings[len(applicants):] { // for which nobody has applied
		if _, err := m.workflow.ChangePreSession(ctx, presession.MeetingChange{ID: left.ID, Revision: left.Revision, State: &not, Reason: "Too few organisations have applied."}); err != nil {
			return err
		}
	}
	return m.workflow.Sweep(ctx) // so that nobody is left who waits, and would be written to later
}
