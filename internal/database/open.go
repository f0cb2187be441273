// Package database opens, migrates and writes the two databases that the
// platform runs on: an embedded SQLite file and PostgreSQL.
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
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	_ "modernc.org/sqlite" // the driver "sqlite"

	_ "github.com/upr-info/upr/ent/runtime" // rules of access and defaults of entities

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
)

// DB is an open database. Dialect is ent's name for it: "sqlite3" or "postgres". Address
// is what its driver opens, with the password: never to be shown.
type DB struct {
	SQL     *sql.DB
	Ent     *ent.Client
	Dialect string
	Address string

	file *sqliteFile  // nil: PostgreSQL
	full atomic.Int64 // when a change last found no space, in seconds since 1970

	// Of PostgreSQL alone; nil: SQLite.
	standby *standby
	changes *places
	long    chan struct{} // places of snapshots
}

// Open connects to "sqlite:PATH" or "postgres://…" and checks that it answers.
// The folder of a SQLite file is made when it is missing, but not the folders above it.
func Open(ctx context.Context, address string) (*DB, error) {
	name, dsn, err := resolve(address)
	if err != nil {
		return nil, err
	}
	pool, standby, file, err := open(name, dsn)
	switch {
	case err != nil && name == dialect.Postgres:
		return nil, fault.Unavailable("UPR_DATABASE_URL: cannot open the database %s: the address cannot be read: write it as in postgres://user:password@host/database", secret.Redact(address))
	case err != nil:
		return nil, fault.Unavailable("UPR_DATABASE_URL: cannot open the database %s: %v", secret.Redact(address), err)
	}
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		if troubleOf(err) == noSpace {
			return nil, Explain(err, address)
		}
		return nil, fault.Unavailable("UPR_DATABASE_URL: cannot open the database %s: %v", secret.Redact(address), err)
	}
	opened := &DB{SQL: pool, Ent: ent.NewClient(ent.Driver(entsql.OpenDB(name, pool))), Dialect: name, Address: dsn, file: file, standby: standby}
	if file != nil {
		opened.Address = file.dsn
	}
	opened.bound()
	return opened, nil
}

// open takes a path for SQLite, and an address for PostgreSQL.
func open(name, address string) (*sql.DB, *standby, *sqliteFile, error) {
	if name != dialect.Postgres {
		pool, file, err := openSQLite(address)
		return pool, nil, file, err
	}
	c, err := newConnector(address)
	if err != nil {
		return nil, nil, nil, err
	}
	pool := sql.OpenDB(c)
	c.standby = newStandby(pool)
	return pool, c.standby, nil, nil
}

const (
	// connections is how many a process has to PostgreSQL at most. The server takes a hundred of all
	// processes together, and refuses the next one, whoever asks: a crowd at one process would lock out
	// all of them. Here the next one waits until one is free (places.go).
	connections = 40
	// keptFor is how long those stay open that nobody uses: to open one costs more than most questions.
	keptFor = time.Minute
)

// bound says how many connections there are. To SQLite as many as are wanted: a writer waits on its
// own for others, and readers for nobody.
func (db *DB) bound() {
	if db.Dialect == dialect.Postgres {
		db.SQL.SetMaxOpenConns(connections)
		db.changes, db.long = newPlaces(), make(chan struct{}, snapshotsAtOnce)
	}
	db.SQL.SetMaxIdleConns(connections)
	db.SQL.SetConnMaxIdleTime(keptFor)
}

// Close ends all connections.
func (db *DB) Close() error {
	if db.standby != nil {
		db.standby.end()
	}
	return db.SQL.Close()
}

// resolve returns ent's name of the database, and its path or address.
func resolve(address string) (name, at string, err error) {
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		path := strings.TrimPrefix(address, "sqlite:")
		if path == "" {
			return "", "", fault.Invalid("UPR_DATABASE_URL", "names no file, as in sqlite:data/upr.db")
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return "", "", fault.Invalid("UPR_DATABASE_URL", "%s is a folder: name a file in it, as in sqlite:data/upr.db", path)
		}
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return "", "", err
		}
		if missing(path) && !missing(path+"-wal") {
			return "", "", lost(path)
		}
		if err := makePrivate(path); err != nil {
			return "", "", err
		}
		return dialect.SQLite, path, nil
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return dialect.Postgres, withConnectTimeout(address), nil
	default:
		return "", "", fault.Invalid("UPR_DATABASE_URL", "must begin with sqlite: or postgres://")
	}
}

func withConnectTimeout(address string) string {
	if strings.Contains(address, "connect_timeout=") {
		return address
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + "connect_timeout=" + connectWithin
}

// makeFolder makes one folder and none above it: a mistyped path would silently give a
// new and empty database.
func makeFolder(folder string) error {
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		return nil
	}
	if parent := filepath.Dir(folder); missing(parent) {
		return fault.Invalid("UPR_DATABASE_URL", "the folder %s does not exist, so that %s cannot be made in it: "+
			"put the path right, or make the folder first", parent, filepath.Base(folder))
	}
	if err := os.Mkdir(folder, 0o750); err != nil && !errors.Is(err, fs.ErrExist) { // made by another process just now
		return fmt.Errorf("make the database's folder: %w", err)
	}
	return nil
}

// makePrivate makes the file of a database that only its owner reads: it has names, addresses and
// sessions. SQLite would let everybody read it, and gives its other files the same permissions.
func makePrivate(path string) error {
	if file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		return file.Close()
	}
	return nil // it is there, or SQLite says better what is wrong
}

// IsThere says whether the file of a SQLite database is where it is to be. PostgreSQL says that itself.
// Returns Unavailable.
func IsThere(address string) error {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok && missing(path) {
		return lost(path)
	}
	return nil
}

// lost is of a database that has moved away from beside its changes: in a new file of its name they
// would be made once more.
func lost(path string) error {
	return fault.Unavailable("UPR_DATABASE_URL: the file %s was moved or removed while a server worked with it: "+
		"put it back; to begin with an empty one, end all servers and remove %s-wal and %s-shm first", path, path, path)
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// busyTimeout is how many milliseconds a writer of SQLite waits for others.
const busyTimeout = "10000"

// sqliteDSN sets, on each connection: foreign keys (off by default), WAL so that
// readers and the writer do not wait for each other, and transactions that take the
// write lock when they begin, because a deferred one that meets another writer fails
// in spite of the timeout. Read-only transactions stay deferred. It makes no file.
func sqliteDSN(path string) string {
	options := url.Values{
		"_pragma": {"foreign_keys(1)", "journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(" + busyTimeout + ")"},
		"_txlock": {"immediate"},
		"mode":    {"rw"},
		// The default writes Go's own notation, which SQLite's date functions cannot read.
		"_time_format": {"sqlite"},
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options.Encode()
}
