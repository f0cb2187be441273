package webhook

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/user"
	enthook "github.com/upr-info/upr/ent/webhook"
	entdelivery "github.com/upr-info/upr/ent/webhookdelivery"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	// maxHooks is how many one owner may have.
	maxHooks = 10
	// overlap is how long the former secret signs as well after a rotation.
	overlap = 24 * time.Hour
)

// Input is a new webhook: for everything, some kinds, what a filter admits or what a slice has.
type Input struct {
	Name   string
	URL    string
	Kinds  []string
	Filter *record.RecommendationFilter
	Slice  *string
}

// newUID is a public id.
func newUID(kind string) string { return kind + "_" + strings.ToLower(rand.Text()[:16]) }

// owner returns who asks, as owner of webhooks. A key needs all of the scopes.
func owner(ctx context.Context, scopes ...string) (*viewer.Viewer, error) {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return nil, err
	}
	for _, scope := range scopes {
		if v.UID == "" || !v.May(scope) {
			return nil, fault.Forbidden("a user has webhooks, and a key with the scope %s", strings.Join(scopes, " and "))
		}
	}
	return v, nil
}

// Create makes a webhook that tells what changes from now on, and returns the secret by which its
// receiver knows it again, which is not shown again. A key needs webhooks:write and changes:read.
func (s *Service) Create(ctx context.Context, input Input) (*Hook, string, error) {
	v, err := owner(ctx, "webhooks:write", "changes:read")
	if err != nil {
		return nil, "", err
	}
	name := strings.TrimSpace(input.Name)
	if name == "" || len(name) > 200 || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, "", fault.Invalid("name", "is a line of 1 to 200 bytes")
	}
	if err := s.checkURL(input.URL); err != nil {
		return nil, "", err
	}
	want, err := s.want(ctx, input)
	if err != nil {
		return nil, "", err
	}
	filter, of := "", ""
	if want.Question != nil {
		filter = want.Question.FilterText()
	}
	if filter == "{}" {
		filter = ""
	}
	if input.Slice != nil {
		of = *input.Slice
	}
	secret, uid := newSecret(), newUID("whk")
	err = s.changeAs(ctx, v, func(tx *database.Tx, log *changelog.Log) error {
		ctx := asProgram(ctx)
		u, err := tx.Ent.User.Query().Where(user.UID(v.UID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("find the owner: %w", err)
		}
		has, err := tx.Ent.Webhook.Query().Where(enthook.UserID(u.ID), enthook.WithdrawnAtIsNil()).Count(ctx)
		if err != nil {
			return fmt.Errorf("count webhooks: %w", err)
		}
		if has >= maxHooks {
			return fault.LimitExceeded("you have %d webhooks, the most that one may have: withdraw some", has)
		}
		head, err := changelog.ReadHead(ctx, tx)
		if err != nil {
			return err
		}
		log.Note(uid, changelog.Create)
		return tx.Ent.Webhook.Create().SetUID(uid).SetUserID(u.ID).SetName(name).SetURL(input.URL).SetKinds(want.Kinds).SetFilterText(filter).SetSlice(of).
			SetSecret(s.box.Seal(secret, uid)).SetCursor(want.Cursor(head.Epoch, head.Version)).SetCreatedAt(now()).Exec(ctx)
	})
	if err != nil {
		return nil, "", err
	}
	hook, err := s.own(ctx, v, uid)
	return hook, secret, err
}

// want reads what a webhook is for, and whether it can be answered.
func (s *Service) want(ctx context.Context, input Input) (want *slice.Wanted, err error) {
	switch filter := ""; {
	case input.Slice != nil && (input.Filter != nil || len(input.Kinds) > 0):
		return nil, fault.Invalid("slice", "has a kind and a filter already: leave them out, or the slice")
	case input.Slice != nil:
		want, err = s.partners.WantSlice(ctx, *input.Slice)
	default:
		if input.Filter != nil {
			filter = record.WriteInput(input.Filter)
		}
		if want, err = slice.Want(input.Kinds, filter); err == nil {
			err = s.partners.Name(ctx, want)
		}
	}
	if err != nil {
		return nil, err
	}
	_, err = s.partners.Page(ctx, "", want, 1)
	return want, err
}

// changeAs changes something for whoever asks.
func (s *Service) changeAs(ctx context.Context, v *viewer.Viewer, fn func(tx *database.Tx, log *changelog.Log) error) error {
	_, err := changelog.Write(ctx, s.db, changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Request: viewer.Request(ctx)}, fn)
	return err
}

// edit changes a webhook that whoever asks has, or that anybody has where an administrator asks
// and others may. Returns NotFound.
func (s *Service) edit(ctx context.Context, uid string, others bool, operation changelog.Operation, fn func(ctx context.Context, tx *database.Tx, on *ent.WebhookUpdateOne, hook *ent.Webhook) error) (*Hook, error) {
	v, err := owner(ctx, "webhooks:write")
	if err != nil {
		return nil, err
	}
	err = s.changeAs(ctx, v, func(tx *database.Tx, log *changelog.Log) error {
		ctx := asProgram(ctx)
		find := tx.Ent.Webhook.Query().Where(enthook.UID(uid), enthook.WithdrawnAtIsNil())
		if !others || !v.Has(viewer.Admin) {
			find.Where(enthook.HasUserWith(user.UID(v.UID)))
		}
		hook, err := find.Only(ctx)
		if ent.IsNotFound(err) {
			return notThere(uid)
		}
		if err != nil {
			return fmt.Errorf("find a webhook: %w", err)
		}
		on := tx.Ent.Webhook.UpdateOne(hook)
		if err := fn(ctx, tx, on, hook); err != nil {
			return err
		}
		log.Note(uid, operation)
		return on.Exec(ctx)
	})
	if err != nil {
		return nil, err
	}
	return s.own(ctx, v, uid)
}

func notThere(uid string) error { return fault.NotFound("no webhook of yours has the id %s", uid) }

// Withdraw ends a webhook of one's own for good; anybody's where an administrator asks.
func (s *Service) Withdraw(ctx context.Context, uid string) (*Hook, error) {
	return s.edit(ctx, uid, true, changelog.Withdraw, func(ctx context.Context, tx *database.Tx, on *ent.WebhookUpdateOne, _ *ent.Webhook) error {
		on.SetWithdrawnAt(now()).SetUnderWay("")
		return giveUp(ctx, tx, uid, "the webhook was withdrawn")
	})
}

// Enable has a webhook that was disabled go on where it stopped. One whose filter still cannot be
// answered is disabled again at once, and says so.
func (s *Service) Enable(ctx context.Context, uid string) (*Hook, error) {
	v, err := owner(ctx, "webhooks:write")
	if err != nil {
		return nil, err
	}
	_, err = s.edit(ctx, uid, false, changelog.Operation("ENABLE"), func(_ context.Context, _ *database.Tx, on *ent.WebhookUpdateOne, hook *ent.Webhook) error {
		if hook.DisabledAt != nil {
			on.ClearDisabledAt().SetDisabledBecause("").SetDeadLetters(0).SetUnderWay("")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.Make(ctx); err != nil {
		return nil, err
	}
	return s.own(ctx, v, uid)
}

// Rotate gives a webhook another secret and returns it, once. The former one signs as well for a day.
func (s *Service) Rotate(ctx context.Context, uid string) (*Hook, string, error) {
	secret := newSecret()
	hook, err := s.edit(ctx, uid, false, changelog.Operation("ROTATE_SECRET"), func(_ context.Context, _ *database.Tx, on *ent.WebhookUpdateOne, hook *ent.Webhook) error {
		on.SetSecret(s.box.Seal(secret, uid)).SetFormerSecret(hook.Secret).SetFormerUntil(now().Add(overlap))
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return hook, secret, nil
}

// Redeliver sends a delivery again that arrived or was given up, under the same id.
func (s *Service) Redeliver(ctx context.Context, uid string) (*Hook, error) {
	v, err := owner(ctx, "webhooks:write")
	if err != nil {
		return nil, err
	}
	hook := ""
	err = s.changeAs(ctx, v, func(tx *database.Tx, log *changelog.Log) error {
		ctx := asProgram(ctx)
		d, err := tx.Ent.WebhookDelivery.Query().Where(entdelivery.UID(uid), entdelivery.HasWebhookWith(enthook.WithdrawnAtIsNil(), enthook.HasUserWith(user.UID(v.UID)))).WithWebhook().Only(ctx)
		switch {
		case ent.IsNotFound(err):
			return fault.NotFound("no delivery to a webhook of yours has the id %s", uid)
		case err != nil:
			return fmt.Errorf("find a delivery: %w", err)
		case d.Edges.Webhook.DisabledAt != nil:
			return fault.Invalid("id", "its webhook is disabled: enable it first")
		}
		hook = d.Edges.Webhook.UID
		n, err := tx.Ent.WebhookDelivery.Update().Where(entdelivery.ID(d.ID), entdelivery.StateNEQ(entdelivery.StateWAITING)).
			SetState(entdelivery.StateWAITING).SetAttempts(0).SetRound(d.Round + 1).SetNextAt(now()).ClearEndedAt().Save(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("begin a delivery again: %w", err)
		case n == 0:
			return fault.Invalid("id", "it is under way already")
		}
		log.Note(hook, changelog.Operation("REDELIVER"))
		return job.Insert(ctx, tx, delivery{d.UID, d.Round + 1, 0}, job.When{Lane: job.Deliveries})
	})
	if err != nil {
		return nil, err
	}
	return s.own(ctx, v, hook)
}
