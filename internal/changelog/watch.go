package changelog

import (
	"context"
	"database/sql"
	"log/slog"
	"time"
)

const (
	// watchEvery is how often the log is looked at for whoever watches it.
	watchEvery = 500 * time.Millisecond
	// watchAtOnce is how many entries are read in one look.
	watchAtOnce = 500
)

// Watch tells what of makes of the entries that f admits, some at a time, from now on and until ctx ends.
// Where of returns an error, it is given the same entries once more.
func Watch[T any](ctx context.Context, db *sql.DB, f Filter, of func(steps []Step) ([]T, error)) (<-chan T, error) {
	head, err := ReadHead(ctx, db)
	if err != nil {
		return nil, err
	}
	events := make(chan T)
	go func() {
		defer close(events)
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for last := head.Number; ; {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if last, err = tell(ctx, db, f, last, of, events); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "the change log could not be watched", "error", err)
			}
		}
	}()
	return events, nil
}

// tell tells of the entries after a number and returns the last one that was looked at.
func tell[T any](ctx context.Context, db *sql.DB, f Filter, last int64, of func([]Step) ([]T, error), events chan<- T) (int64, error) {
	head, err := ReadHead(ctx, db)
	if err != nil || head.Number <= last {
		return last, err
	}
	steps, err := After(ctx, db, f, last, watchAtOnce)
	if err != nil {
		return last, err
	}
	told, err := of(steps)
	if err != nil {
		return last, err
	}
	for _, event := range told {
		select {
		case events <- event:
		case <-ctx.Done():
			return last, nil
		}
	}
	if len(steps) < watchAtOnce {
		return max(last, head.Number), nil
	}
	return steps[len(steps)-1].Number, nil
}
