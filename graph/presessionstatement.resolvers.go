package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/presession"
)

func (r *deskResolver) Statements(ctx context.Context, obj *root.Desk, registration string) ([]presession.Statement, error) {
	return r.PreSessions.Statements(ctx, registration, false)
}

func (r *mineResolver) Statements(ctx context.Context, obj *root.Mine, application string) ([]presession.Statement, error) {
	return r.PreSessions.Statements(ctx, application, true)
}

func (r *mutationResolver) BeginStatement(ctx context.Context, input generated.BeginStatementInput) (*generated.StatementPermitPayload, error) {
	return statementPermitPayload(r.PreSessions.BeginStatement(ctx, input.Application, input.Language, input.Title))
}

func (r *mutationResolver) PermitStatement(ctx context.Context, input generated.StatementInput) (*generated.StatementPermitPayload, error) {
	return statementPermitPayload(r.PreSessions.PermitStatement(ctx, input.ID))
}

func (r *mutationResolver) SubmitStatement(ctx context.Context, input generated.ReviseStatementInput) (*generated.BroughtStatementPayload, error) {
	return broughtStatementPayload(r.PreSessions.SubmitStatement(ctx, input.ID, input.Revision))
}

func (r *mutationResolver) TakeBackStatement(ctx context.Context, input generated.StatementInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.WithdrawStatement(ctx, input.ID))
}

func (r *mutationResolver) DecideStatement(ctx context.Context, input presession.StatementDecision) (*generated.BroughtStatementPayload, error) {
	return broughtStatementPayload(r.PreSessions.DecideStatement(ctx, input))
}
