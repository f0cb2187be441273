// Command pgrun runs a command, such as the tests of all packages, with one
// throw-away PostgreSQL server, and returns its exit code:
//
//	go run ./internal/database/dbtest/pgrun go test ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: pgrun COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgrun:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run returns the exit code of the command.
func run(command []string) (int, error) {
	if os.Getenv(dbtest.ServerVariable) != "" {
		return execute(command)
	}
	server, err := cluster.Start()
	if err != nil && dbtest.MaySkip(err) {
		defer fmt.Fprintln(os.Stderr, "pgrun: NOTHING WAS TESTED ON POSTGRESQL, as UPR_TEST_SKIP_POSTGRES asks:", err)
		return execute(command)
	}
	if err != nil {
		return 0, err
	}
	code, err := execute(command, dbtest.ServerVariable+"="+server.URL, dbtest.ThrowAwayVariable+"=1")
	return code, errors.Join(err, server.Stop())
}

// execute passes signals on, so that the command ends first and the server after it.
func execute(command []string, environment ...string) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), environment...)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer close(signals)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s) // it may have ended already
		}
	}()
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exitCode(exit), nil
	}
	return 0, err
}

// exitCode is that of a shell: 128 and the signal's number for a killed command.
func exitCode(exit *exec.ExitError) int {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}
