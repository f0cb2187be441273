package desk

import (
	"context"
	"slices"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/viewer"
)

// Watch tells of each entry of the change log from now on, until ctx ends.
func (d *Desk) Watch(ctx context.Context, filter *HistoryFilter) (<-chan *Version, error) {
	wanted, err := d.wanted(ctx, filter)
	if err != nil {
		return nil, err
	}
	return changelog.Watch(ctx, d.db.SQL, wanted, func(steps []changelog.Step) (versions []*Version, err error) {
		if !viewer.Holds(ctx) {
			return nil, nil // what changed since the roles were taken away is not theirs
		}
		except, err := d.except(ctx) // which may be more by now than when they began
		if err != nil {
			return nil, err
		}
		for _, step := range steps {
			if !slices.Contains(except, step.Node) {
				versions = append(versions, &Version{step})
			}
		}
		return versions, nil
	})
}
