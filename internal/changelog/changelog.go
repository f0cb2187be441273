// Package changelog is the one log of everything that changes: the history of each
// thing, the audit trail, and what the record and partners follow.
//
// Write is the way in: it runs a change in a transaction and, as its last statements,
// writes an entry for each thing that was touched (log.go). What readers see of a thing
// afterwards is read from the tables as kind.go says, so that no entry can hold what is
// private. read.go and find.go say what is in the log, restore.go and undo.go go back.
package changelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/upr-info/upr/internal/database"
)

// Origin is which way a change came.
type Origin string

const (
	Desk      Origin = "DESK"      // a person or a key, through the graph or a command about people
	Import    Origin = "IMPORT"    // upr import
	Reference Origin = "REFERENCE" // the lists that the program brings
	Sample    Origin = "SAMPLE"    // upr sample
	System    Origin = "SYSTEM"    // the program itself
)

// Operation is what was done to a thing.
type Operation string

const (
	Create   Operation = "CREATE"
	Correct  Operation = "CORRECT"
	Publish  Operation = "PUBLISH"
	Withdraw Operation = "WITHDRAW"
	Restore  Operation = "RESTORE"
	Respond  Operation = "RESPOND"
	Tag      Operation = "TAG"
	Rename   Operation = "RENAME"
	Merge    Operation = "MERGE"
	Split    Operation = "SPLIT"
	Undo     Operation = "UNDO"
	Redact   Operation = "REDACT"
)

// Because says who changes something and why.
type Because struct {
	Actor   string // usr_…, key_…, or program:import and the like
	Origin  Origin
	Reason  string
	Request string    // id of the request, as in the logs; empty outside requests
	At      time.Time // zero: now
}

// Head is where the log ends.
type Head struct {
	Epoch   string
	Number  int64 // of the last entry
	Version int64 // of the last entry about something public: the record's version
}

// Write runs fn in a transaction and logs what fn said it touched, in the same
// transaction. It returns where the log then ends; where nothing was touched, nothing is
// logged. Any error of fn, and a panic, leaves everything as it was.
func Write(ctx context.Context, db *database.DB, because Because, fn func(tx *database.Tx, log *Log) error) (Head, error) {
	var head Head
	err := database.WithTx(ctx, db, func(tx *database.Tx) (err error) {
		if err := begin(ctx, tx); err != nil {
			return err
		}
		log := newLog(ctx, tx, because)
		if err := fn(tx, log); err != nil {
			return err
		}
		head, err = log.finish()
		return err
	})
	return head, err
}

// ReadHead returns where the log ends: the zero Head where nothing was ever written.
func ReadHead(ctx context.Context, q Queryer) (Head, error) {
	var head Head
	err := q.QueryRowContext(ctx, "SELECT "+epochSQL(q)+", number, version FROM log_heads WHERE id = 1").Scan(&head.Epoch, &head.Number, &head.Version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return head, fmt.Errorf("read the head of the change log: %w", err)
	}
	return head, nil
}
