package desk

import (
	"encoding/json"
	"time"
)

// Revision is what a change of the thing names.
func (v Version) Revision() int { return int(v.Number) }

// Operation is what was done.
func (v Version) Operation() string { return string(v.Entry.Operation) }

// At is when.
func (v Version) At() time.Time { return v.Change.At }

// Actor is whose change it was.
func (v Version) Actor() string { return v.Change.Actor }

// Reason is why.
func (v Version) Reason() string { return v.Change.Reason }

// Origin is which way it came.
func (v Version) Origin() string { return string(v.Change.Origin) }

// Value is what readers saw afterwards, nil where nothing.
func (v Version) Value() json.RawMessage {
	if v.Projection == nil {
		return nil
	}
	return json.RawMessage(*v.Projection)
}
