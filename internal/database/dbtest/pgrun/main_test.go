package main

import (
	"bufio"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// asPgrun makes this test binary the program itself.
const asPgrun = "UPR_AS_PGRUN"

func TestMain(m *testing.M) {
	if os.Getenv(asPgrun) == "" {
		os.Exit(m.Run())
	}
	main()
}

func pgrun(t *testing.T, command ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, command...)
	cmd.Env = append(os.Environ(), asPgrun+"=1", dbtest.ServerVariable+"=")
	return cmd
}

// folderOf is the folder of the server whose address the command printed.
func folderOf(t *testing.T, printed string) string {
	t.Helper()
	address, err := url.Parse(strings.TrimSpace(printed))
	if err != nil {
		t.Fatal(err)
	}
	folder := address.Query().Get("host")
	if !filepath.IsAbs(folder) {
		t.Fatalf("got %q, want the address of a server on a socket", printed)
	}
	return folder
}

func checkGone(t *testing.T, folder string) {
	t.Helper()
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s is left behind: %v", folder, err)
	}
}

func TestTheCommandGetsAServerAndItsExitCodeIsKept(t *testing.T) {
	cmd := pgrun(t, "sh", "-c", `echo "$UPR_TEST_DATABASE_URL"; exit 3`)
	output, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 3 {
		t.Errorf("got exit code %d and %v, want the command's own 3", code, err)
	}
	checkGone(t, folderOf(t, string(output)))
}

func TestAGivenServerIsPassedOn(t *testing.T) {
	cmd := pgrun(t, "sh", "-c", `echo "$UPR_TEST_DATABASE_URL"`)
	cmd.Env = append(cmd.Env, dbtest.ServerVariable+"=postgres://given")
	output, err := cmd.Output()
	if err != nil || string(output) != "postgres://given\n" {
		t.Errorf("got %q and %v, want the given address", output, err)
	}
}

func TestASignalEndsTheCommandAndThenTheServer(t *testing.T) {
	cmd := pgrun(t, "sh", "-c", `echo "$UPR_TEST_DATABASE_URL"; exec sleep 60`)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	folder := folderOf(t, line)
	if _, err := os.Stat(filepath.Join(folder, ".s.PGSQL.5432")); err != nil {
		t.Errorf("no server while the command runs: %v", err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // its exit code is checked below
	if code := cmd.ProcessState.ExitCode(); code != 128+int(syscall.SIGTERM) {
		t.Errorf("got exit code %d, want that of a terminated command", code)
	}
	checkGone(t, folder)
}

func TestACommandThatDoesNotExistIsAnError(t *testing.T) {
	output, err := pgrun(t, "/nowhere/command").CombinedOutput()
	if err == nil || !strings.Contains(string(output), "pgrun: fork/exec /nowhere/command: no such file") {
		t.Errorf("got %q and %v, want an error that names the command", output, err)
	}
}
