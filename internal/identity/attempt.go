package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent/signinattempt"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// How often something may be tried within the window.
const (
	attemptWindow   = 15 * time.Minute
	perAccount      = 10
	perAddress      = 100 // many people share one
	linksPerAccount = 5
	linksPerAddress = 50
)

// attempt counts one try before it is made, and refuses it where there were too many. The
// count is kept in the database: all processes share it. Each try is committed before it is
// counted, so that of many at once no more than the limit pass.
func (s *Service) attempt(ctx context.Context, what, who string, limit int) error {
	subject, now := what+":"+s.secrets.Pseudonym(who), s.now().UTC()
	err := s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		if _, err := tx.Ent.SignInAttempt.Delete().Where(signinattempt.AtLT(now.Add(-attemptWindow))).Exec(ctx); err != nil {
			return err
		}
		return tx.Ent.SignInAttempt.Create().SetSubject(subject).SetAt(now).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("count an attempt: %w", err)
	}
	n, err := s.db.Ent.SignInAttempt.Query().
		Where(signinattempt.Subject(subject), signinattempt.AtGTE(now.Add(-attemptWindow))).Count(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("count attempts: %w", err)
	}
	if n > limit {
		return fault.LimitExceeded("too many attempts: wait %d minutes", int(attemptWindow.Minutes()))
	}
	return nil
}

// forget clears the attempts of an account that has signed in.
func (s *Service) forget(ctx context.Context, what, who string) error {
	return s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Ent.SignInAttempt.Delete().Where(signinattempt.Subject(what + ":" + s.secrets.Pseudonym(who))).Exec(ctx)
		return err
	})
}
