package webhook

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/upr-info/upr/ent"
	enthook "github.com/upr-info/upr/ent/webhook"
	entdelivery "github.com/upr-info/upr/ent/webhookdelivery"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/job"
)

const (
	// maxDeadLetters, one after the other, disable a webhook: that is three days.
	maxDeadLetters = 3
	// maxRetryAfter is how long a receiver may ask to be left alone.
	maxRetryAfter = 6 * time.Hour
)

// delivery is the job of one attempt. The attempt after it is another job, so that one that is
// done twice, as after a kill, knows that it was done.
type delivery struct {
	Delivery string `json:"delivery"`
	Round    int    `json:"round"`
	Attempt  int    `json:"attempt"` // how many were made before
}

// Kind is the name of the job.
func (delivery) Kind() string { return "webhook_delivery" }

// deliver makes one attempt. What it returns is trouble of ours, after which it is made again.
func (s *Service) deliver(ctx context.Context, args delivery) error {
	d, err := s.db.Ent.WebhookDelivery.Query().Where(entdelivery.UID(args.Delivery)).WithWebhook(func(q *ent.WebhookQuery) { q.WithUser() }).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil // purged
	}
	if err != nil {
		return fmt.Errorf("find a delivery: %w", err)
	}
	if d.State != entdelivery.StateWAITING || d.Round != args.Round || d.Attempts != args.Attempt {
		return nil // done already
	}
	hook := d.Edges.Webhook
	if hook.WithdrawnAt != nil || hook.DisabledAt != nil || hook.Edges.User.DisabledAt != nil {
		return s.keep(ctx, d, result{failure: "the webhook was withdrawn or disabled before", ended: true})
	}
	r, err := s.attempt(ctx, hook, d)
	if unanswerable(err) {
		return s.disableUnanswerable(ctx, hook, err)
	}
	if err != nil {
		return err
	}
	if err := s.keep(ctx, d, r); err != nil {
		return err
	}
	return s.nextOf(ctx, hook.ID)
}

func (s *Service) attempt(ctx context.Context, hook *ent.Webhook, d *ent.WebhookDelivery) (result, error) {
	body, err := s.body(ctx, hook, d)
	if err != nil {
		return result{}, err
	}
	secrets, err := s.secretsOf(hook)
	if err != nil {
		return result{failure: "its secret cannot be read here: rotate it"}, nil //nolint:nilerr // nothing is said of it elsewhere
	}
	return s.post(ctx, hook.URL, d.UID, body, secrets)
}

// secretsOf opens the secrets that sign now: after a rotation the former one does so as well.
func (s *Service) secretsOf(hook *ent.Webhook) ([]string, error) {
	current, err := s.box.Open(hook.Secret, hook.UID)
	if err != nil {
		return nil, err
	}
	secrets := []string{current}
	if hook.FormerSecret != nil && hook.FormerUntil != nil && hook.FormerUntil.After(time.Now()) {
		former, err := s.box.Open(*hook.FormerSecret, hook.UID)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, former)
	}
	return secrets, nil
}

// keep writes what came of an attempt, and what follows from it.
func (s *Service) keep(ctx context.Context, d *ent.WebhookDelivery, r result) error {
	outcome := ""
	err := s.change(ctx, func(tx *database.Tx, log *changelog.Log) (err error) {
		ctx := asProgram(ctx)
		on := tx.Ent.WebhookDelivery.Update().Where(entdelivery.ID(d.ID), entdelivery.StateEQ(entdelivery.StateWAITING), entdelivery.Round(d.Round), entdelivery.Attempts(d.Attempts)).
			SetAttempts(d.Attempts + 1).SetStatus(r.status).SetFailure(r.failure)
		at := now()
		switch {
		case r.failure == "":
			outcome = delivered
			on.SetState(entdelivery.StateDELIVERED).SetEndedAt(at).ClearNextAt()
		case r.gone || r.ended || d.Attempts >= len(s.pauses):
			outcome = dead
			on.SetState(entdelivery.StateDEAD).SetEndedAt(at).ClearNextAt()
		default:
			outcome = failed
			at = at.Add(s.pause(d.Attempts, r.retryAfter)).Truncate(time.Microsecond)
			on.SetNextAt(at)
		}
		n, err := on.Save(ctx)
		if err != nil {
			return fmt.Errorf("keep what came of a delivery: %w", err)
		}
		if n == 0 { // somebody else made the same attempt
			return nil
		}
		if outcome == failed {
			return job.Insert(ctx, tx, delivery{d.UID, d.Round, d.Attempts + 1}, job.When{At: at, Lane: job.Deliveries})
		}
		return s.end(ctx, tx, log, d, outcome, r)
	})
	if err == nil && !r.ended {
		s.metrics.attempt(outcome, r.took)
	}
	return err
}

// end lets the webhook of a delivery go on, or ends it as well.
func (s *Service) end(ctx context.Context, tx *database.Tx, log *changelog.Log, d *ent.WebhookDelivery, outcome string, r result) error {
	hooks := tx.Ent.Webhook.Update().Where(enthook.ID(d.WebhookID))
	switch {
	case outcome == delivered:
		hooks.SetDeadLetters(0)
	case !r.ended:
		hooks.AddDeadLetters(1)
	}
	if err := hooks.Exec(ctx); err != nil {
		return fmt.Errorf("count dead letters: %w", err)
	}
	if err := tx.Ent.Webhook.Update().Where(enthook.ID(d.WebhookID), enthook.UnderWay(d.UID)).SetUnderWay("").Exec(ctx); err != nil {
		return fmt.Errorf("go on with a webhook: %w", err)
	}
	hook, err := tx.Ent.Webhook.Get(ctx, d.WebhookID)
	if err != nil {
		return fmt.Errorf("find a webhook: %w", err)
	}
	switch {
	case r.gone:
		return s.disable(ctx, tx, log, hook.UID, "its receiver answered 410 Gone")
	case outcome == dead && hook.DeadLetters >= maxDeadLetters:
		return s.disable(ctx, tx, log, hook.UID, fmt.Sprintf("%d deliveries, one after the other, were given up after a day; the last time %s", hook.DeadLetters, r.failure))
	}
	return nil
}

// pause is how long is waited after some attempts, a little more or less, so that what failed
// together does not come again together.
func (s *Service) pause(attempts int, retryAfter time.Duration) time.Duration {
	pause := s.pauses[attempts]
	pause = time.Duration(float64(pause) * (0.8 + 0.4*rand.Float64())) //nolint:gosec // no secret
	return max(pause, min(retryAfter, maxRetryAfter))
}

// nextOf makes the next delivery of a webhook at once.
func (s *Service) nextOf(ctx context.Context, id int) error {
	hook, err := s.db.Ent.Webhook.Query().Where(enthook.ID(id), enthook.UnderWay(""), enthook.DisabledAtIsNil(), enthook.WithdrawnAtIsNil()).WithUser().Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a webhook: %w", err)
	}
	return s.next(ctx, hook)
}
