package desk

import (
	"context"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/viewer"
)

// Watch tells of each entry of the change log from now on, until ctx ends.
func (d *Desk) Watch(ctx context.Context, filter *HistoryFilter) (<-chan *Version, error) {
	wanted, err := filter.wanted(ctx)
	if err != nil {
		return nil, err
	}
	return changelog.Watch(ctx, d.db.SQL, wanted, func(steps []changelog.Step) (versions []*Version, err error) {
		if !viewer.Holds(ctx) {
			return nil, nil // what changed since the roles were taken away is not theirs
		}
		if len(steps) == 0 {
			return nil, nil
		}
		seen, err := d.seenBy(ctx) // which may be less by now than when they began
		if err != nil {
			return nil, err
		}
		last, theirs := steps[len(steps)-1].Number, wanted
		theirs.Seen = seen
		if steps, err = changelog.After(ctx, d.db.SQL, theirs, steps[0].Number-1, len(steps)); err != nil {
			return nil, err
		}
		for _, step := range steps {
			if step.Number <= last {
				versions = append(versions, &Version{step})
			}
		}
		return versions, nil
	})
}
