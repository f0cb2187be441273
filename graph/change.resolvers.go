package graph

import (
	"context"

	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/desk"
)

func (r *deskResolver) History(ctx context.Context, obj *root.Desk, filter *desk.HistoryFilter, first *int, after *string) (*desk.VersionPage, error) {
	return r.Staff.History(ctx, filter, first, after)
}

func (r *mutationResolver) RestoreVersion(ctx context.Context, input desk.RestoreVersionInput) (*desk.RestoreVersionPayload, error) {
	return r.Staff.RestoreVersion(ctx, input)
}

func (r *mutationResolver) UndoChange(ctx context.Context, input desk.UndoChangeInput) (*desk.UndoChangePayload, error) {
	return r.Staff.UndoChange(ctx, input)
}

func (r *mutationResolver) Redact(ctx context.Context, input desk.RedactInput) (*desk.RedactPayload, error) {
	return r.Staff.Redact(ctx, input)
}
