package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	enthook "github.com/upr-info/upr/ent/webhook"
	entdelivery "github.com/upr-info/upr/ent/webhookdelivery"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/job"
)

// ended is the job that tells an owner that a webhook was disabled.
type ended struct {
	Webhook string `json:"webhook"`
}

// Kind is the name of the job.
func (ended) Kind() string { return "webhook_disabled" }

func (s *Service) tell(ctx context.Context, args ended) error {
	hook, err := s.db.Ent.Webhook.Query().Where(enthook.UID(args.Webhook)).WithUser().Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find a webhook: %w", err)
	}
	slog.WarnContext(ctx, "a webhook was disabled", "webhook", hook.UID, "because", hook.DisabledBecause)
	if hook.DisabledAt == nil || s.mail == nil || hook.Edges.User.DisabledAt != nil {
		return nil
	}
	advice := fmt.Sprintf(`Nothing is lost. Put its receiver right, then enable it with the mutation enableWebhook at
%s: it goes on where it stopped. Dead letters can be sent again with redeliver.`, s.publicURL)
	if strings.HasPrefix(hook.DisabledBecause, noAnswer) {
		advice = "These mutations are at " + s.publicURL + "."
	}
	return s.mail.Send(ctx, hook.Edges.User.Email, fmt.Sprintf("Your webhook %q was disabled", hook.Name), fmt.Sprintf(`Your webhook %q (%s) was disabled on %s: %s.

%s
`, hook.Name, hook.UID, hook.DisabledAt.UTC().Format("2 January 2006, 15:04 UTC"), hook.DisabledBecause, advice))
}

// purge is the job that forgets what ended long ago.
type purge struct{}

// Kind is the name of the job.
func (purge) Kind() string { return "webhook_purge" }

const (
	// kept is how long it is known what became of a delivery.
	kept = 30 * 24 * time.Hour
	// overdue is when the job of a delivery is taken to be lost.
	overdue = time.Hour
)

func (s *Service) purge(ctx context.Context, _ purge) error {
	ctx = asProgram(ctx)
	err := database.WithTx(ctx, s.db, func(tx *database.Tx) error {
		_, err := tx.Ent.WebhookDelivery.Delete().Where(entdelivery.EndedAtLT(now().Add(-kept))).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget old deliveries: %w", err)
	}
	late, err := s.db.Ent.WebhookDelivery.Query().Where(entdelivery.StateEQ(entdelivery.StateWAITING), entdelivery.NextAtLT(now().Add(-overdue))).All(ctx)
	if err != nil {
		return fmt.Errorf("find deliveries that are overdue: %w", err)
	}
	for _, d := range late {
		err = errors.Join(err, database.WithTx(ctx, s.db, func(tx *database.Tx) error {
			return job.Insert(ctx, tx, delivery{d.UID, d.Round, d.Attempts}, job.When{Lane: job.Deliveries})
		}))
	}
	return err
}
