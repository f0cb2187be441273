package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/upr-info/upr/internal/fault"
)

// Contents are what a SQLite file of the platform holds, for people to compare.
type Contents struct {
	Schema          int64
	Recommendations int
	Bytes           int64
}

// FileOf returns the file of a "sqlite:PATH" address. Returns Invalid for PostgreSQL.
func FileOf(address string) (string, error) {
	path, ok := strings.CutPrefix(address, "sqlite:")
	switch {
	case !ok:
		return "", fault.Invalid("UPR_DATABASE_URL", "is a PostgreSQL database, which has programs of its own for this: "+
			"pg_dump -Fc and pg_restore, and then upr epoch new; docs/operating.md has the commands")
	case path == "":
		return "", fault.Invalid("UPR_DATABASE_URL", "names no file, as in sqlite:data/upr.db")
	}
	return path, nil
}

// openFile opens a SQLite file that exists; mode is SQLite's: ro or rw. One connection, so
// that what is set on it holds for all that follows.
func openFile(path, mode string, pragmas ...string) (*sql.DB, error) {
	options := url.Values{"mode": {mode}, "_pragma": pragmas}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	pool.SetMaxOpenConns(1)
	return pool, nil
}

// look reads what a file holds. Returns Invalid where it is no database of the platform.
func look(ctx context.Context, pool *sql.DB, path string) (c Contents, err error) {
	var tables int
	err = pool.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('goose_db_version', 'recommendations')`).Scan(&tables)
	if err == nil && tables == 2 {
		err = pool.QueryRowContext(ctx, `SELECT (SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version), (SELECT COUNT(*) FROM recommendations)`).
			Scan(&c.Schema, &c.Recommendations)
	}
	switch {
	case isDamaged(err):
		return c, fault.Invalid("", "%s is no database of upr, or it is damaged", path)
	case err != nil:
		return c, fmt.Errorf("read %s: %w", path, err)
	case tables != 2:
		return c, fault.Invalid("", "%s is no database of upr", path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	c.Bytes = info.Size()
	return c, nil
}

// check demands that SQLite finds nothing wrong with a file, and no row that refers to nothing.
func check(ctx context.Context, pool *sql.DB, path string) error {
	var said string
	err := pool.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said)
	if err == nil && said == "ok" {
		var lost int
		err = pool.QueryRowContext(ctx, "SELECT COUNT(*) FROM pragma_foreign_key_check").Scan(&lost)
		said = fmt.Sprintf("%d rows refer to nothing", lost)
		if err == nil && lost == 0 {
			return nil
		}
	}
	if err != nil && !isDamaged(err) {
		return fmt.Errorf("check %s: %w", path, err)
	}
	if err != nil {
		said = "it cannot be read to its end"
	}
	return fault.Invalid("", "%s is damaged: %s", path, said)
}

// copyInto writes what a database holds at this moment into a new file of a folder, which
// the owner alone can read. Others may write meanwhile.
func copyInto(ctx context.Context, pool *sql.DB, folder string) (path string, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("find the folder: %w", err)
	}
	file, err := os.CreateTemp(folder, ".upr-*.tmp") // with the mode 0600
	if err != nil {
		return "", fault.Unavailable("nothing can be written into %s: %v", folder, reason(err))
	}
	path = file.Name()
	if err = file.Close(); err == nil {
		_, err = pool.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	if err == nil {
		err = flush(path)
	}
	if err != nil {
		removeAll(path) // with the journal of a copy that broke off
	}
	if troubleOf(err) == noSpace {
		return "", fault.Unavailable("there is no space left in %s for a copy of the database: make space, and try again", folder)
	}
	if err != nil {
		return "", fmt.Errorf("copy the database: %w", err)
	}
	return path, nil
}

// publish gives a finished file its name, unless something has it already.
func publish(temporary, path string) error {
	if err := os.Link(temporary, path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return exists(path)
		}
		return fmt.Errorf("name %s: %w", path, err)
	}
	_ = os.Remove(temporary) // the other name of the same file
	return flush(filepath.Dir(path))
}

func exists(path string) error {
	return fault.Conflict("%s exists already: choose another name, nothing is overwritten", path)
}

// flush waits until a file, or a folder's list of names, is on the disk.
func flush(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func reason(err error) error {
	if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
		return cause.Err
	}
	return err
}

// sqliteCode is SQLite's own number for what went wrong, without details; 0: it is something else.
func sqliteCode(err error) int {
	if cause := (*sqlite.Error)(nil); errors.As(err, &cause) {
		return cause.Code() & 0xff
	}
	return 0
}

func isDamaged(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

func isLocked(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}
