package changelog

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/internal/database"
)

// begin makes the log of a database that has none. Of a record that is older than its
// log, everything becomes the first entries.
func begin(ctx context.Context, tx *database.Tx) error {
	if head, err := ReadHead(ctx, tx); err != nil || head.Epoch != "" {
		return err
	}
	made, err := tx.ExecContext(ctx, `INSERT INTO log_heads (id, epoch) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, newEpoch())
	if err != nil {
		return fmt.Errorf("begin the change log: %w", err)
	}
	if n, err := made.RowsAffected(); err != nil || n == 0 {
		return err
	}
	log := newLog(ctx, tx, Because{Actor: "program:changelog", Origin: System, Reason: "was there before the change log"})
	for name, k := range kinds {
		rows, err := k.all(ctx, tx)
		if err != nil {
			return err
		}
		log.Touch(name, Create, rows...)
	}
	_, err = log.finish()
	return err
}

// NewEpoch says that numbers of the log may have meant something else before, as after a
// restore: whoever follows it begins anew.
func NewEpoch(ctx context.Context, tx *database.Tx) error {
	if _, err := tx.ExecContext(ctx, `UPDATE log_heads SET epoch = $1 WHERE id = 1`, newEpoch()); err != nil {
		return fmt.Errorf("begin a new epoch: %w", err)
	}
	return nil
}
