package graph

import (
	"errors"

	"github.com/upr-info/upr/internal/fault"
)

// userErrors splits errors of a mutation: what whoever asked can put right goes into the
// payload, anything else is an error of the answer.
func userErrors(err error) ([]fault.Error, error) {
	var f *fault.Error
	if errors.As(err, &f) && (f.Code == fault.CodeInvalid || f.Code == fault.CodeConflict || f.Code == fault.CodeLimitExceeded) {
		return []fault.Error{*f}, nil
	}
	return []fault.Error{}, err
}
