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
			things, err := l.compare(kinds[name], l.rows[name], rows)
			if err != nil {
				return nil, err
			}
			for _, t := range things {
				if t.differs() {
					differences = append(differences, Difference{t.node, textOrNil(t.seen), textOrNil(string(t.object))})
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
