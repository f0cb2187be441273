package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

const (
	// lateAfter is how long a change takes before it is asked what it waits for.
	lateAfter = 3 * time.Second
	// confirmWithin is how long a COMMIT waits for the standby where nobody else says how long. A
	// transaction that took longer may have written more than the standby has read by its end: it
	// waits as long as it took.
	confirmWithin = 20 * time.Second
	// waitsForStandby says whether a COMMIT of this program, of any process, waits for the standby for
	// longer than one takes that is well. A slow disk is waited for under another name.
	waitsForStandby = `EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = session_user
		AND wait_event = 'SyncRep' AND query_start < clock_timestamp() - interval '2 seconds')`
	// tryStandby writes what nobody reads, and returns when the standby has it.
	tryStandby = `SELECT pg_logical_emit_message(true, 'upr', 'is the standby there?')`
)

// standby knows whether the second machine of PostgreSQL confirms what is changed. While it does not,
// no change is begun, since it would wait with its connection and its locks; the first one that is
// confirmed again is this program's own.
type standby struct {
	pool *sql.DB
	open context.Context //nolint:containedctx // of the pool
	end  context.CancelFunc

	mu     sync.Mutex
	there  context.Context //nolint:containedctx // ends when the standby does not confirm any more
	isLost context.CancelFunc
}

func newStandby(pool *sql.DB) *standby {
	s := &standby{pool: pool}
	s.open, s.end = context.WithCancel(context.Background())
	s.there, s.isLost = context.WithCancel(context.Background())
	return s
}

// confirms returns a context that ends when the standby does not confirm any more.
func (s *standby) confirms() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.there
}

// check returns Unavailable while the standby does not confirm changes.
func (s *standby) check() error {
	if s != nil && s.confirms().Err() != nil {
		return fault.Unavailable("%s", noStandby)
	}
	return nil
}

// lose refuses changes until one of this program's own is confirmed.
func (s *standby) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.there.Err() != nil {
		return
	}
	s.isLost()
	slog.Warn("the standby does not confirm changes: they are refused until it does")
	go s.find()
}

func (s *standby) find() {
	_, err := s.pool.ExecContext(s.open, tryStandby)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.there, s.isLost = context.WithCancel(context.Background())
	switch {
	case s.open.Err() != nil:
	case err != nil: // another outage, of which who changes something is told by it
		slog.Warn("the standby cannot be waited for", "error", err)
	default:
		slog.Info("the standby confirms changes again")
	}
}

func (s *standby) isWaitedFor() (waits bool) {
	ctx, cancel := context.WithTimeout(s.open, lateAfter)
	defer cancel()
	return s.pool.QueryRowContext(ctx, "SELECT "+waitsForStandby).Scan(&waits) == nil && waits
}

// awaited is a change that does not wait without end for the standby, nor for the locks of another change that does.
type awaited struct {
	driver.Tx
	standby *standby
	ctx     context.Context    //nolint:containedctx // of the transaction
	cancel  context.CancelFunc // has lib/pq ask the server to give up
	began   time.Time
	late    *time.Timer
	commit  atomic.Pointer[commit] // once it is at its end
}

// commit is the end of a change: when it began, how long it may take, and whether it was given up.
type commit struct {
	began   time.Time
	within  time.Duration
	givenUp atomic.Bool
}

// await watches over a transaction. lasting is what it was begun with.
func (s *standby) await(tx driver.Tx, lasting context.Context, cancel context.CancelFunc) *awaited { //nolint:revive // tx is what it is about
	t := &awaited{Tx: tx, standby: s, ctx: lasting, cancel: cancel, began: time.Now()}
	t.late = time.AfterFunc(lateAfter, t.watch)
	return t
}

// watch looks whether a change that takes long waits for the standby: its own COMMIT, or that of another process whose
// locks it waits for. Its own is given up where no time is left.
func (t *awaited) watch() {
	for {
		if t.standby.check() != nil || t.standby.isWaitedFor() {
			t.standby.lose()
			if end := t.commit.Load(); end != nil && time.Since(end.began) > end.within {
				end.givenUp.Store(true)
				t.cancel()
				return
			}
		}
		select {
		case <-t.ctx.Done():
			return
		case <-time.After(lateAfter / 3):
		}
	}
}

// Commit returns Unavailable where it stands on this machine and the standby has not confirmed it.
func (t *awaited) Commit() error {
	defer t.end()
	end := &commit{began: time.Now(), within: max(confirmWithin, time.Since(t.began))}
	t.commit.Store(end)
	err := t.Tx.Commit()
	if err == nil && end.givenUp.Load() {
		return fault.Unavailable(unconfirmed, end.within.Round(time.Second))
	}
	return err //nolint:wrapcheck // as database/sql has it
}

// Rollback ends it as if it had not been.
func (t *awaited) Rollback() error {
	defer t.end()
	return t.Tx.Rollback() //nolint:wrapcheck // as database/sql has it
}

func (t *awaited) end() {
	t.late.Stop()
	t.cancel()
}
