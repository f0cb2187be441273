package desk

import (
	"errors"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// Outcome is the part that all payloads share: what whoever asked can put right. Nothing
// was changed then.
type Outcome struct {
	UserErrors []*fault.Error
	Conflict   *Conflict
}

// Conflict has both versions of a thing that was changed since it was read.
type Conflict struct{ Read, Current Version }

// refused says whether there is nothing to show but what is wrong. In a conflict there is: the
// thing as it is now, since the log has no values of what readers never saw.
func (o Outcome) refused() bool { return len(o.UserErrors) > 0 && o.Conflict == nil }

// outcome divides errors into those that whoever asked can put right and the others.
func outcome(err error) (Outcome, error) {
	var stale *changelog.Stale
	var f *fault.Error
	switch {
	case err == nil:
		return Outcome{UserErrors: []*fault.Error{}}, nil
	case errors.As(err, &stale):
		return Outcome{[]*fault.Error{stale.Fault}, &Conflict{versionOf(stale.Read), versionOf(stale.Current)}}, nil
	case errors.As(err, &f) && (f.Code == fault.CodeInvalid || f.Code == fault.CodeConflict || f.Code == fault.CodeNotFound && f.Field != ""):
		return Outcome{UserErrors: []*fault.Error{f}}, nil
	}
	return Outcome{}, err
}
