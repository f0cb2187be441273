package record

import (
	"context"
	"sync"
)

// Changed is one step of the record. IDs are nil where everything may have changed.
type Changed struct {
	Before, After *Snapshot
	IDs           []string
}

// watchers are told of each step.
type watchers struct {
	mu  sync.Mutex
	all map[chan Changed]struct{}
}

// maxWaiting is how many steps a watcher may be behind before it is left.
const maxWaiting = 64

// Watch returns each step of the record from now on, until ctx ends. A watcher that does
// not keep up is left: its channel is closed, and it begins anew from the record.
func (r *Record) Watch(ctx context.Context) <-chan Changed {
	steps := make(chan Changed, maxWaiting)
	r.watchers.add(steps)
	context.AfterFunc(ctx, func() { r.watchers.leave(steps) })
	return steps
}

func (w *watchers) add(steps chan Changed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[chan Changed]struct{}{}
	}
	w.all[steps] = struct{}{}
}

func (w *watchers) leave(steps chan Changed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(steps)
}

func (w *watchers) drop(steps chan Changed) {
	if _, watching := w.all[steps]; watching {
		delete(w.all, steps)
		close(steps)
	}
}

func (w *watchers) tell(step Changed) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for steps := range w.all {
		select {
		case steps <- step:
		default:
			w.drop(steps)
		}
	}
}
