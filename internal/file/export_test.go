package file

import (
	"context"
	"time"
)

// Later has the service believe that it is later.
func (s *Service) Later(d time.Duration) { s.now = func() time.Time { return time.Now().Add(d) } }

// Sweep sweeps at once.
func (s *Service) Sweep(ctx context.Context) error { return s.sweep(ctx, sweepJob{}) }

// Clean cleans a file at once, as a job that is done again.
func (s *Service) Clean(ctx context.Context, id string) error { return s.clean(ctx, cleanJob{id}) }
