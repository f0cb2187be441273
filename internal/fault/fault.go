// Package fault names what went wrong, in a closed list of codes that every
// client can rely on and a sentence that people can act on.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong. The list is closed: clients switch on it.
type Code string

const (
	CodeNotFound        Code = "NOT_FOUND"
	CodeForbidden       Code = "FORBIDDEN"
	CodeUnauthenticated Code = "UNAUTHENTICATED"
	CodeInvalid         Code = "INVALID"
	CodeConflict        Code = "CONFLICT"
	CodeUnavailable     Code = "UNAVAILABLE"
	CodeLimitExceeded   Code = "LIMIT_EXCEEDED"
	CodeInternal        Code = "INTERNAL"
)

// Error is a failure whose message may be shown to whoever asked.
type Error struct {
	Code    Code
	Field   string // the input that is at fault, where one is
	Message string
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// NotFound reports that something does not exist, or may not be seen by whoever asks.
func NotFound(format string, args ...any) error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf(format, args...)}
}

// Invalid reports an input that cannot be taken; the message says what would be.
func Invalid(field, format string, args ...any) error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Conflict reports that the present state does not allow the change.
func Conflict(format string, args ...any) error {
	return &Error{Code: CodeConflict, Message: fmt.Sprintf(format, args...)}
}

// Unavailable reports that a part of the system cannot be reached for now.
func Unavailable(format string, args ...any) error {
	return &Error{Code: CodeUnavailable, Message: fmt.Sprintf(format, args...)}
}

// LimitExceeded reports a request that is larger than allowed; the message names the limit.
func LimitExceeded(format string, args ...any) error {
	return &Error{Code: CodeLimitExceeded, Message: fmt.Sprintf(format, args...)}
}

// Unauthenticated reports that it is not known who asks; the message says how to make it known.
func Unauthenticated(format string, args ...any) error {
	return &Error{Code: CodeUnauthenticated, Message: fmt.Sprintf(format, args...)}
}

// Forbidden reports that whoever asks may not do this; the message says what it needs.
func Forbidden(format string, args ...any) error {
	return &Error{Code: CodeForbidden, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the fault in err's chain, CodeInternal where there is none.
func CodeOf(err error) Code {
	var f *Error
	if errors.As(err, &f) {
		return f.Code
	}
	return CodeInternal
}
