package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/identity"
)

func (r *mineResolver) Keys(ctx context.Context, obj *root.Mine) ([]identity.KeyInUse, error) {
	return r.People.KeysInUse(ctx)
}

func (r *mutationResolver) CreateKey(ctx context.Context, input generated.CreateKeyInput) (*generated.CreateKeyPayload, error) {
	key, secret, err := r.People.CreateKey(ctx, input.Name, input.Scopes, input.ExpiresAt)
	wrong, failed := userErrors(err)
	payload := &generated.CreateKeyPayload{Key: key, UserErrors: wrong}
	if key != nil {
		payload.Secret = &secret
	}
	return payload, failed
}

func (r *mutationResolver) RevokeKey(ctx context.Context, input generated.RevokeKeyInput) (*generated.RevokeKeyPayload, error) {
	key, err := r.People.RevokeKey(ctx, input.ID)
	wrong, failed := userErrors(err)
	return &generated.RevokeKeyPayload{Key: key, UserErrors: wrong}, failed
}
