package database

import (
	"context"
	"time"

	"github.com/upr-info/upr/internal/turns"
	"github.com/upr-info/upr/internal/viewer"
)

// Of the connections of a process to PostgreSQL, those that may be held for long have places. What is
// left, fourteen, is for what is read in passing: who asks, what the desk shows, the record's
// follower, the queue of jobs.
const (
	snapshotsAtOnce = 12 // exports, and what Pre-sessions read
	changesOfKnown  = 8
	changesOfOthers = 3 // signing in, asking for a link
	changesOfOwn    = 3 // jobs, commands
	// changeWithin is how long whoever asks waits for a place.
	changeWithin = 5 * time.Second
	// ownWithin is how long the program itself waits: as long as a job may take.
	ownWithin = time.Minute
)

// places are those of changes. Each needs one, and nobody who has one waits for another.
type places struct{ asked, own turns.Turns }

func newPlaces() *places {
	return &places{turns.New(changesOfKnown, changesOfOthers, changeWithin), turns.New(0, changesOfOwn, ownWithin)}
}

func (p *places) take(ctx context.Context) (leave func(), err error) {
	if viewer.Request(ctx) == "" { // nobody asks: it is the program
		return p.own.Take(viewer.NewContext(ctx, nil), crowded)
	}
	return p.asked.Take(ctx, crowded)
}

// admit waits for the place of a change and returns how it is given back. Returns Unavailable where
// there is none in time, and at once where the standby would not confirm the change. A writer of
// SQLite has the one place that there is, and waits for it by itself.
func (db *DB) admit(ctx context.Context) (leave func(), err error) {
	if db.changes == nil {
		return func() {}, nil
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(db.standby.confirms(), cancel)
	defer stop()
	if leave, err = db.changes.take(waiting); err != nil {
		if lost := db.standby.check(); lost != nil {
			return nil, lost
		}
		return nil, err
	}
	if err = db.standby.check(); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}
