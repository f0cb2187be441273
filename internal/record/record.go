package record

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// Record holds the current snapshot and follows the change log.
type Record struct {
	db       *database.DB
	now      func() time.Time
	current  atomic.Pointer[Snapshot]
	catching sync.Mutex // one at a time reads what came
	inStep   atomic.Int64
	head     atomic.Pointer[changelog.Head]
	watchers watchers
}

// Open loads the record.
func Open(ctx context.Context, db *database.DB, now func() time.Time) (*Record, error) {
	r := &Record{db: db, now: now}
	s, err := Load(ctx, db, now)
	if err != nil {
		return nil, err
	}
	r.current.Store(s)
	r.inStep.Store(time.Now().UnixNano())
	return r, nil
}

// InStep is when the record was last known to have all that was changed.
func (r *Record) InStep() time.Time { return time.Unix(0, r.inStep.Load()) }

// Head is where the change log ended when the record was last known to be in step, also with
// what readers never see: whoever keeps something else that the log tells of reads it again
// where the head is another one.
func (r *Record) Head() changelog.Head {
	if head := r.head.Load(); head != nil {
		return *head
	}
	return changelog.Head{}
}

// Snapshot returns the record as it is now. A question is answered from one snapshot
// from its beginning to its end.
func (r *Record) Snapshot() *Snapshot { return r.current.Load() }

// Follow keeps the record in step with the change log until ctx ends: at once where the
// database tells of changes, and by looking every so often where it does not. While the
// database cannot be reached the record stays as it is.
func (r *Record) Follow(ctx context.Context, every time.Duration) {
	told := changelog.Listen(ctx, r.db)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-told:
		case <-ticker.C:
		}
		err := r.CatchUp(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			slog.WarnContext(ctx, "the record could not be refreshed", "error", err)
		}
		failing = err != nil
	}
}

// CatchUp brings the record to the end of the change log. Whoever has changed something
// calls it, to see the change.
func (r *Record) CatchUp(ctx context.Context) error {
	r.catching.Lock()
	defer r.catching.Unlock()
	before, asked := r.Snapshot(), time.Now()
	after, changed, err := r.next(ctx, before)
	if err != nil {
		return err
	}
	r.inStep.Store(asked.UnixNano())
	if after == before {
		return nil
	}
	r.current.Store(after)
	r.watchers.tell(Changed{before, after, changed})
	return nil
}
