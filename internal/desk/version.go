package desk

import (
	"encoding/json"
	"time"

	"github.com/upr-info/upr/internal/changelog"
)

// Version is what one entry of the change log says of a thing.
type Version struct{ step changelog.Step }

func versionOf(e changelog.Entry) Version { return Version{changelog.Step{Entry: e}} }

// Node is the id of the thing.
func (v Version) Node() string { return v.step.Node }

// Revision is what a change of the thing names.
func (v Version) Revision() int { return int(v.step.Number) }

// Operation is what was done.
func (v Version) Operation() string { return string(v.step.Operation) }

// Change is the number of the change that did it, together with others.
func (v Version) Change() int { return v.step.Change.ID }

// At is when.
func (v Version) At() time.Time { return v.step.Change.At }

// Actor is whose change it was.
func (v Version) Actor() string { return v.step.Change.Actor }

// Reason is why.
func (v Version) Reason() string { return v.step.Change.Reason }

// Origin is which way it came.
func (v Version) Origin() string { return string(v.step.Change.Origin) }

// Public says whether readers saw that something changed.
func (v Version) Public() bool { return v.step.Version > 0 }

// Redacted says whether what it said was taken away.
func (v Version) Redacted() bool { return v.step.Redacted }

// Before is what readers saw before, nil where nothing.
func (v Version) Before() json.RawMessage { return rawOf(v.step.Before) }

// Value is what readers saw afterwards, nil where nothing.
func (v Version) Value() json.RawMessage { return rawOf(v.step.Projection) }

func rawOf(projection *string) json.RawMessage {
	if projection == nil {
		return nil
	}
	return json.RawMessage(*projection)
}
