package file

import (
	"context"
	"sync/atomic"
	"time"
)

// Clock may be ahead.
type Clock struct{ ahead atomic.Int64 }

// Ahead has the clock be ahead of the time.
func (c *Clock) Ahead(d time.Duration) { c.ahead.Store(int64(d)) }

// Use has the service go by a clock, before it does anything.
func (s *Service) Use(c *Clock) {
	s.now = func() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }
}

// Hurry has the service wait for nobody.
func (s *Service) Hurry(patience time.Duration) { s.patience = patience }

// Sweep sweeps at once.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx, sweepJob{}) }

// Clean cleans a file at once, as a job that is done again.
func (s *Service) Clean(ctx context.Context, id string) error { return s.clean(ctx, cleanJob{id}) }
