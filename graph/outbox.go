package graph

import (
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/notify"
)

// messagesPayload shows changed messages.
func messagesPayload(messages []notify.Message, err error) (*generated.MessagesPayload, error) {
	wrong, failed := userErrors(err)
	if err != nil {
		messages = []notify.Message{}
	}
	return &generated.MessagesPayload{Messages: messages, UserErrors: wrong}, failed
}

// messagePayload shows a changed message.
func messagePayload(message *notify.Message, err error) (*generated.MessagePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.MessagePayload{Message: message, UserErrors: wrong}, failed
}

// openedPayload shows a message that was opened.
func openedPayload(opened *notify.Opened, err error) (*generated.OpenedMessagePayload, error) {
	wrong, failed := userErrors(err)
	if err != nil {
		return &generated.OpenedMessagePayload{UserErrors: wrong}, failed
	}
	return &generated.OpenedMessagePayload{Message: opened.Message, Address: opened.Address, Text: &opened.Text, UserErrors: wrong}, nil
}

// mailTemplatePayload shows a changed template.
func mailTemplatePayload(template *notify.Template, err error) (*generated.MailTemplatePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.MailTemplatePayload{Template: template, UserErrors: wrong}, failed
}
