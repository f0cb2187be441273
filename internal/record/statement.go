package record

import (
	"cmp"
	"time"

	"github.com/upr-info/upr/internal/civil"
)

// Response is a position of the State under review on a recommendation.
type Response string

// responses in the order in which they are listed; statements hold positions in it.
var responses = [...]Response{"SUPPORTED", "PARTIALLY_SUPPORTED", "NOTED", "NO_CLEAR_POSITION", "NO_RESPONSE", "PENDING"}

var responseLabels = [len(responses)]string{
	"Supported", "Partially supported", "Noted", "No clear position", "No response", "Pending",
}

// statement is what recommendations and pledges have in common: a text in a review,
// classified. A pledge has no recommending State other than the one that pledges, and
// no responses.
type statement struct {
	uid, Text    string
	number       string
	review       int
	recommending int // none: not known
	action       int // position, none: not classified
	events       []event
	issueTags    []tag // by position of the issue
	targetTags   []tag
	affectedTags []tag
	run, row     int
}

// event is one response of the State under review.
type event struct {
	response int
	*eventOrigin
}

// eventOrigin is what the responses of one review have in common, and share.
type eventOrigin struct {
	word       string
	date       civil.Date
	document   int
	run        int
	recordedAt time.Time
}

// place is where a statement stands in the order of sessions: the tuple by which
// all orders sort, in different sequences.
type place struct {
	Session      int
	UnderReview  string
	Recommending string
	Row          int
	UID          string
}

// unknownLast sorts statements without a known recommending State behind the others.
const unknownLast = "~"

func (s *Snapshot) placeOf(st *statement) place {
	review := &s.reviews[st.review]
	recommending := unknownLast
	if st.recommending != none {
		recommending = s.states[st.recommending].Code
	}
	return place{s.sessions[review.session].Number, s.states[review.state].Code, recommending, st.row, st.uid}
}

// compare orders by session; the other orders only look at one of the fields first.
func (p place) compare(other place) int {
	return cmp.Or(
		cmp.Compare(p.Session, other.Session),
		cmp.Compare(p.UnderReview, other.UnderReview),
		cmp.Compare(p.Recommending, other.Recommending),
		cmp.Compare(p.Row, other.Row),
		cmp.Compare(p.UID, other.UID),
	)
}
