package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/upr-info/upr/internal/fault"
)

// What the database cannot do for now, as people are told.
const (
	outOfReach = "the database cannot be reached; public questions are answered, nothing can be changed: try again in a moment"
	readOnly   = "the database takes no changes at present; public questions are answered: try again later"
	noSpace    = "the database has no space left, so that nothing was changed: tell whoever operates this server"
	busy       = "others are changing the same things, so that nothing was changed: try again"
	inDoubt    = "the standby did not confirm the change in time, so that it is not certain whether it will be kept: look before you make it again"
	noStandby  = "the second machine of the database, its standby, does not answer, so that nothing was changed; questions are answered: try again later"
	crowded    = "too many changes are under way, so that nothing was changed: try again in a moment"
	givenUp    = "the database took too long for it and was told to give up: ask for less at once, or try again"
	fileMoved  = "the file of the database was removed or replaced; public questions are answered, nothing can be changed: tell whoever operates this server"
	failing    = "the database's disk does not work, so that nothing was changed: tell whoever operates this server"
)

// unconfirmed is what commands are told, which nobody else tells to give up.
const unconfirmed = "the standby did not confirm the change within %s: it may stand on the primary alone. Bring the standby back, or go on without it " +
	"(docs/operating.md), and look whether the change is there before you make it again"

// Trouble returns what is wrong where err says that the database cannot do something for
// now, as a fault that people may see; nil where err says something else.
func Trouble(err error) error {
	if why := troubleOf(err); why != "" {
		return fault.Unavailable("%s", why)
	}
	return nil
}

// Explain says what to do where err, of a command, is that there is no space for the database at address.
func Explain(err error, address string) error {
	if troubleOf(err) != noSpace {
		return err
	}
	where := "on the disk of PostgreSQL"
	if path, sqlite := strings.CutPrefix(address, "sqlite:"); sqlite {
		where = "where its file is, " + path
	}
	return fault.Unavailable("the database has no space left %s: make space there and try again; what was kept before is unharmed", where)
}

func troubleOf(err error) string {
	var ours *sqlite.Error
	var theirs *pq.Error
	var network net.Error
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errNoHost):
		return outOfReach
	case errors.As(err, &ours):
		return troubleOfSQLite(ours.Code())
	case errors.As(err, &theirs):
		return troubleOfPostgres(string(theirs.Code))
	case errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return outOfReach
	}
	return ""
}

// troubleOfSQLite looks at a result code, of which the lower byte says what kind it is.
func troubleOfSQLite(code int) string {
	if code == sqlite3.SQLITE_IOERR_SHMSIZE { // the index of what the -wal has is made when the file is opened
		return noSpace
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return noSpace
	case sqlite3.SQLITE_READONLY:
		return readOnly
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busy
	case sqlite3.SQLITE_IOERR:
		return failing
	case sqlite3.SQLITE_CANTOPEN:
		return outOfReach
	case sqlite3.SQLITE_INTERRUPT:
		return givenUp
	}
	return ""
}

// troubleOfPostgres looks at an SQLSTATE, of which the first two characters are its class.
func troubleOfPostgres(code string) string {
	switch code {
	case "53100": // disk_full
		return noSpace
	case "25006", "0A000": // read_only_sql_transaction; feature_not_supported: a standby that is asked to write
		return readOnly
	case "58030": // io_error
		return failing
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return busy
	case "57014": // query_canceled: the time for the question is over
		return givenUp
	case "57P01", "57P02", "57P03": // admin_shutdown, crash_shutdown, cannot_connect_now
		return outOfReach
	}
	if strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") { // connections, resources
		return outOfReach
	}
	return ""
}

// connectWithin is how long, in seconds, PostgreSQL may take to accept a connection, unless the
// address says something else: who waits is to be told.
const connectWithin = "5"

// fullFor is how long the database is said to be full after a change found no space: whether there is
// some can only be found out by a change.
const fullFor = time.Minute

// noteSpace remembers that a change found no space.
func (db *DB) noteSpace(err error) {
	if troubleOf(err) == noSpace {
		db.full.Store(time.Now().Unix())
	}
}

// Degraded says what the database cannot do at present; empty: it takes changes.
func (db *DB) Degraded(ctx context.Context) string {
	why := db.degraded(ctx)
	if why == "" && time.Since(time.Unix(db.full.Load(), 0)) < fullFor {
		return noSpace
	}
	return why
}

func (db *DB) degraded(ctx context.Context) string {
	if db.Dialect == dialect.Postgres {
		var standby, waits bool
		err := db.SQL.QueryRowContext(ctx, "SELECT pg_is_in_recovery(), "+waitsForStandby).Scan(&standby, &waits)
		switch {
		case err != nil:
			return outOfReach
		case standby:
			return readOnly
		case waits || db.standby.check() != nil:
			return noStandby
		}
		return ""
	}
	if db.file != nil && db.file.check() != nil {
		return fileMoved
	}
	err := db.tryToWrite(ctx)
	switch why := troubleOf(err); {
	case why == busy: // somebody changes something: all is well
		return ""
	case why == "" && err != nil:
		return outOfReach
	default:
		return why
	}
}

// tryToWrite changes nothing in a SQLite file, as far as only a file that takes changes allows
// it. It does not wait for other writers.
func (db *DB) tryToWrite(ctx context.Context) error {
	conn, err := db.SQL.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout) //nolint:errcheck // a broken one is not used again
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "UPDATE log_heads SET id = id WHERE id = 0")
	_, wrong := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return errors.Join(err, wrong)
}
