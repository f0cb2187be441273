package record

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/upr-info/upr/internal/database"
)

// Record holds the current snapshot and follows the database.
type Record struct {
	db      *database.DB
	now     func() time.Time
	current atomic.Pointer[Snapshot]
	version string // of the snapshot; only the follower's goroutine uses it
}

// Open loads the record.
func Open(ctx context.Context, db *database.DB, now func() time.Time) (*Record, error) {
	r := &Record{db: db, now: now}
	return r, r.refresh(ctx)
}

// Snapshot returns the record as it is now. A question is answered from one snapshot
// from its beginning to its end.
func (r *Record) Snapshot() *Snapshot { return r.current.Load() }

// Follow reloads the record when another process imported something, until ctx ends.
// While the database cannot be reached the record stays as it is.
func (r *Record) Follow(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := r.refresh(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "the record could not be refreshed", "error", err)
		}
	}
}

// refresh loads a snapshot where the last import is not the one that is held.
func (r *Record) refresh(ctx context.Context) error {
	var version string
	err := r.db.SQL.QueryRowContext(ctx, `SELECT COUNT(*) || ' ' || COALESCE(MAX(id), 0) FROM import_runs`).Scan(&version)
	if err != nil {
		return fmt.Errorf("read the record's version: %w", err)
	}
	if version == r.version {
		return nil
	}
	snapshot, err := Load(ctx, r.db, r.now)
	if err != nil {
		return err
	}
	r.current.Store(snapshot)
	r.version = version
	return nil
}
