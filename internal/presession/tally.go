package presession

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/roundtally"
	"github.com/upr-info/upr/ent/session"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/slice"
)

// RoundTally is what everybody may know of a round that is over, in numbers.
type RoundTally struct {
	Session  int          `json:"-"`
	Round    string       `json:"-"`
	MadeAt   time.Time    `json:"-"`
	Missions *int         `json:"missions"` // States of which somebody came to a Pre-session; nil: withheld
	Tables   []TallyTable `json:"tables"`
}

// TallyTable is a number and the parts of which it is the sum; each is exact, or withheld.
type TallyTable struct {
	Table string      `json:"table"`
	Of    string      `json:"of"` // the part of the table above that it divides; empty: there is none
	Total *int        `json:"total"`
	Parts []TallyPart `json:"parts"`
}

// TallyPart is one part of a table.
type TallyPart struct {
	Part  string `json:"part"`
	Count *int   `json:"count"` // nil: withheld
}

// RoundTally tells anybody what is told of the round of a session; nil as long as it is not over.
func (s *Service) RoundTally(ctx context.Context, number int) (*RoundTally, error) {
	return s.tallyOf(ctx, s.db.Ent.RoundTally.Query().Where(roundtally.HasRoundWith(round.HasSessionWith(session.Number(number)))))
}

func (s *Service) tallyOf(ctx context.Context, q *ent.RoundTallyQuery) (*RoundTally, error) {
	row, err := q.WithRound(func(q *ent.RoundQuery) { q.WithSession() }).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // it is not over
	}
	if err != nil {
		return nil, fmt.Errorf("read a tally: %w", err)
	}
	r := row.Edges.Round
	t := &RoundTally{Session: r.Edges.Session.Number, Round: r.UID, MadeAt: row.MadeAt.UTC()}
	if err := json.Unmarshal([]byte(row.Figures), t); err != nil {
		return nil, fmt.Errorf("read a tally: %w", err)
	}
	return t, nil
}

// TallySheet is what is told of a round as a table, for anybody. Returns NotFound where it is not over.
func (s *Service) TallySheet(ctx context.Context, id string) (*slice.Sheet, error) {
	t, err := s.tallyOf(ctx, s.db.Ent.RoundTally.Query().Where(roundtally.HasRoundWith(roundIs(id))))
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, noTally(id)
	}
	sheet := &slice.Sheet{
		Name: fmt.Sprintf("statistics-%d", t.Session), Title: fmt.Sprintf("Statistics of the Pre-sessions before session %d", t.Session), Made: t.MadeAt,
		Row: "A number; empty: withheld, because it is below five, or would tell of one that is.",
		Columns: []slice.Column{
			{Name: "table", Description: "What is counted, and by what.", Type: slice.Text}, {Name: "of", Description: "The part of the table above that this one divides.", Type: slice.Text},
			{Name: "part", Description: "Empty: all of the table.", Type: slice.Text}, {Name: "count", Description: "Empty: withheld.", Type: slice.Integer},
		},
	}
	add := func(table, of, part string, n *int) {
		count := slice.Cell{Null: n == nil}
		if n != nil {
			count.Integer = int64(*n)
		}
		sheet.Rows = append(sheet.Rows, []slice.Cell{slice.TextCell(table), slice.TextCell(of), slice.TextCell(part), count})
	}
	for _, table := range t.Tables {
		add(table.Table, table.Of, "", table.Total)
		for _, part := range table.Parts {
			add(table.Table, table.Of, part.Part, part.Count)
		}
	}
	add("MISSIONS", "", "", t.Missions)
	return sheet, nil
}

func noTally(id string) error {
	return fault.NotFound("no round that is over has the id %s: its numbers are made once, when it is closed", id)
}

// tally makes the numbers of rounds that are closed, once: those that were made anew would tell, by what
// is other than before, of who has withdrawn or is protected since.
func (s *Service) tally(ctx context.Context) error {
	counted, err := s.db.Ent.RoundTally.Query().Select(roundtally.FieldRoundID).Ints(ctx)
	if err != nil {
		return fmt.Errorf("look for rounds that are counted: %w", err)
	}
	rounds, err := s.db.Ent.Round.Query().Where(round.StateIn("CLOSED", "ARCHIVED"), round.IDNotIn(counted...)).WithMeetings().All(ctx)
	if err != nil {
		return fmt.Errorf("look for rounds that are over: %w", err)
	}
	var errs []error
	for _, r := range rounds {
		if over(r, s.now()) {
			err := s.change(ctx, "the round is over", func(c *change) error { return c.tallyRound(r.UID) })
			if fault.CodeOf(err) == fault.CodeConflict { // another process was faster
				slog.DebugContext(ctx, "a round has its numbers", "round", r.UID)
				continue
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// over says whether no meeting of a round is still to end.
func over(r *ent.Round, now time.Time) bool {
	for _, m := range r.Edges.Meetings {
		if (m.State == presession.StateSCHEDULED || m.State == presession.StatePUBLISHED) && m.StartsAt != nil && now.Before(m.StartsAt.Add(time.Duration(m.Duration)*time.Minute)) {
			return false
		}
	}
	return true
}

func (c *change) tallyRound(uid string) error {
	if err := c.lockMeetings(uid); err != nil {
		return err
	}
	f, err := c.figures(uid)
	if err != nil {
		return err
	}
	told := RoundTally{Missions: f.missions(), Tables: f.tables()}
	figures, err := json.Marshal(told)
	if err != nil {
		return fmt.Errorf("write a tally: %w", err)
	}
	research, err := json.Marshal(alike(f.research()))
	if err != nil {
		return fmt.Errorf("write a data set: %w", err)
	}
	if err := c.Ent.RoundTally.Create().SetRoundID(f.round).SetMadeAt(c.now).SetFigures(string(figures)).SetResearch(string(research)).Exec(c.ctx); err != nil {
		return fmt.Errorf("keep a tally: %w", err)
	}
	c.log.Note(uid, changelog.Operation("TALLY"))
	return nil
}
