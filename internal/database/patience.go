package database

import (
	"context"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// patience is how long whoever waits for an answer waits for the database to say something: longer
// than a writer of SQLite waits for others, who is told so.
const patience = 15 * time.Second

// Patient returns a context for a question that somebody waits for. A database that takes questions
// and answers none, as when its disk hangs, is given up.
func Patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, patience)
}

// Hear runs fn, which reads from the database for as long as it takes. It is given up, as Unavailable,
// where the database has said nothing for a while; heard says that it has.
func Hear(ctx context.Context, fn func(ctx context.Context, heard func()) error) error {
	hearing, giveUp := context.WithCancel(ctx)
	defer giveUp()
	late := time.AfterFunc(patience, giveUp)
	defer late.Stop()
	err := fn(hearing, func() { late.Reset(patience) })
	if err != nil && hearing.Err() != nil && ctx.Err() == nil && fault.CodeOf(err) != fault.CodeUnavailable {
		return fault.Unavailable("%s", givenUp)
	}
	return err
}
