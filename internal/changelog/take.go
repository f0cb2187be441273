package changelog

import (
	"fmt"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// Stale says that a thing was changed since whoever wants to change it has read it.
type Stale struct {
	Fault         *fault.Error
	Read, Current Entry
}

func (s *Stale) Error() string { return s.Fault.Error() }

// Unwrap is the fault, which has the code and the sentence.
func (s *Stale) Unwrap() error { return s.Fault }

// Take finds the row of a thing by its public id and keeps others from changing it until
// the transaction ends. Whoever wants to change it names the revision that they have
// read. Returns NotFound where there is none of this kind, and Stale with both entries
// where it was changed since.
func (l *Log) Take(kind, node string, revision int64) (row int, err error) {
	k := kinds[kind]
	if !strings.HasPrefix(node, kind+"_") {
		return 0, fault.NotFound("%s is not the id of such a thing", node)
	}
	if row, err = k.row(l.ctx, l.tx, node); err != nil {
		return 0, err
	}
	if err := l.lock(k, nil, []int{row}); err != nil {
		return 0, err
	}
	current, err := Revision(l.ctx, l.tx, node)
	if err != nil || current == revision {
		return row, err
	}
	return 0, l.stale(node, revision, current)
}

func (l *Log) stale(node string, revision, current int64) error {
	read, known, err := At(l.ctx, l.tx, node, revision)
	if err != nil {
		return err
	}
	if !known {
		return fault.Invalid("revision", "%d is no revision of %s: read it, and send the revision that it has", revision, node)
	}
	latest, _, err := At(l.ctx, l.tx, node, current)
	if err != nil {
		return err
	}
	return &Stale{&fault.Error{Code: fault.CodeConflict, Field: "revision", Message: fmt.Sprintf("%s was changed since you read it, on %s: compare both versions and send your change again with the revision %d",
		node, latest.Change.At.Format("2 January 2006, 15:04 UTC"), current)}, read, latest}
}

// Row finds the row of a thing by its public id, without keeping it. Returns NotFound.
func (l *Log) Row(kind, node string) (int, error) {
	if !strings.HasPrefix(node, kind+"_") {
		return 0, fault.NotFound("%s is not the id of such a thing", node)
	}
	row, err := kinds[kind].row(l.ctx, l.tx, node)
	if err != nil {
		return 0, fmt.Errorf("find %s: %w", node, err)
	}
	return row, nil
}
