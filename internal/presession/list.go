package presession

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// Registration is an application as coordinators see it. It has no name or address of a person.
type Registration struct {
	ID                string
	Reference         string
	PreSession        string
	StateUnderReview  string
	State             State
	PendingState      *State
	Answers           Answers
	Matched           *string // slug of the organisation that staff have matched
	Rank              *int
	Questions         string
	RespondBy         *time.Time
	ReturnedUnchanged bool
	OfferExpiresAt    *time.Time
	LetterRequested   *time.Time
	Unavailable       []civil.Period // when those who speak cannot
	Outcome           *string
	Feedback          string // for the applicant, to whom it is not selected
	Availability      string
	SubmissionFile    *StatementFile // as it was handed in; for whom statements are; nil in lists
	AgreesTo          string         // reference of the registration with which its applicant agrees to be merged
	Agreement         *string        // how both applicants agreed; for whom statements are; nil in lists
	OnBehalf          bool           // nobody owns it: staff act in the applicant's place
	MergedInto        *string
	Duplicate         bool // another one for the same Pre-session has the same applicant or organisation
	Score             *float64
	Evaluations       []Evaluation
	Decisions         []Decision
	Participants      []Participant
	Revision          int
	SubmittedAt       *time.Time
}

// Decision is one step of a registration.
type Decision struct {
	Transition int
	From, To   string
	Staged     bool
	Actor, As  string
	Reason     string
	At         time.Time
}

// RegistrationFilter says which registrations. Its fields combine with AND.
type RegistrationFilter struct {
	PreSession       *string
	StatesOfReview   []string
	States           []State
	Pending          *bool
	OrganisationKind *string
	National         *bool
	WomenLed         *bool
	GroupAtRisk      *bool
	Issue            *string
	Search           *string // in the organisation's name or the reference

	ProtectionNotReviewed *bool // the protection officer is to look at the level of somebody
}

// RegistrationPage are registrations with what they are together.
type RegistrationPage struct {
	Nodes       []Registration
	TotalCount  int
	Drafts      int // that are not submitted: of them only the number is known
	Counts      []StateCount
	Balance     Balance
	HasNextPage bool
}

const (
	pageSize = 100
	maxPage  = 2000
)

// Registrations lists the registrations of a round that whoever asks works with, in the order in
// which they were submitted, with counts and balance of all that the filter admits.
func (s *Service) Registrations(ctx context.Context, round string, f *RegistrationFilter, first *int, offset *int) (page *RegistrationPage, err error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	size, skip := pageSize, 0
	if first != nil {
		size = *first
	}
	if offset != nil {
		skip = *offset
	}
	if size < 0 || size > maxPage || skip < 0 {
		return nil, fault.LimitExceeded("a page has from 0 to %d registrations, from an offset of 0 on", maxPage)
	}
	if f != nil && f.ProtectionNotReviewed != nil {
		if err := policy.Require(ctx, viewer.Manager, viewer.ProtectionOfficer); err != nil {
			return nil, err
		}
	}
	err = s.read(ctx, func(c *change) error {
		r, err := c.round(round)
		if err != nil {
			return err
		}
		if r == nil {
			return fault.NotFound("no round that you work with has the id %s", round)
		}
		page, err = c.page(r, f, size, skip)
		return err
	})
	return page, err
}

func (c *change) page(r *Round, f *RegistrationFilter, size, skip int) (*RegistrationPage, error) {
	where, err := c.visible(r)
	if err != nil {
		return nil, err
	}
	// Who does not see names finds none by searching for them either.
	named := !slices.ContainsFunc(r.Meetings, func(m PreSession) bool { return !c.seesNames(r, m.StateUnderReview) })
	where = append(where, f.meetings()...)
	page := &RegistrationPage{Nodes: []Registration{}}
	if page.Drafts, err = c.Ent.Registration.Query().Where(append(slices.Clone(where), registration.StateEQ("DRAFT"))...).Count(c.ctx); err != nil {
		return nil, fmt.Errorf("count drafts: %w", err)
	}
	where = append(where, registration.SubmittedAtNotNil())
	veiled, err := c.veiled(presession.HasRoundWith(roundIs(r.ID)))
	if err != nil {
		return nil, err
	}
	where = append(where, f.where(named, veiled)...)
	// Counts, balance and duplicates need something of all, and the page all of some.
	q := c.Ent.Registration.Query().Where(where...).Order(ent.Asc(registration.FieldSubmittedAt), ent.Asc(registration.FieldID))
	whole := size >= maxPage
	if !whole {
		q.Select(countedBy...)
	}
	rows, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	veil(veiled, rows...)
	page.TotalCount, page.HasNextPage = len(rows), skip+size < len(rows)
	speaking := page.count(rows)
	if page.Balance.Genders, err = c.genders(speaking); err != nil {
		return nil, err
	}
	if !named { // where one is from can say who it is
		speaking = nil
	}
	if page.Balance.Regions, err = c.regionsOf(speaking); err != nil {
		return nil, err
	}
	shown := rows[min(skip, len(rows)):min(skip+size, len(rows))]
	if !whole {
		if shown, err = c.wholeRows(shown); err != nil {
			return nil, err
		}
		veil(veiled, shown...)
	}
	page.Nodes, err = c.registrations(r, shown, rows)
	return page, err
}

// countedBy are the columns that counts, balance and duplicates need.
var countedBy = []string{
	registration.FieldUID, registration.FieldMeetingID, registration.FieldOwnerID, registration.FieldState, registration.FieldPendingState, registration.FieldOrganisation,
	registration.FieldOrganisationKind, registration.FieldNational, registration.FieldWomenLed, registration.FieldGroupAtRisk, registration.FieldIssues,
}

// wholeRows reads all of some rows, in their order.
func (c *change) wholeRows(rows []*ent.Registration) ([]*ent.Registration, error) {
	ids, places := make([]int, len(rows)), map[int]int{}
	for i, row := range rows {
		ids[i], places[row.ID] = row.ID, i
	}
	all, err := c.Ent.Registration.Query().Where(registration.IDIn(ids...)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	slices.SortFunc(all, func(a, b *ent.Registration) int { return cmp.Compare(places[a.ID], places[b.ID]) })
	return all, nil
}

// visible restricts to what whoever asks works with: an officer to their States, and everybody to organisations
// that are not theirs, and with which they have declared no conflict of interest.
func (c *change) visible(r *Round) ([]predicate.Registration, error) {
	meetings := make([]string, len(r.Meetings))
	for i, m := range r.Meetings {
		meetings[i] = m.ID
	}
	ids, err := c.Ent.PreSession.Query().Where(presession.UIDIn(meetings...)).IDs(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find Pre-sessions: %w", err)
	}
	return c.unbiased(ids)
}

// meetings is what a filter says of the Pre-session: all that drafts are counted by, of which nobody but their
// applicants may learn what they say.
func (f *RegistrationFilter) meetings() (where []predicate.Registration) {
	if f == nil {
		return nil
	}
	if f.PreSession != nil {
		where = append(where, registration.HasMeetingWith(presession.UID(*f.PreSession)))
	}
	if len(f.StatesOfReview) > 0 {
		where = append(where, registration.HasMeetingWith(presession.HasReviewWith(review.HasStateWith(state.Iso3In(f.StatesOfReview...)))))
	}
	return where
}

// where is what a filter says of registrations; of those of meetings that are veiled nothing is staged.
func (f *RegistrationFilter) where(named bool, veiled []int) (where []predicate.Registration) {
	if f == nil {
		return nil
	}
	add := func(p predicate.Registration) { where = append(where, p) }
	if len(f.States) > 0 {
		in := make([]registration.State, len(f.States))
		for i, s := range f.States {
			in[i] = registration.State(s)
		}
		add(registration.StateIn(in...))
	}
	if f.Pending != nil && *f.Pending {
		add(registration.And(registration.PendingStateNotNil(), registration.MeetingIDNotIn(veiled...)))
	} else if f.Pending != nil {
		add(registration.Or(registration.PendingStateIsNil(), registration.MeetingIDIn(veiled...)))
	}
	if f.OrganisationKind != nil {
		add(registration.OrganisationKindEQ(registration.OrganisationKind(*f.OrganisationKind)))
	}
	if f.National != nil {
		add(registration.National(*f.National))
	}
	if f.WomenLed != nil {
		add(registration.WomenLed(*f.WomenLed))
	}
	if f.GroupAtRisk != nil {
		add(registration.GroupAtRisk(*f.GroupAtRisk))
	}
	if f.Issue != nil {
		add(func(s *sql.Selector) {
			s.Where(sqljson.ValueContains(registration.FieldIssues, *f.Issue))
		})
	}
	if f.ProtectionNotReviewed != nil {
		is := registration.HasParticipantsWith(participant.Not(reviewed))
		if !*f.ProtectionNotReviewed {
			is = registration.Not(is)
		}
		add(is)
	}
	if f.Search != nil {
		found := []predicate.Registration{registration.ReferenceContainsFold(*f.Search)}
		if named {
			found = append(found, registration.OrganisationContainsFold(*f.Search))
		}
		add(registration.Or(found...))
	}
	return where
}

// count says what registrations are together, and returns those of the balance.
func (p *RegistrationPage) count(rows []*ent.Registration) (speaking []int) {
	counts, issues := map[State]int{}, map[string]int{}
	for _, row := range rows {
		counts[State(row.State)]++
		speaks := row.State == "CONFIRMED" || row.State == "OFFERED" || row.State == "SPOKE"
		if row.PendingState != nil {
			speaks = *row.PendingState == "OFFERED"
		}
		if !speaks {
			continue
		}
		p.Balance.add(row)
		speaking = append(speaking, row.ID)
		for _, code := range row.Issues {
			issues[code]++
		}
	}
	p.Counts, p.Balance.Issues = []StateCount{}, []IssueCount{}
	for state, n := range counts {
		p.Counts = append(p.Counts, StateCount{state, n})
	}
	slices.SortFunc(p.Counts, func(a, b StateCount) int {
		return slices.Index(stateOrder, a.State) - slices.Index(stateOrder, b.State)
	})
	for code, n := range issues {
		p.Balance.Issues = append(p.Balance.Issues, IssueCount{code, n})
	}
	slices.SortFunc(p.Balance.Issues, func(a, b IssueCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Issue, b.Issue)
	})
	return speaking
}
