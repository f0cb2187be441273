package database

import (
	"context"
	"database/sql"
	"fmt"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Tx is a transaction as ent and as plain SQL see it.
type Tx struct {
	*sql.Tx
	Ent     *ent.Client
	Dialect string
}

// WithTx runs fn in a transaction and commits it when fn returns nil. Any error,
// and a panic, rolls everything back. Returns Unavailable where there is no place for a change. fn
// must not begin another one: it could wait for the place that it has.
func WithTx(ctx context.Context, db *DB, fn func(tx *Tx) error) error {
	leave, err := db.admit(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return db.run(ctx, nil, fn)
}

// WithDurableTx is WithTx, and what is committed outlives a loss of power as well: SQLite otherwise
// may lose the last transactions then. It is for what must be known before something is done that
// cannot be taken back.
func WithDurableTx(ctx context.Context, db *DB, fn func(tx *Tx) error) error {
	if db.Dialect == dialect.Postgres {
		return WithTx(ctx, db, fn)
	}
	conn, err := db.SQL.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return fmt.Errorf("make the next transaction durable: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL") //nolint:errcheck // the next one is only slower
	return db.runOn(ctx, conn, nil, fn)
}

// Snapshot runs fn in a read-only transaction that sees the database as it was at
// its first statement, whatever is written meanwhile.
func Snapshot(ctx context.Context, db *DB, fn func(tx *Tx) error) error {
	if db.long != nil {
		select {
		case db.long <- struct{}{}:
			defer func() { <-db.long }()
		case <-ctx.Done():
			return fmt.Errorf("wait for a snapshot: %w", ctx.Err())
		}
	}
	return OwnSnapshot(ctx, db, fn)
}

// OwnSnapshot is Snapshot for what the program reads for itself: it waits behind nobody who asks.
func OwnSnapshot(ctx context.Context, db *DB, fn func(tx *Tx) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if db.Dialect == dialect.Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	return db.run(ctx, options, fn)
}

func (db *DB) run(ctx context.Context, options *sql.TxOptions, fn func(tx *Tx) error) error {
	return db.runOn(ctx, db.SQL, options, fn)
}

// beginner is a pool, or one connection.
type beginner interface {
	BeginTx(ctx context.Context, options *sql.TxOptions) (*sql.Tx, error)
}

func (db *DB) runOn(ctx context.Context, on beginner, options *sql.TxOptions, fn func(tx *Tx) error) (err error) {
	defer func() { db.noteSpace(err) }()
	changes := db.standby != nil && (options == nil || !options.ReadOnly)
	goesOn, confirmable := ctx, func() bool { return true }
	if changes {
		var cancel context.CancelFunc
		goesOn, cancel = context.WithCancel(ctx)
		defer cancel()
		confirmable = context.AfterFunc(db.standby.confirms(), cancel)
		defer confirmable()
	}
	tx, err := on.BeginTx(goesOn, options)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it reports only that
	driver := nested{entsql.NewDriver(db.Dialect, entsql.Conn{ExecQuerier: tx})}
	err = fn(&Tx{Tx: tx, Ent: ent.NewClient(ent.Driver(driver)), Dialect: db.Dialect})
	switch {
	case !confirmable(): // it would wait, perhaps for the locks of one that does
		return fault.Unavailable("%s", noStandby)
	case err != nil:
		return err
	}
	err = tx.Commit()
	switch asked := viewer.Request(ctx) != ""; {
	case err != nil && changes && asked && fault.CodeOf(err) == fault.CodeUnavailable: // who asks is told nothing of machines
		return fault.Unavailable("%s", inDoubt)
	case err != nil:
		return fmt.Errorf("commit: %w", err)
	}
	if changes && ctx.Err() != nil {
		// A commit that waits for the standby and is given up stands, but only on this machine.
		return fault.Unavailable("%s", inDoubt)
	}
	return nil
}

// nested lets ent's own transactions, which it opens for bulk writes, join ours.
type nested struct{ *entsql.Driver }

func (n nested) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(n), nil }

func (n nested) BeginTx(context.Context, *sql.TxOptions) (dialect.Tx, error) {
	return dialect.NopTx(n), nil
}
