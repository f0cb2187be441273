package record

import (
	"strconv"

	"github.com/upr-info/upr/internal/civil"
)

type sessionRow struct {
	Number, Cycle      int
	StartDate, EndDate civil.Date
	DateSource         string
	reviews            []int
}

// Session is a session of the Working Group on the UPR.
type Session struct {
	s *Snapshot
	*sessionRow
}

func (s *Snapshot) session(p int) Session { return Session{s, &s.sessions[p]} }

// Session returns a session by its number, nil where there is none.
func (s *Snapshot) Session(number int) *Session { return find(s.byCode.sessions, number, s.session) }

// Sessions returns the sessions of a cycle, or all, by number.
func (s *Snapshot) Sessions(cycle *int) []Session {
	sessions := []Session{}
	for p := range s.sessions {
		if cycle == nil || s.sessions[p].Cycle == *cycle {
			sessions = append(sessions, s.session(p))
		}
	}
	return sessions
}

func (s Session) IsNode() {}

// ID is stable for ever.
func (s Session) ID() string { return idOf(kindSession, strconv.Itoa(s.Number)) }

// Reviews returns the session's reviews by date where known, then by State.
func (s Session) Reviews() []Review { return at(s.sessionRow.reviews, s.s.review) }

// Recommendations returns a page of the recommendations made in the session.
func (s Session) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	in := scope{SessionDimension, strconv.Itoa(s.Number)}
	return s.s.recommendationPage(filter, in, orderBy, window{first, after, last, before})
}
