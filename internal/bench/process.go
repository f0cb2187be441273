package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// process is a server that we started.
type process struct {
	cmd     *exec.Cmd
	url     string        // as it said when it was ready
	startup time.Duration // until it said so
}

var urlPattern = regexp.MustCompile(`http://[^/\s]+`)

// startTimeout is enough for ten times the usual data on a busy machine.
const startTimeout = 5 * time.Minute

// start runs a program until it prints its address, which it does when it is ready.
func start(ctx context.Context, environment []string, program string, args ...string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd}
	said := make(chan string, 1)
	go func() {
		defer close(said)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if address := urlPattern.FindString(lines.Text()); address != "" {
				said <- address
				return
			}
		}
	}()
	select {
	case p.url = <-said:
	case <-time.After(startTimeout):
	}
	if p.url == "" {
		return nil, errors.Join(fmt.Errorf("%s %v did not say that it is ready", program, args), p.stop())
	}
	p.startup = time.Since(began)
	return p, nil
}

// stop asks the program to end and waits until it has.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended already
	err := p.cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil // it was told to
	}
	return err
}

func (p *process) pid() int { return p.cmd.Process.Pid }
