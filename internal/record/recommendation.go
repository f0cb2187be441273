package record

import "github.com/upr-info/upr/internal/civil"

// Recommendation is UPR Info's unit: one text by one recommending State.
type Recommendation struct{ classified }

func (s *Snapshot) recommendation(p int) Recommendation {
	return Recommendation{classified{s, s.recommendations.at(p)}}
}

// Recommendations returns a page of the recommendations that a filter admits.
func (s *Snapshot) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return s.recommendationPage(filter, scope{}, orderBy, window{first, after, last, before})
}

func (r Recommendation) IsNode() {}

// ID is stable for ever.
func (r Recommendation) ID() string { return r.uid }

// Number returns the paragraph in the Working Group's report, nil where not known.
func (r Recommendation) Number() *string {
	if r.number == "" {
		return nil
	}
	return &r.number
}

// StateUnderReview returns the State that is to act.
func (r Recommendation) StateUnderReview() State { return r.Review().State() }

// RecommendingState returns nil where the source does not know it.
func (r Recommendation) RecommendingState() *State {
	if r.recommending == none {
		return nil
	}
	state := r.s.state(r.recommending)
	return &state
}

// Response returns the current response.
func (r Recommendation) Response() Response { return responses[r.response()] }

// Responses returns the responses over time, oldest first.
func (r Recommendation) Responses() []ResponseEvent {
	events := make([]ResponseEvent, len(r.events))
	for i := range events {
		events[i] = ResponseEvent{r.s, &r.events[i]}
	}
	return events
}

// ResponseEvent is one position that the State under review took.
type ResponseEvent struct {
	s *Snapshot
	*event
}

// Response returns the position.
func (e ResponseEvent) Response() Response { return responses[e.response] }

// SourceWord returns the source's own word for it.
func (e ResponseEvent) SourceWord() string { return e.word }

// Date returns the day of the position, nil where not known.
func (e ResponseEvent) Date() *civil.Date { return known(e.date) }

// Document returns the document that says so, nil where not known.
func (e ResponseEvent) Document() *Document {
	if e.document == none {
		return nil
	}
	document := e.s.document(e.document)
	return &document
}

// Provenance returns where the event comes from.
func (e ResponseEvent) Provenance() EventProvenance {
	run := &e.s.runs[e.run]
	return EventProvenance{run.Source, run.File, e.recordedAt}
}
