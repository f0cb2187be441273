package record

import (
	"context"
	"slices"
)

// Step is one thing that changed, as whoever watches hears of it.
type Step struct {
	// Version of the record that has the change.
	Version string
	// ID of what changed; nil: so much changed at once that all is to be asked again.
	ID *string
	// Node is what changed as it is now; nil where readers do not see it any more.
	Node Node
}

// Steps tells what changes from now on, of what a filter admits before or after, until ctx
// ends; without a filter, everything. The channel is closed where whoever watches does not
// keep up. Returns Invalid for a filter that cannot be read.
func (r *Record) Steps(ctx context.Context, filter *RecommendationFilter) (<-chan *Step, error) {
	if filter != nil {
		if _, err := r.Snapshot().recommendations.choose(filter); err != nil {
			return nil, err
		}
	}
	changes, steps := r.Watch(ctx), make(chan *Step)
	go func() {
		defer close(steps)
		for change := range changes {
			for _, step := range change.steps(filter) {
				select {
				case steps <- step:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return steps, nil
}

// maxSteps is how many things are named one by one.
const maxSteps = 1000

func (c Changed) steps(filter *RecommendationFilter) (steps []*Step) {
	version := c.After.version.String()
	if c.IDs == nil || len(c.IDs) > maxSteps {
		return []*Step{{Version: version}}
	}
	ids := slices.Sorted(slices.Values(c.IDs))
	if filter != nil {
		after, before := c.After.admitting(filter), c.Before.admitting(filter)
		ids = slices.DeleteFunc(ids, func(id string) bool { return !after(id) && !before(id) })
	}
	for _, id := range ids {
		steps = append(steps, &Step{version, &id, c.After.Node(id)})
	}
	return steps
}

// admitting returns what says whether a filter admits the recommendation or pledge with an
// id. The filter is looked at once, however many there are.
func (s *Snapshot) admitting(filter *RecommendationFilter) func(id string) bool {
	recommendations, pledges := s.recommendations.admitting(filter), s.pledges.admitting(filter)
	return func(id string) bool { return recommendations(id) || pledges(id) }
}

func (c *corpus) admitting(filter *RecommendationFilter) func(id string) bool {
	selection, err := c.choose(filter)
	return func(id string) bool {
		p, known := c.find(id)
		return known && err == nil && selection.matching().Contains(uint32(p))
	}
}
