package cluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNoServer says that this machine has no PostgreSQL server and how to get one.
var ErrNoServer = errors.New("found no PostgreSQL server (looked for initdb and pg_ctl in PATH, /usr/lib/postgresql and Homebrew): " +
	"install it with 'apt-get install postgresql', 'dnf install postgresql-server' or 'brew install postgresql', " +
	"or set UPR_TEST_DATABASE_URL to a server where databases may be created")

// installed are the folders outside PATH where packages put the server, by version.
var installed = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
}

// Bin returns the folder with the server's programs, among them pg_dump and psql. It returns
// ErrNoServer when PostgreSQL is not installed.
func Bin() (string, error) { return findServer(installed) }

// findServer returns the folder with the server's programs: the one in PATH, else the
// newest that matches one of the patterns.
func findServer(patterns []string) (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if program, err := filepath.EvalSymlinks(initdb); err == nil && hasServer(filepath.Dir(program)) {
			return filepath.Dir(program), nil
		}
	}
	var found []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, matches...)
	}
	found = slices.DeleteFunc(found, func(bin string) bool { return !hasServer(bin) })
	if len(found) == 0 {
		return "", ErrNoServer
	}
	return slices.MaxFunc(found, func(a, b string) int { return int(100 * (version(a) - version(b))) }), nil
}

func hasServer(bin string) bool {
	for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
		if info, err := os.Stat(filepath.Join(bin, program)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// version reads 16 from ".../16/bin", ".../pgsql-16/bin" and ".../postgresql@16/bin".
func version(bin string) float64 {
	name := filepath.Base(filepath.Dir(bin))
	name = name[strings.LastIndexAny(name, "-@")+1:]
	number, err := strconv.ParseFloat(name, 64)
	if err != nil {
		return 0
	}
	return number
}
