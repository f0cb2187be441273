package cluster

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"
)

// startAndWait makes this test binary a process that owns a cluster, for the test that kills it.
const startAndWait = "UPR_CLUSTER_START_AND_WAIT"

func TestMain(m *testing.M) {
	if os.Getenv(startAndWait) == "" {
		os.Exit(m.Run())
	}
	c, err := Start()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(c.URL)
	time.Sleep(time.Minute)
	_ = c.Stop()
}

// connect opens a connection, for which the server keeps a process. It says something
// at once: a server that stops waits a minute for the first word of a new connection.
func connect(t *testing.T, address string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatalf("the server does not answer: %v", err)
	}
	return conn
}

func folderOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	folder := u.Query().Get("host")
	if !filepath.IsAbs(folder) {
		t.Fatalf("got the address %q, want one with the server's folder", address)
	}
	return folder
}

// checkStopped looks for the server's folder and its processes: the one that listens
// and the one behind the open connection.
func checkStopped(t *testing.T, folder string, conn *sql.Conn) {
	t.Helper()
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is left behind: %v", err)
	}
	if _, err := net.Dial("unix", filepath.Join(folder, ".s.PGSQL.5432")); err == nil {
		t.Error("the server still listens")
	}
	if err := conn.PingContext(t.Context()); err == nil {
		t.Error("the server still answers on an open connection")
	}
}

func TestStopLeavesNothingBehind(t *testing.T) {
	c, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	if got := folderOf(t, c.URL); got != c.folder {
		t.Errorf("the address leads to %s, want %s", got, c.folder)
	}
	info, err := os.Stat(c.folder)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("got permissions %o, want 700: others could connect as superuser", got)
	}
	conn := connect(t, c.URL)
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	checkStopped(t, c.folder, conn)
}

func TestAKilledOwnerLeavesNothingBehind(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	owner := exec.Command(self)
	owner.Env = append(os.Environ(), startAndWait+"=1")
	output, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("got %q and %v, want the cluster's address", line, err)
	}
	address := strings.TrimSpace(line)
	folder, conn := folderOf(t, address), connect(t, address)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // says that it was killed
	for range 2000 { // 20 seconds: the guard works on its own time
		if _, err := os.Stat(folder); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	checkStopped(t, folder, conn)
}

func TestAFailedStartSaysWhyAndLeavesNothingBehind(t *testing.T) {
	bin := fakeServer(t, t.TempDir(), "#!/bin/sh\necho disk is full\nexit 1\n")
	temp := t.TempDir()
	// Root's server is another user, who needs to get at all of this.
	for _, folder := range []string{bin, filepath.Dir(bin), temp, filepath.Dir(temp)} {
		if err := os.Chmod(folder, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("TMPDIR", temp)
	_, err := Start()
	if err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("got %v, want the words of initdb", err)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
