package record

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/upr-info/upr/internal/civil"
)

type reviewRow struct {
	id                int    // of the row in SQL
	uid               string // its public id
	Cycle             int
	ListSource        string
	state, session    int
	date, adopted     civil.Date
	troika, documents []int
	postponements     []postponementRow
}

// Review is the review of one State in one cycle.
type Review struct {
	s *Snapshot
	*reviewRow
}

// ReviewFilter says which reviews; an empty field does not restrict.
type ReviewFilter struct {
	States           []string
	Cycles, Sessions []int
}

func (s *Snapshot) review(p int) Review { return Review{s, &s.reviews[p]} }

// Review returns the review of a State in a cycle, nil where there is none.
func (s *Snapshot) Review(state string, cycle int) *Review {
	return find(s.byCode.reviews, stateCycle{state, cycle}, s.review)
}

// Reviews returns a page of reviews by session, then by State.
func (s *Snapshot) Reviews(filter *ReviewFilter, first *int, after *string, last *int, before *string) (*ReviewConnection, error) {
	items, err := s.ReviewsOf(filter)
	if err != nil {
		return nil, err
	}
	return s.reviewPage(items, window{first, after, last, before})
}

// ReviewsOf returns all reviews that a filter admits, by session, then by State.
func (s *Snapshot) ReviewsOf(filter *ReviewFilter) ([]Review, error) {
	items := at(s.reviewOrder, s.review)
	if filter == nil {
		return items, nil
	}
	err := cmp.Or(
		s.known("states", StateUnderReviewDimension, filter.States),
		s.known("cycles", CycleDimension, decimal(filter.Cycles)),
		s.known("sessions", SessionDimension, decimal(filter.Sessions)),
	)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(r Review) bool { return !filter.admits(r) }), nil
}

func (f *ReviewFilter) admits(r Review) bool {
	return (len(f.States) == 0 || slices.Contains(f.States, r.State().Code)) &&
		(len(f.Cycles) == 0 || slices.Contains(f.Cycles, r.Cycle)) &&
		(len(f.Sessions) == 0 || slices.Contains(f.Sessions, r.Session().Number))
}

func (s *Snapshot) reviewPage(items []Review, w window) (*ReviewConnection, error) {
	page, err := paginate("review", items, func(r Review) string {
		return fmt.Sprintf("%03d %s", r.Session().Number, r.State().Code)
	}, w)
	return &ReviewConnection{page}, err
}

func (r Review) IsNode() {}

// ID is stable for ever: a postponement moves the review, not its id.
func (r Review) ID() string {
	if r.uid == "" {
		return reviewID(r.State().Code, r.Cycle)
	}
	return r.uid
}

func reviewID(state string, cycle int) string {
	return fmt.Sprintf("%s_%s_%d", kindReview, state, cycle)
}

// State returns the State under review.
func (r Review) State() State { return r.s.state(r.state) }

// Session returns the session that holds or held it.
func (r Review) Session() Session { return r.s.session(r.session) }

// Date returns the day of the interactive dialogue, nil where not known.
func (r Review) Date() *civil.Date { return known(r.date) }

// ReportAdopted returns the day on which the Working Group adopted its report.
func (r Review) ReportAdopted() *civil.Date { return known(r.adopted) }

// Troika returns the three rapporteurs, none where not known.
func (r Review) Troika() []State { return at(r.troika, r.s.state) }

// Documents returns the United Nations documents of the review.
func (r Review) Documents() []Document { return at(r.documents, r.s.document) }

// Postponements returns the sessions for which it was planned before.
func (r Review) Postponements() []Postponement {
	list := make([]Postponement, len(r.postponements))
	for i := range list {
		list[i] = Postponement{r.s, &r.postponements[i]}
	}
	return list
}

// day returns the day that decides about dated memberships.
func (r Review) day() civil.Date {
	if r.date.Known() {
		return r.date
	}
	return r.Session().StartDate
}

func (r Review) scope() scope { return scope{reviewDimension, r.ID()} }

// Recommendations returns a page of the recommendations made in the review.
func (r Review) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return r.s.recommendationPage(filter, r.scope(), orderBy, window{first, after, last, before})
}

// Pledges returns a page of the voluntary pledges made around the review.
func (r Review) Pledges(filter *RecommendationFilter, first *int, after *string, last *int, before *string) (*PledgeConnection, error) {
	return r.s.pledgePage(filter, r.scope(), window{first, after, last, before})
}

// ReviewConnection is a page of reviews.
type ReviewConnection struct{ *list[Review] }

// Edges returns the page with cursors.
func (c *ReviewConnection) Edges() []ReviewEdge {
	return edges(c.list, func(cursor string, node Review) ReviewEdge { return ReviewEdge{cursor, node} })
}

// ReviewEdge is a review with its place in the list.
type ReviewEdge struct {
	Cursor string
	Node   Review
}

// DocumentType says what a document is in the course of a review.
type DocumentType string

type documentRow struct {
	Type   DocumentType
	Symbol string
	review int
}

// Document is a United Nations document of a review.
type Document struct {
	s *Snapshot
	*documentRow
}

func (s *Snapshot) document(p int) Document { return Document{s, &s.documents[p]} }

// URL returns where the United Nations serve the document.
func (d Document) URL() string { return "https://undocs.org/" + d.Symbol }

// Review returns the review that the document belongs to.
func (d Document) Review() Review { return d.s.review(d.review) }

type postponementRow struct {
	Source         string
	plannedSession int
}

// Postponement says for which other session a review was planned.
type Postponement struct {
	s *Snapshot
	*postponementRow
}

// PlannedSession returns the session that was to hold the review.
func (p Postponement) PlannedSession() Session { return p.s.session(p.plannedSession) }
