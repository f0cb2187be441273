package record

import "time"

// runRow is one import.
type runRow struct {
	Source, File string
	Synthetic    bool
	ImportedAt   time.Time
}

// Provenance says where a statement comes from.
type Provenance struct {
	*runRow
	Row int
}

// Provenance returns where it comes from.
func (c classified) Provenance() Provenance { return Provenance{&c.s.runs[c.run], c.row} }

// EventProvenance says where a response comes from.
type EventProvenance struct {
	Source, File string
	RecordedAt   time.Time
}
