package database_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

func TestTroubleOfPostgres(t *testing.T) {
	for code, want := range map[pqerror.Code]fault.Code{
		"53100": fault.CodeUnavailable, "25006": fault.CodeUnavailable, "0A000": fault.CodeUnavailable, "40P01": fault.CodeUnavailable,
		"57P01": fault.CodeUnavailable, "57P03": fault.CodeUnavailable, "08006": fault.CodeUnavailable, "53300": fault.CodeUnavailable, "58030": fault.CodeUnavailable,
		"23505": "", "42601": "", "22021": "",
	} {
		trouble := database.Trouble(fmt.Errorf("write: %w", &pq.Error{Code: code, Message: "of the driver"}))
		if (want == "") != (trouble == nil) || want != "" && (fault.CodeOf(trouble) != want || errors.Unwrap(trouble) != nil) {
			t.Errorf("%s: %v", code, trouble)
		}
	}
	for _, err := range []error{nil, errors.New("a mistake of ours")} {
		if trouble := database.Trouble(err); trouble != nil {
			t.Errorf("%v: %v", err, trouble)
		}
	}
}
