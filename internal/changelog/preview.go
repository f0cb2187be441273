package changelog

import (
	"maps"
	"slices"
)

// Difference is what a change would do to one thing.
type Difference struct {
	Node          string
	Before, After *string // nil: readers see nothing
}

// Preview says what readers would see differently of what was touched, if the transaction
// ended now. Nothing is written.
func (l *Log) Preview() ([]Difference, error) {
	var differences []Difference
	for _, name := range order {
		for rows := range slices.Chunk(slices.Sorted(maps.Keys(l.rows[name])), chunk) {
			things, err := project(l.ctx, l.tx, kinds[name], rows)
			if err != nil {
				return nil, err
			}
			before, err := l.before(things)
			if err != nil {
				return nil, err
			}
			for _, t := range things {
				if seen, wasPublic := before[t.node]; (wasPublic || t.public) && seen != string(t.object) {
					differences = append(differences, Difference{t.node, textOrNil(seen), textOrNil(string(t.object))})
				}
			}
		}
	}
	return differences, nil
}

func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
