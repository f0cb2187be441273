package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// Restored says what Restore did.
type Restored struct {
	Contents
	Digest bool   // the backup has a digest, which is right
	Kept   string // where the database that was there before is now; empty: there was none
}

// Restore puts the database of a backup into the place of a SQLite database. prepare is run
// on the copy before anybody can see it. A database that is there already is refused, or with
// replace kept beside under a name with the time. Any error leaves everything as it was.
//
// Returns Invalid where the backup is no database of the platform, is damaged or has another digest, and Conflict
// where it is newer than the program, where there is a database already, and where another
// process has it open.
func Restore(ctx context.Context, address, backup string, replace bool, prepare func(*DB) error) (Restored, error) {
	target, err := FileOf(address)
	if err != nil {
		return Restored{}, err
	}
	if info, err := os.Stat(backup); err != nil || !info.Mode().IsRegular() {
		return Restored{}, fault.Invalid("", "there is no file %s", backup)
	}
	if err := makeFolder(filepath.Dir(target)); err != nil {
		return Restored{}, err
	}
	if resolved, err := filepath.EvalSymlinks(target); err == nil {
		target = resolved // a link goes on leading there
	}
	if sameFile(backup, target) {
		return Restored{}, fault.Invalid("", "%s is the database itself, not a backup of it", backup)
	}
	done := Restored{}
	if done.Digest, err = checkDigest(backup); err != nil {
		return Restored{}, err
	}
	filled, err := isFilled(target)
	if err != nil {
		return Restored{}, err
	}
	if filled && !replace {
		return Restored{}, fault.Conflict("%s is a database already: give --replace to put the backup into its place; it is kept beside", target)
	}
	if err := seize(ctx, target, func() error { return nil }); err != nil { // said before long work
		return Restored{}, err
	}
	temporary, err := unpack(ctx, backup, filepath.Dir(target), prepare)
	if err != nil {
		return Restored{}, err
	}
	defer os.Remove(temporary)
	if done.Contents, err = verify(ctx, temporary); err != nil {
		return Restored{}, err
	}
	err = seize(ctx, target, func() (err error) {
		done.Kept, err = swap(temporary, target, filled)
		return err
	})
	return done, err
}

// unpack makes a copy of a backup that this program can work with.
func unpack(ctx context.Context, backup, folder string, prepare func(*DB) error) (path string, err error) {
	pool, err := openFile(backup, "ro")
	if err != nil {
		return "", err
	}
	defer pool.Close()
	if _, err := look(ctx, pool, backup); err != nil {
		return "", err
	}
	if err := check(ctx, pool, backup); err != nil {
		return "", err
	}
	if path, err = copyInto(ctx, pool, folder); err != nil {
		return "", err
	}
	if err := prepareFile(ctx, path, prepare); err != nil {
		removeAll(path)
		return "", err
	}
	return path, nil
}

func prepareFile(ctx context.Context, path string, prepare func(*DB) error) error {
	db, err := Open(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	if _, err := Migrate(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := prepare(db); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("finish the copy: %w", err)
	}
	// What is written goes into the file itself, which alone gets a new name.
	pool, err := openFile(path, "rw")
	if err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
	if err := errors.Join(err, pool.Close()); err != nil {
		return fmt.Errorf("finish the copy: %w", err)
	}
	return flush(path)
}

// companions are the files that SQLite keeps beside a database. Beside another database they
// would be taken for its own.
var companions = []string{"-wal", "-shm", "-journal"}

func removeAll(path string) {
	for _, extension := range append([]string{""}, companions...) {
		_ = os.Remove(path + extension)
	}
}

// seize runs fn while no other process has a SQLite file open. Returns Conflict where one has.
func seize(ctx context.Context, path string, fn func() error) error {
	if missing(path) {
		return fn()
	}
	pool, err := openFile(path, "rw", "busy_timeout(0)")
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := takeOver(ctx, pool); isLocked(err) {
		return fault.Conflict("another process has %s open: stop upr serve, and whatever else uses this database, and restore then", path)
	} else if err != nil && !isDamaged(err) { // nobody serves a damaged one, and it is what restoring is for
		return fmt.Errorf("take %s: %w", path, err)
	}
	return fn()
}

// takeOver takes a database for good. Leaving the write-ahead log needs it for oneself: whoever has
// the file open, were it only to read, keeps us from it. Its log is written back into it thereby.
func takeOver(ctx context.Context, pool *sql.DB) error {
	if _, err := pool.ExecContext(ctx, "PRAGMA journal_mode = DELETE"); err != nil {
		return err
	}
	_, err := pool.ExecContext(ctx, "BEGIN EXCLUSIVE") // ends with the connection
	return err
}

// swap puts a finished file into the place of another, which is kept beside. At no moment is
// there no database: a server that is started just then would begin an empty one.
func swap(temporary, target string, keep bool) (kept string, err error) {
	name := target + "." + time.Now().UTC().Format("20060102T150405Z")
	if keep {
		if err := os.Link(target, name); err != nil {
			if errors.Is(err, fs.ErrExist) {
				return "", exists(name)
			}
			return "", fmt.Errorf("keep %s: %w", target, err)
		}
		kept = name
	}
	for _, extension := range companions { // of a damaged database, or of one that was deleted
		if err := os.Rename(target+extension, name+extension); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("keep %s: %w", target+extension, err)
		}
	}
	if err := os.Rename(temporary, target); err != nil {
		return "", fmt.Errorf("put the backup into its place: %w", err)
	}
	return kept, flush(filepath.Dir(target))
}

// isFilled says whether there is anything in a file.
func isFilled(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for %s: %w", path, reason(err))
	case !info.Mode().IsRegular():
		return false, fault.Invalid("UPR_DATABASE_URL", "%s is no file", path)
	}
	return info.Size() > 0 || !missing(path+"-wal"), nil
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	second, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(first, second)
}
