package ingest

import (
	"slices"

	"github.com/upr-info/upr/internal/civil"
)

// entry is one stored recommendation or pledge as the import sees it, and what the
// import does to it. An entry without id is new.
type entry struct {
	kind     Kind
	id       int
	uid      string
	review   *review
	state    string // recommending State; empty: unknown, or a pledge
	text     string
	action   int
	issues   []string // codes by the importing source, sorted
	response Response // latest of the source; of any source where it has none

	origin rowPlace       // the row that first brought it
	tagIDs map[string]int // of the stored issues, by code
	run    *run           // that brings a new one
	events []event

	said                       *Row // the row of this import that says what it is
	saidBy                     *run
	planned                    bool // is among the changed ones
	textChanged, actionChanged bool
	normalised                 string // of text; see key
}

// event is a response that the import adds.
type event struct {
	response Response
	word     string
	date     civil.Date // unknown for the first one: exports do not say
	run      *run
}

// key is what makes texts equal.
func (e *entry) key() string {
	if e.normalised == "" {
		e.normalised = normalise(e.text)
	}
	return e.normalised
}

func (r *Row) key() string {
	if r.normalised == "" {
		r.normalised = normalise(r.Text)
	}
	return r.normalised
}

// agrees tells whether the row says nothing new about an entry of the same text.
func (e *entry) agrees(r *Row) bool {
	return e.action == r.Action && e.response == r.Response && slices.Equal(e.issues, r.Issues)
}

func (e *entry) sameFields(o *entry) bool {
	return e.action == o.action && e.response == o.response && slices.Equal(e.issues, o.issues)
}
