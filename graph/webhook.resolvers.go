package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/webhook"
)

func (r *deskResolver) Webhooks(ctx context.Context, obj *root.Desk) ([]webhook.Hook, error) {
	return r.Hooks.Failing(ctx)
}

func (r *mineResolver) Webhooks(ctx context.Context, obj *root.Mine) ([]webhook.Hook, error) {
	return r.Hooks.Mine(ctx)
}

func (r *mutationResolver) CreateWebhook(ctx context.Context, input webhook.Input) (*generated.WebhookSecretPayload, error) {
	return webhookSecret(r.Hooks.Create(ctx, input))
}

func (r *mutationResolver) RotateWebhookSecret(ctx context.Context, input generated.WebhookInput) (*generated.WebhookSecretPayload, error) {
	return webhookSecret(r.Hooks.Rotate(ctx, input.ID))
}

func (r *mutationResolver) WithdrawWebhook(ctx context.Context, input generated.WebhookInput) (*generated.WebhookPayload, error) {
	return webhookPayload(r.Hooks.Withdraw(ctx, input.ID))
}

func (r *mutationResolver) EnableWebhook(ctx context.Context, input generated.WebhookInput) (*generated.WebhookPayload, error) {
	return webhookPayload(r.Hooks.Enable(ctx, input.ID))
}

func (r *mutationResolver) Redeliver(ctx context.Context, input generated.RedeliverInput) (*generated.WebhookPayload, error) {
	return webhookPayload(r.Hooks.Redeliver(ctx, input.ID))
}
