package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/user"
	enthook "github.com/upr-info/upr/ent/webhook"
	entdelivery "github.com/upr-info/upr/ent/webhookdelivery"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
)

const (
	// together is how long changes are waited for that come one after the other.
	together = 300 * time.Millisecond
	// lookEvery is how often is looked, whatever the record does: a database may have been away.
	lookEvery = 30 * time.Second
	// headEvery is how often is looked whether the log went on without the record, as with a group of a partner.
	headEvery = time.Second
)

// Run makes deliveries whenever the record goes on, until ctx ends. Every process does, and one
// of them makes each.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		s.watch(ctx, s.record.Watch(ctx))
	}
}

func (s *Service) watch(ctx context.Context, steps <-chan record.Changed) {
	for {
		head := s.record.Head()
		if err := s.Make(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "deliveries of webhooks cannot be made at present", "error", err)
		}
		if !s.wait(ctx, steps, head) {
			return
		}
		settle(ctx, steps)
	}
}

// wait returns when there may be something to tell, or false where nobody watches any more. head is
// where the log ended before it was looked.
func (s *Service) wait(ctx context.Context, steps <-chan record.Changed, head changelog.Head) bool {
	enough := time.After(lookEvery)
	look := time.NewTicker(headEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case _, watching := <-steps:
			return watching
		case <-enough:
			return true
		case <-look.C:
			if s.record.Head() != head {
				return true
			}
		}
	}
}

// settle lets changes that come at about the same time be one delivery.
func settle(ctx context.Context, steps <-chan record.Changed) {
	enough := time.After(together)
	for {
		select {
		case <-ctx.Done():
			return
		case <-enough:
			return
		case _, watching := <-steps:
			if !watching {
				return
			}
		}
	}
}

// Make makes the next delivery of each webhook that has none under way.
func (s *Service) Make(ctx context.Context) error {
	hooks, err := s.db.Ent.Webhook.Query().
		Where(enthook.UnderWay(""), enthook.DisabledAtIsNil(), enthook.WithdrawnAtIsNil(), enthook.HasUserWith(user.DisabledAtIsNil())).WithUser().All(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("find webhooks: %w", err)
	}
	for _, hook := range hooks {
		err = errors.Join(err, s.next(ctx, hook))
	}
	return err
}

// next makes the next delivery of a webhook, where there is anything to deliver.
func (s *Service) next(ctx context.Context, hook *ent.Webhook) error {
	until, worth, err := s.ahead(ctx, hook)
	if unanswerable(err) {
		return s.disableUnanswerable(ctx, hook, err)
	}
	if err != nil || until == hook.Cursor {
		return err
	}
	return database.WithTx(ctx, s.db, func(tx *database.Tx) error {
		ctx := asProgram(ctx)
		uid, at := newUID("dlv"), now()
		on := tx.Ent.Webhook.Update().Where(enthook.ID(hook.ID), enthook.Cursor(hook.Cursor), enthook.UnderWay(""), enthook.DisabledAtIsNil(), enthook.WithdrawnAtIsNil()).SetCursor(until)
		if worth {
			on.SetUnderWay(uid)
		}
		n, err := on.Save(ctx)
		if err != nil {
			return fmt.Errorf("go on with a webhook: %w", err)
		}
		if n == 0 || !worth { // another process was faster, or there is nothing to tell
			return nil
		}
		err = tx.Ent.WebhookDelivery.Create().SetUID(uid).SetWebhookID(hook.ID).SetSince(hook.Cursor).SetCursor(until).SetCreatedAt(at).SetNextAt(at).Exec(ctx)
		if err != nil {
			return fmt.Errorf("make a delivery: %w", err)
		}
		return job.Insert(ctx, tx, delivery{Delivery: uid}, job.When{Lane: job.Deliveries})
	})
}

// ahead returns how far the next delivery goes, and whether it has anything to tell.
func (s *Service) ahead(ctx context.Context, hook *ent.Webhook) (until string, worth bool, err error) {
	want, err := s.wanted(ctx, hook, hook.Cursor)
	if err != nil {
		return "", false, err
	}
	page, err := s.partners.Page(ctx, hook.Cursor, want, maxChanges)
	if gone := (*slice.Gone)(nil); errors.As(err, &gone) {
		has := s.record.Snapshot().Version()
		return want.Cursor(has.Epoch, has.Number), true, nil
	}
	if err != nil {
		return "", false, err
	}
	// More than a delivery holds is told at once, up to the end: all of it is to be fetched.
	return page.End(), page.Anew || page.More || len(page.Changes) > 0, nil
}

// change changes something that the log of changes is to know.
func (s *Service) change(ctx context.Context, fn func(tx *database.Tx, log *changelog.Log) error) error {
	_, err := changelog.Write(ctx, s.db, changelog.Because{Origin: changelog.System, Actor: "program:webhook"}, fn)
	return err
}

const disabled = changelog.Operation("DISABLE")

// disable ends a webhook, says why, and has its owner told.
func (s *Service) disable(ctx context.Context, tx *database.Tx, log *changelog.Log, uid, because string) error {
	n, err := tx.Ent.Webhook.Update().Where(enthook.UID(uid), enthook.DisabledAtIsNil(), enthook.WithdrawnAtIsNil()).
		SetDisabledAt(now()).SetDisabledBecause(because).SetUnderWay("").Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("disable a webhook: %w", err)
	}
	if n == 0 {
		return nil
	}
	if err := giveUp(ctx, tx, uid, "the webhook was disabled"); err != nil {
		return err
	}
	s.metrics.disabled.Inc()
	log.Note(uid, disabled)
	return job.Insert(ctx, tx, ended{Webhook: uid}, job.When{})
}

// noAnswer begins the reason for which a webhook is disabled whose filter is at fault.
const noAnswer = "its filter cannot be answered any more: "

// unanswerable says whether a filter is at fault, as where a group that it names was withdrawn:
// the same is not answered later.
func unanswerable(err error) bool {
	code := fault.CodeOf(err)
	return err != nil && (code == fault.CodeInvalid || code == fault.CodeNotFound)
}

func (s *Service) disableUnanswerable(ctx context.Context, hook *ent.Webhook, why error) error {
	return s.change(ctx, func(tx *database.Tx, log *changelog.Log) error {
		return s.disable(ctx, tx, log, hook.UID, fmt.Sprintf("%s%v. Make another one with createWebhook, and end this one with withdrawWebhook", noAnswer, why))
	})
}

// giveUp ends what still waits to be delivered to a webhook.
func giveUp(ctx context.Context, tx *database.Tx, uid, because string) error {
	err := tx.Ent.WebhookDelivery.Update().Where(entdelivery.HasWebhookWith(enthook.UID(uid)), entdelivery.StateEQ(entdelivery.StateWAITING)).
		SetState(entdelivery.StateDEAD).SetFailure(because).SetEndedAt(now()).ClearNextAt().Exec(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("give deliveries up: %w", err)
	}
	return nil
}
