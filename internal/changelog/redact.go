package changelog

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// Redact takes away what earlier entries of a public thing say, and the reasons that people
// gave for them, and keeps their numbers.
// A new entry says what readers see of it now, so that whoever replays the log comes to
// the same end. Returns NotFound where nothing has the id.
func (l *Log) Redact(node string) error {
	prefix, _, _ := strings.Cut(node, "_")
	k, known := kinds[prefix]
	if !known {
		return fault.NotFound("%s is nothing that readers see", node)
	}
	row, err := k.row(l.ctx, l.tx, node)
	if err != nil {
		return err
	}
	_, err = l.tx.ExecContext(l.ctx, `UPDATE change_entries SET projection = NULL, redacted = TRUE WHERE node = $1 AND projection IS NOT NULL`, node)
	if err != nil {
		return fmt.Errorf("redact %s: %w", node, err)
	}
	_, err = l.tx.ExecContext(l.ctx, `UPDATE changes SET reason = '' WHERE origin = $1 AND id IN (SELECT change_id FROM change_entries WHERE node = $2)`, string(Desk), node)
	if err != nil {
		return fmt.Errorf("redact the reasons for %s: %w", node, err)
	}
	l.Touch(prefix, Redact, row)
	for _, also := range redactions {
		if err := also(l.ctx, l.tx, node); err != nil {
			return err
		}
	}
	return nil
}

// redactions are done with each redaction.
var redactions []func(ctx context.Context, tx *database.Tx, node string) error

// OnRedact has what else keeps texts of things take them away as well, in the transaction of the
// redaction. It is called while the program starts.
func OnRedact(also func(ctx context.Context, tx *database.Tx, node string) error) {
	redactions = append(redactions, also)
}
