package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeServer puts programs with the server's names, all with the given content, into a folder.
func fakeServer(t *testing.T, bin, content string) string {
	t.Helper()
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
		if err := os.WriteFile(filepath.Join(bin, program), []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestFindServerPrefersTheNewestOutsidePath(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	fakeServer(t, filepath.Join(root, "9.6", "bin"), "")
	fakeServer(t, filepath.Join(root, "16", "bin"), "")
	fakeServer(t, filepath.Join(root, "postgresql@17", "bin"), "")
	clientOnly := filepath.Join(root, "18", "bin")
	if err := os.MkdirAll(clientOnly, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pattern, want string }{
		{"[0-9]*/bin", "16/bin"},
		{"*/bin", "postgresql@17/bin"},
	} {
		got, err := findServer([]string{filepath.Join(root, c.pattern)})
		if err != nil || got != filepath.Join(root, c.want) {
			t.Errorf("%s: got %s and %v, want %s", c.pattern, got, err, c.want)
		}
	}
}

func TestFindServerTakesTheOneInPathFirst(t *testing.T) {
	root := t.TempDir()
	fakeServer(t, filepath.Join(root, "16", "bin"), "")
	mine := fakeServer(t, filepath.Join(root, "mine"), "")
	links := t.TempDir() // a link to initdb alone, as some machines have it
	if err := os.Symlink(filepath.Join(mine, "initdb"), filepath.Join(links, "initdb")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", links)
	got, err := findServer([]string{filepath.Join(root, "*", "bin")})
	if err != nil || got != mine {
		t.Errorf("got %s and %v, want %s", got, err, mine)
	}
}

func TestFindServerSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findServer([]string{filepath.Join(t.TempDir(), "*", "bin")})
	if !errors.Is(err, ErrNoServer) || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v, want %v", err, ErrNoServer)
	}
}
