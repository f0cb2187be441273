package desk

import (
	"context"
	"log/slog"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	// watchEvery is how often the log is looked at for whoever watches it.
	watchEvery = 500 * time.Millisecond
	// watchAtOnce is how many entries are read in one look.
	watchAtOnce = 500
)

// Watch tells of each entry of the change log from now on, until ctx ends.
func (d *Desk) Watch(ctx context.Context, filter *HistoryFilter) (<-chan *Version, error) {
	wanted, err := filter.wanted(ctx)
	if err != nil {
		return nil, err
	}
	head, err := changelog.ReadHead(ctx, d.db.SQL)
	if err != nil {
		return nil, err
	}
	versions := make(chan *Version)
	go func() {
		defer close(versions)
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		for last := head.Number; ; {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if last, err = d.tell(ctx, wanted, last, versions); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "the change log could not be watched", "error", err)
			}
		}
	}()
	return versions, nil
}

// tell sends the entries after a number and returns the last one that was looked at.
func (d *Desk) tell(ctx context.Context, f changelog.Filter, last int64, versions chan<- *Version) (int64, error) {
	head, err := changelog.ReadHead(ctx, d.db.SQL)
	if err != nil || head.Number <= last {
		return last, err
	}
	steps, err := changelog.After(ctx, d.db.SQL, f, last, watchAtOnce)
	if err != nil {
		return last, err
	}
	for _, step := range steps {
		if !viewer.Holds(ctx) {
			return last, nil // what changed since the roles were taken away is not theirs
		}
		select {
		case versions <- &Version{step}:
		case <-ctx.Done():
			return last, nil
		}
		last = step.Number
	}
	if len(steps) < watchAtOnce {
		last = max(last, head.Number)
	}
	return last, nil
}
