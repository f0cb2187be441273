package database

import (
	"context"
	"os"
	"path/filepath"

	"github.com/upr-info/upr/internal/fault"
)

// Backup writes all that a SQLite database holds at one moment into a new file, which is
// complete and checked when it has its name, and its digest beside it. Others may read and write meanwhile. Returns
// Conflict where the file exists.
func Backup(ctx context.Context, address, path string) (Contents, error) {
	source, err := FileOf(address)
	if err != nil {
		return Contents{}, err
	}
	if missing(source) { // it would be made
		return Contents{}, fault.Invalid("UPR_DATABASE_URL", "there is no database %s", source)
	}
	for _, name := range []string{path, path + digestExtension} {
		if _, err := os.Lstat(name); err == nil {
			return Contents{}, exists(name)
		}
	}
	pool, err := openFile(source, "rw", "busy_timeout(10000)")
	if err != nil {
		return Contents{}, err
	}
	defer pool.Close()
	if _, err := look(ctx, pool, source); err != nil {
		return Contents{}, err
	}
	temporary, err := copyInto(ctx, pool, filepath.Dir(path))
	if err != nil {
		return Contents{}, err
	}
	defer os.Remove(temporary) // where it has no other name, it is not wanted
	contents, err := verify(ctx, temporary)
	if err != nil {
		return Contents{}, err
	}
	digest, err := writeDigest(temporary, path)
	if err != nil {
		return Contents{}, err
	}
	defer os.Remove(digest)
	if err := publish(temporary, path); err != nil {
		return Contents{}, err
	}
	// After the backup: who is killed between the two leaves no digest of nothing, which would refuse the next one.
	if err := publish(digest, path+digestExtension); err != nil {
		_ = os.Remove(path)
		return Contents{}, err
	}
	return contents, nil
}

// verify reads a finished copy from its beginning to its end.
func verify(ctx context.Context, path string) (Contents, error) {
	pool, err := openFile(path, "ro")
	if err != nil {
		return Contents{}, err
	}
	defer pool.Close()
	contents, err := look(ctx, pool, path)
	if err != nil {
		return contents, err
	}
	return contents, check(ctx, pool, path)
}
