package graph

import (
	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/record"
)

// done is the payload of what has nothing to show.
func done(err error) (*generated.DonePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.DonePayload{Done: err == nil, UserErrors: wrong}, failed
}

// recovery is the payload of what gives recovery codes.
func recovery(codes []string, err error) (*generated.RecoveryCodesPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.RecoveryCodesPayload{Done: err == nil, RecoveryCodes: append([]string{}, codes...), UserErrors: wrong}, failed
}

// userPayload shows a changed user. It takes a user and an error so that it can be called
// on what a change returns.
func userPayload(account func(*ent.User) *identity.Account, u *ent.User, err error) (*generated.UserPayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.UserPayload{UserErrors: wrong}
	if err == nil {
		payload.User = account(u)
	}
	return payload, failed
}

// orEmpty reads an optional text.
func orEmpty[T ~string](text *T) string {
	if text == nil {
		return ""
	}
	return string(*text)
}

// text is an optional language as the database has it.
func text(language *record.Language) *string { return (*string)(language) }
