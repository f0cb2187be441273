package record

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

type askRow struct {
	uid              string
	Text             string
	OrganisationName string
	statement        int
	issue            int
	target           int
	addressed        int
	takenUpBy        []string
}

// MeetingAsk is what a speaker of a Pre-session asks of States.
type MeetingAsk struct {
	s *Snapshot
	*askRow
}

func (s *Snapshot) meetingAsk(p int) MeetingAsk { return MeetingAsk{s, &s.asks[p]} }

// MeetingAsks returns all of them, by meeting.
func (s *Snapshot) MeetingAsks() []MeetingAsk { return all(len(s.asks), s.meetingAsk) }

// Asks returns what speakers ask of States, as far as it is public.
func (m Meeting) Asks() []MeetingAsk { return at(m.asks, m.s.meetingAsk) }

func (a MeetingAsk) IsNode() {}

// ID is stable as long as it is public.
func (a MeetingAsk) ID() string { return a.uid }

// Statement is where it is asked.
func (a MeetingAsk) Statement() MeetingStatement { return a.s.meetingStatement(a.statement) }

// Meeting is where it was asked.
func (a MeetingAsk) Meeting() Meeting { return a.Statement().Meeting() }

// Issue is what it is about; nil where that is not an issue any more.
func (a MeetingAsk) Issue() *Issue { return handle(a.issue, a.s.issue) }

// SDGTarget is the target that it serves; nil: none is named.
func (a MeetingAsk) SDGTarget() *SDGTarget { return handle(a.target, a.s.target) }

// AddressedState is the State that is asked; nil: all of them.
func (a MeetingAsk) AddressedState() *State { return handle(a.addressed, a.s.state) }

// TakenUpBy returns the recommendations that took it up.
func (a MeetingAsk) TakenUpBy() []Recommendation {
	taken := []Recommendation{}
	for _, uid := range a.takenUpBy {
		if p, there := a.s.recommendations.find(uid); there {
			taken = append(taken, a.s.recommendation(p))
		}
	}
	return taken
}

// handle is what stands at a position; nil for none.
func handle[T any](p int, of func(int) T) *T {
	if p == none {
		return nil
	}
	h := of(p)
	return &h
}

// asks loads what statements ask; statements are positions by rows.
func (l *loader) asks(statements map[int]int) {
	s := l.s
	var refs [][3]sql.NullInt64
	var taken []json.RawMessage
	s.asks, _ = table(l, `SELECT a.id, a.uid, a.text, a.organisation_name, a.statement_id, a.issue_id, a.target_id, a.addressed_id, a.taken_up_by
		FROM meeting_asks a JOIN meeting_statements k ON k.id = a.statement_id JOIN meetings m ON m.id = k.meeting_id JOIN reviews r ON r.id = m.review_id
		WHERE a.status = 'PUBLISHED' AND k.status = 'PUBLISHED' AND r.status = 'PUBLISHED' ORDER BY m.starts_at, m.uid, k.id, a.id`, func(r *askRow, id *int) []any {
		refs, taken = append(refs, [3]sql.NullInt64{}), append(taken, nil)
		to := &refs[len(refs)-1]
		return []any{id, &r.uid, &r.Text, &r.OrganisationName, &r.statement, &to[0], &to[1], &to[2], (*[]byte)(&taken[len(taken)-1])}
	})
	for p := range s.asks {
		row := &s.asks[p]
		row.statement = statements[row.statement]
		row.issue, row.target, row.addressed = position(l.at.issues, refs[p][0]), position(l.at.targets, refs[p][1]), position(l.at.states, refs[p][2])
		if err := json.Unmarshal(taken[p], &row.takenUpBy); err != nil && l.err == nil {
			l.err = fmt.Errorf("what took up %s: %w", row.uid, err)
		}
		meeting := &s.meetings[s.brought[row.statement].meeting]
		meeting.asks = append(meeting.asks, p)
	}
}
