package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent/signinlink"
	"github.com/upr-info/upr/ent/signuplink"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/job"
)

// sweepEvery is how much longer than it is of use what a link is for may be kept.
const sweepEvery = 10 * time.Minute

type sweepJob struct{}

// Kind names the job.
func (sweepJob) Kind() string { return "identity_sweep" }

// Work has a queue do what time does.
func (s *Service) Work(q *job.Queue) {
	job.Handle(q, func(ctx context.Context, _ sweepJob) error { return s.Sweep(ctx) })
	q.Every(sweepEvery, sweepJob{})
}

// Sweep deletes links that have expired: those by which accounts are made have names and addresses of people who may never have
// asked for one.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now().UTC()
	return s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		_, up := tx.Ent.SignUpLink.Delete().Where(signuplink.ExpiresAtLT(now)).Exec(ctx)
		_, in := tx.Ent.SignInLink.Delete().Where(signinlink.ExpiresAtLT(now)).Exec(ctx)
		if err := errors.Join(up, in); err != nil {
			return fmt.Errorf("delete links that have expired: %w", err)
		}
		return nil
	})
}
