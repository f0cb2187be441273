package graph

import (
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/webhook"
)

// webhookPayload shows a webhook that was changed.
func webhookPayload(hook *webhook.Hook, err error) (*generated.WebhookPayload, error) {
	wrong, failed := userErrors(err)
	if err != nil {
		hook = nil
	}
	return &generated.WebhookPayload{Webhook: hook, UserErrors: wrong}, failed
}

// webhookSecret shows a webhook with its new secret, once.
func webhookSecret(hook *webhook.Hook, secret string, err error) (*generated.WebhookSecretPayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.WebhookSecretPayload{UserErrors: wrong}
	if err == nil {
		payload.Webhook, payload.Secret = hook, &secret
	}
	return payload, failed
}
