package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/record"
)

func (r *deskResolver) OutboxMessages(ctx context.Context, obj *root.Desk, filter *notify.Filter, first *int, after *string) (*notify.Messages, error) {
	return r.Outbox.Messages(ctx, filter, first, after)
}

func (r *deskResolver) OutboxMessage(ctx context.Context, obj *root.Desk, id string) (*notify.Message, error) {
	return r.Outbox.Message(ctx, id)
}

func (r *deskResolver) OutboxCounts(ctx context.Context, obj *root.Desk, filter *notify.Filter) ([]notify.Count, error) {
	return r.Outbox.Counts(ctx, filter)
}

func (r *deskResolver) MailTemplates(ctx context.Context, obj *root.Desk, key *string) ([]notify.Template, error) {
	return r.Outbox.Templates(ctx, key)
}

func (r *deskResolver) MailTemplateRevisions(ctx context.Context, obj *root.Desk, key string, language record.Language) ([]notify.Template, error) {
	return r.Outbox.Revisions(ctx, key, string(language))
}

func (r *deskResolver) PreviewMailTemplate(ctx context.Context, obj *root.Desk, key string, language record.Language, source *string) (*notify.Preview, error) {
	return r.Outbox.Preview(ctx, key, string(language), source)
}

func (r *mailTemplateResolver) Language(ctx context.Context, obj *notify.Template) (record.Language, error) {
	return record.Language(obj.Language), nil
}

func (r *mutationResolver) ReleaseMessages(ctx context.Context, input generated.MessagesInput) (*generated.MessagesPayload, error) {
	return messagesPayload(r.Outbox.ReleaseMessages(ctx, input.Ids, input.Reason))
}

func (r *mutationResolver) CancelMessages(ctx context.Context, input generated.MessagesInput) (*generated.MessagesPayload, error) {
	return messagesPayload(r.Outbox.CancelMessages(ctx, input.Ids, input.Reason))
}

func (r *mutationResolver) ResendMessage(ctx context.Context, input generated.MessageInput) (*generated.MessagePayload, error) {
	return messagePayload(r.Outbox.Resend(ctx, input.ID, input.Reason))
}

func (r *mutationResolver) SettleMessage(ctx context.Context, input generated.SettleMessageInput) (*generated.MessagePayload, error) {
	return messagePayload(r.Outbox.Settle(ctx, input.ID, input.Outcome, input.Reason))
}

func (r *mutationResolver) EditMessage(ctx context.Context, input generated.EditMessageInput) (*generated.MessagePayload, error) {
	return messagePayload(r.Outbox.Edit(ctx, input.ID, input.Revision, input.Subject, input.Text, input.Reason))
}

func (r *mutationResolver) MarkBounced(ctx context.Context, input generated.MarkBouncedInput) (*generated.MessagePayload, error) {
	return messagePayload(r.Outbox.Bounce(ctx, input.ID, input.Report, input.Reason))
}

func (r *mutationResolver) OpenMessage(ctx context.Context, input generated.MessageInput) (*generated.OpenedMessagePayload, error) {
	return openedPayload(r.Outbox.Open(ctx, input.ID, input.Reason))
}

func (r *mutationResolver) SaveMailTemplate(ctx context.Context, input generated.SaveMailTemplateInput) (*generated.MailTemplatePayload, error) {
	return mailTemplatePayload(r.Outbox.SaveTemplate(ctx, notify.TemplateInput{
		Key: input.Key, Language: string(input.Language), Revision: input.Revision, Source: &input.Source, Reason: input.Reason}))
}

func (r *mutationResolver) RestoreMailTemplate(ctx context.Context, input generated.RestoreMailTemplateInput) (*generated.MailTemplatePayload, error) {
	return mailTemplatePayload(r.Outbox.SaveTemplate(ctx, notify.TemplateInput{
		Key: input.Key, Language: string(input.Language), Revision: input.Revision, Reason: input.Reason}))
}

func (r *outboxMessageResolver) Language(ctx context.Context, obj *notify.Message) (record.Language, error) {
	return record.Language(obj.Language), nil
}

func (r *Resolver) MailTemplate() generated.MailTemplateResolver { return &mailTemplateResolver{r} }

func (r *Resolver) OutboxMessage() generated.OutboxMessageResolver { return &outboxMessageResolver{r} }

type (
	mailTemplateResolver  struct{ *Resolver }
	outboxMessageResolver struct{ *Resolver }
)
