package civil

import "time"

// Period is a time from one moment to another.
type Period struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Meets says whether two periods have a moment in common that is not an end of theirs.
func (p Period) Meets(other Period) bool { return p.From.Before(other.To) && other.From.Before(p.To) }
