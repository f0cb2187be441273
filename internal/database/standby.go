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
	// lateAfter is how long a COMMIT takes before it is asked what it waits for, and how often it is then.
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

// watch looks what a COMMIT waits for that takes long, until done. It is given up where that is the
// standby, and no time is left.
func (s *standby) watch(done <-chan struct{}, within time.Duration, giveUp func()) {
	for began := time.Now(); ; {
		if s.check() != nil || s.isWaitedFor() {
			s.lose()
			if lateAfter+time.Since(began) > within {
				giveUp()
				return
			}
		}
		select {
		case <-done:
			return
		case <-time.After(lateAfter / 3):
		}
	}
}

func (s *standby) isWaitedFor() (waits bool) {
	ctx, cancel := context.WithTimeout(s.open, lateAfter)
	defer cancel()
	return s.pool.QueryRowContext(ctx, "SELECT "+waitsForStandby).Scan(&waits) == nil && waits
}

// awaited is a transaction whose COMMIT does not wait for the standby without end.
type awaited struct {
	driver.Tx
	standby *standby
	began   time.Time
	cancel  context.CancelFunc // has lib/pq ask the server to give up
}

// Commit returns Unavailable where it stands on this machine and the standby has not confirmed it.
func (t *awaited) Commit() error {
	defer t.cancel()
	done, givenUp, within := make(chan struct{}), atomic.Bool{}, max(confirmWithin, time.Since(t.began))
	late := time.AfterFunc(lateAfter, func() {
		t.standby.watch(done, within, func() { givenUp.Store(true); t.cancel() })
	})
	defer late.Stop()
	err := t.Tx.Commit()
	close(done)
	if err == nil && givenUp.Load() {
		return fault.Unavailable(unconfirmed, within.Round(time.Second))
	}
	return err //nolint:wrapcheck // as database/sql has it
}

// Rollback ends it as if it had not been.
func (t *awaited) Rollback() error {
	defer t.cancel()
	return t.Tx.Rollback() //nolint:wrapcheck // as database/sql has it
}
