package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/upr-info/upr/internal/fault"
)

// sqliteFile is the file that was opened. While another one has its name, or none, nothing is written:
// it would go into a file that nobody finds again.
type sqliteFile struct {
	path   string
	dsn    string
	driver driver.Driver
	opened fs.FileInfo
	moved  atomic.Bool // it was so when it was looked at last
}

func openSQLite(path string) (*sql.DB, *sqliteFile, error) {
	pool, err := sql.Open("sqlite", sqliteDSN(path))
	if err != nil {
		return nil, nil, err
	}
	defer pool.Close() // it was not connected: it knows the driver
	file := &sqliteFile{path: path, dsn: sqliteDSN(path), driver: pool.Driver()}
	if file.opened, err = os.Stat(path); err != nil {
		return nil, nil, reason(err)
	}
	return sql.OpenDB(file), file, nil
}

// check returns Unavailable where the file has lost its name.
func (f *sqliteFile) check() error {
	now, err := os.Stat(f.path)
	moved := err != nil || !os.SameFile(now, f.opened)
	if was := f.moved.Swap(moved); was != moved {
		if moved {
			slog.Error("the file of the database was removed or replaced: nothing is written until it is back, or the server is started anew", "file", f.path)
		} else {
			slog.Info("the file of the database is back", "file", f.path)
		}
	}
	if moved {
		return fault.Unavailable("%s", fileMoved)
	}
	return nil
}

// Driver returns SQLite's.
func (f *sqliteFile) Driver() driver.Driver { return f.driver }

// Connect opens the file once more, never another one.
func (f *sqliteFile) Connect(context.Context) (driver.Conn, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	opened, err := f.driver.Open(f.dsn)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(sqliteConn)
	if !ok {
		_ = opened.Close()
		return nil, fmt.Errorf("the driver of SQLite has other connections than expected: %T", opened)
	}
	if err := f.check(); err != nil { // it was exchanged just now
		_ = conn.Close()
		return nil, err
	}
	return &fileConn{conn, f}, nil
}

// sqliteConn is what database/sql uses of a connection.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// fileConn is a connection that writes only into a file that has its name.
type fileConn struct {
	sqliteConn
	file *sqliteFile
}

// BeginTx begins a transaction.
func (c *fileConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if options.ReadOnly {
		return c.sqliteConn.BeginTx(ctx, options)
	}
	if err := c.file.check(); err != nil {
		return nil, err
	}
	tx, err := c.sqliteConn.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &fileTx{tx, c.file}, nil
}

// ExecContext changes something.
func (c *fileConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.file.check(); err != nil {
		return nil, err
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

type fileTx struct {
	driver.Tx
	file *sqliteFile
}

// Commit keeps what was changed, where it will be found again.
func (t *fileTx) Commit() error {
	if err := t.file.check(); err != nil {
		_ = t.Rollback()
		return err
	}
	return t.Tx.Commit()
}
