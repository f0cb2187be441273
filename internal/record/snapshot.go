// Package record holds everything that is published, in memory, and answers every
// public question from it.
//
// A Snapshot is immutable. Its rows refer to each other by position, and readers
// get handles (State, Review, Recommendation …): a row together with the snapshot
// it belongs to, whose methods are the fields of the public graph. The tour starts
// at load.go (from SQL into a snapshot), goes on to corpus.go and filter.go (which
// recommendations), page.go (a page of them) and statistics.go (how many), and ends at
// record.go and next.go (from one snapshot to the next).
package record

import (
	"strconv"
	"time"

	"github.com/upr-info/upr/internal/civil"
)

// Snapshot is the record at one moment. It never changes and may be read by
// any number of goroutines.
type Snapshot struct {
	version   Version
	published time.Time
	today     func() civil.Date

	*tables
	recommendations *corpus
	pledges         *corpus
}

// tables are all that is not a statement. What of it changes is read again, the rest is shared
// (see next.go).
type tables struct {
	states        []stateRow // by code
	groups        []groupRow
	memberships   []membershipRow
	sessions      []sessionRow // by number
	reviews       []reviewRow
	reviewOrder   []int // the positions of those that there are, by session, then State
	documents     []documentRow
	issues        []issueRow
	vocabularies  []IssueVocabulary
	actions       []ActionCategory // by number, 1 at position 0
	codingRules   ActionCodingRules
	goals         []goalRow // by number
	targets       []targetRow
	indicators    []indicatorRow
	affected      []affectedRow
	organisations []organisationRow // by slug
	programmes    []programmeRow
	meetings      []meetingRow // by time
	speakers      []speakerRow // by meeting, as they speak
	brought       []broughtRow // by meeting
	asks          []askRow     // by statement
	runs          []runRow

	byCode     codes
	rowIDs     rowIDs
	candidates func(*Snapshot) []candidate
}

// rowIDs find positions by the ids of rows in SQL.
type rowIDs struct {
	states, groups, sessions, reviews, documents            map[int]int
	vocabularies, issues, actions, goals, targets, affected map[int]int
	organisations, programmes, runs                         map[int]int
}

// codes finds positions by the codes that readers use.
type codes struct {
	states, groups, issues, targets, affected map[string]int
	indicators, organisations, programmes     map[string]int
	sessions                                  map[int]int
	reviews                                   map[stateCycle]int
}

type stateCycle struct {
	state string
	cycle int
}

// none is the position of nothing: an unknown recommending State, no document.
const none = -1

// at returns the handles of some positions.
func at[T any](positions []int, handle func(int) T) []T {
	handles := make([]T, len(positions))
	for i, p := range positions {
		handles[i] = handle(p)
	}
	return handles
}

// all returns the handles of the first n positions.
func all[T any](n int, handle func(int) T) []T {
	handles := make([]T, n)
	for i := range handles {
		handles[i] = handle(i)
	}
	return handles
}

// find returns the handle at the position that a code has, or nil.
func find[K comparable, T any](positions map[K]int, code K, handle func(int) T) *T {
	p, ok := positions[code]
	if !ok {
		return nil
	}
	h := handle(p)
	return &h
}

// Version says how far in the change log a snapshot is. What was answered from one version
// is what every process answers from it.
type Version struct {
	Epoch  string // numbers of different epochs cannot be compared
	Number int64
}

// String is a version as cursors, caches and partners have it.
func (v Version) String() string { return v.Epoch + "." + strconv.FormatInt(v.Number, 10) }

// Version of the record that this is.
func (s *Snapshot) Version() Version { return s.version }

// Day is today, on which memberships in groups depend.
func (s *Snapshot) Day() civil.Date { return s.today() }

// Size is the number of recommendations.
func (s *Snapshot) Size() int { return s.recommendations.size() }

// Synthetic says whether any of the recommendations are made up for a demonstration.
func (s *Snapshot) Synthetic() bool {
	for i := range s.runs {
		if s.runs[i].Synthetic {
			return true
		}
	}
	return false
}
