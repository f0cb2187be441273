package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"entgo.io/ent/privacy"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"golang.org/x/time/rate"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// maxErrors is how many errors one answer lists: a document with a hundred wrong
// fields is wrong for one reason.
const maxErrors = 5

// maxMessage is how long the sentence of an error may be, in bytes: it may repeat what was asked.
const maxMessage = 1000

// presentError is the one place where errors become answers. Faults and errors in the
// document itself are shown; anything else is logged and stays inside.
func presentError(ctx context.Context, err error) *gqlerror.Error {
	shown := graphql.DefaultErrorPresenter(ctx, err)
	var f *fault.Error
	switch {
	case isUnknownQuery(shown):
	case errors.As(err, &f):
		shown.Message = f.Error()
		setCode(shown, f.Code)
	case database.Trouble(err) != nil:
		shown.Message = database.Trouble(err).Error()
		complaint(shown.Message).Do(func() {
			slog.WarnContext(ctx, "the database cannot do it", "path", shown.Path.String(), "error", err)
		})
		setCode(shown, fault.CodeUnavailable)
	case errors.Is(err, privacy.Deny), ent.IsNotFound(err): // what may not be seen is not there
		shown.Message = "not found"
		setCode(shown, fault.CodeNotFound)
	case shown.Rule == rules.MaxIntrospectionDepth.Name:
		shown.Message = fmt.Sprintf("__schema and __type nest lists of fields and types %d levels deep or more, the limit is %d", maxIntrospection+1, maxIntrospection)
		setCode(shown, fault.CodeLimitExceeded)
	case isAboutDocument(shown):
		setCode(shown, fault.CodeInvalid)
	case isAboutInput(err):
		setCode(shown, fault.CodeInvalid)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		shown.Message = "the answer took too long and was given up"
		setCode(shown, fault.CodeUnavailable)
	default:
		slog.ErrorContext(ctx, "internal error", "path", shown.Path.String(), "error", err)
		shown.Message = "something went wrong on our side; it has been logged"
		setCode(shown, fault.CodeInternal)
	}
	shown.Message = clip(shown.Message, maxMessage)
	return shown
}

// complaints are what the database could not do, by its sentence. Metrics count each.
var complaints sync.Map

// complaint has a sentence logged once a minute: while the database is away all who ask hear the same.
func complaint(sentence string) *rate.Sometimes {
	known, _ := complaints.LoadOrStore(sentence, &rate.Sometimes{Interval: time.Minute})
	return known.(*rate.Sometimes) //nolint:forcetypeassert // just stored
}

// maxIntrospection is the limit of the validator, which has no name for it.
const maxIntrospection = 2

func setCode(err *gqlerror.Error, code fault.Code) {
	err.Extensions = map[string]any{"code": string(code)} // as gqlgen looks for it
}

// isAboutDocument says whether the parser or the validator complains.
func isAboutDocument(err *gqlerror.Error) bool {
	if err.Rule != "" {
		return true
	}
	code, _ := err.Extensions["code"].(string)
	return code == errcode.ParseFailed || code == errcode.ValidationFailed || code == string(fault.CodeInvalid)
}

// isAboutInput says whether gqlgen could not read an argument.
func isAboutInput(err error) bool {
	var number *graphql.IntegerError
	return errors.As(err, &number)
}

func recoverPanic(ctx context.Context, cause any) error {
	slog.ErrorContext(ctx, "panic in a resolver", "cause", cause, "stack", string(debug.Stack()))
	return errors.New("panic")
}
