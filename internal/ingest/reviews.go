package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/database"
)

// review is one State's review as a row names it: by State and session.
type review struct {
	id      int
	state   string
	session int
	cycle   int
}

// calendar knows all reviews, and the ids of what rows name by code.
type calendar struct {
	byState    map[string][]*review
	lastNumber int // of the sessions
	states     map[string]int
	issues     map[string]int
	merged     map[string]string // the issues that were merged into another one, by code
	actions    map[int]int
}

func loadCalendar(ctx context.Context, tx *database.Tx) (*calendar, error) {
	c := &calendar{byState: map[string][]*review{}, states: map[string]int{}, issues: map[string]int{}, merged: map[string]string{}, actions: map[int]int{}}
	reviews, err := tx.Ent.Review.Query().WithState().WithSession().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the reviews: %w", err)
	}
	for _, r := range reviews {
		state := r.Edges.State.Iso3
		c.byState[state] = append(c.byState[state], &review{id: r.ID, state: state, session: r.Edges.Session.Number, cycle: r.Cycle})
		c.lastNumber = max(c.lastNumber, r.Edges.Session.Number)
	}
	for _, list := range c.byState {
		slices.SortFunc(list, func(a, b *review) int { return a.session - b.session })
	}
	return c, c.loadCodes(ctx, tx)
}

func (c *calendar) loadCodes(ctx context.Context, tx *database.Tx) error {
	states, err := tx.Ent.State.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read the States: %w", err)
	}
	for _, s := range states {
		c.states[s.Iso3] = s.ID
	}
	issues, err := tx.Ent.Issue.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read the issues: %w", err)
	}
	codes := map[int]string{}
	for _, i := range issues {
		c.issues[i.Code], codes[i.ID] = i.ID, i.Code
	}
	successors, err := tx.Ent.IssueSuccessor.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read the successors of issues: %w", err)
	}
	into := map[string][]string{}
	for _, s := range successors {
		into[codes[s.IssueID]] = append(into[codes[s.IssueID]], codes[s.SuccessorID])
	}
	for code, list := range into {
		if len(list) == 1 { // where it was split, only a person can say which
			c.merged[code] = list[0]
		}
	}
	actions, err := tx.Ent.ActionCategory.Query().All(ctx)
	if err != nil {
		return fmt.Errorf("read the action categories: %w", err)
	}
	for _, a := range actions {
		c.actions[a.Number] = a.ID
	}
	return nil
}

// today are the issues that some are called now: files go on naming those that were merged
// into others. A successor may have been merged again.
func (c *calendar) today(issues []string) []string {
	current := slices.Clone(issues)
	for i := range current {
		for into, retired := c.merged[current[i]]; retired; into, retired = c.merged[current[i]] {
			current[i] = into
		}
	}
	slices.Sort(current)
	return slices.Compact(current)
}

// empty tells a database that was never given its reference data.
func (c *calendar) empty() bool {
	return len(c.byState) == 0 || len(c.issues) == 0 || len(c.actions) == 0
}

// find returns the review, or the reason why there is none, which names the
// sessions that there are.
func (c *calendar) find(state string, session int) (*review, string) {
	var sessions []string
	for _, r := range c.byState[state] {
		if r.session == session {
			return r, ""
		}
		sessions = append(sessions, fmt.Sprint(r.session))
	}
	switch {
	case session < 1 || session > c.lastNumber:
		return nil, fmt.Sprintf("there is no session %d: sessions are numbered from 1 to %d", session, c.lastNumber)
	case len(sessions) == 0:
		return nil, state + " is not reviewed in any session"
	}
	return nil, fmt.Sprintf("%s was not reviewed in session %d; sessions of its reviews: %s",
		state, session, strings.Join(sessions, ", "))
}
