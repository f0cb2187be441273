package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cloudflare/tableflip"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/fault"
)

// process is the one that the program runs in: where it listens, and when another one takes
// its place.
type process interface {
	// Listen listens anew, or takes over what the process before listened on.
	Listen(ctx context.Context, address string) (net.Listener, error)
	// Ready says that this process answers: the one before may stop.
	Ready() error
	// Replaced is closed when another process answers.
	Replaced() <-chan struct{}
	// Follows says whether another process answers until this one does.
	Follows() bool
}

// lone is a process that nothing comes before or after.
type lone struct{}

func (lone) Listen(ctx context.Context, address string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", address)
}

func (lone) Ready() error { return nil }

func (lone) Replaced() <-chan struct{} { return nil }

func (lone) Follows() bool { return false }

// line is a process that begins another one at SIGHUP, of the program as it is then on disk,
// and hands over to it what it listens on.
type line struct {
	upgrader *tableflip.Upgrader
	taken    map[string]int // how often each address was listened on
}

// newLine begins to listen to SIGHUP. Where the system does not hand over sockets, the process
// is a lone one.
func newLine(ctx context.Context, cfg *config.Config) (process, error) {
	if err := canBeWritten(cfg.PIDFile); err != nil {
		return nil, fault.Invalid("UPR_PID_FILE", "%s cannot be written: %v", cfg.PIDFile, err)
	}
	upgrader, err := tableflip.New(tableflip.Options{PIDFile: cfg.PIDFile})
	if errors.Is(err, tableflip.ErrNotSupported) {
		return lone{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("prepare restarts: %w", err)
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGHUP)
	go func() {
		for range asked {
			slog.InfoContext(ctx, "starting anew")
			err := upgrade(ctx, upgrader)
			switch {
			case err == nil:
			case err.Error() == "already upgraded":
				slog.WarnContext(ctx, "another process answers already: send the signal to that one")
			default:
				slog.ErrorContext(ctx, "the new process did not start; this one goes on", "error", err)
			}
		}
	}()
	return line{upgrader, map[string]int{}}, nil
}

// canBeWritten says, before anybody is served, what keeps a file from being put into its place.
func canBeWritten(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errors.New("it is no file")
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".upr-")
	if err != nil {
		return fmt.Errorf("its folder takes no files: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// upgrade begins the next process, once the one before this one has ended. tableflip may tell of
// that before it knows it itself, and refuses for a moment longer.
func upgrade(ctx context.Context, upgrader *tableflip.Upgrader) error {
	if err := upgrader.WaitForParent(ctx); err != nil {
		return fmt.Errorf("wait for the process before: %w", err)
	}
	var err error
	for range 100 {
		if err = upgrader.Upgrade(); err == nil || err.Error() != "parent hasn't exited" {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

// Listen tells listeners at the same address apart, as with port 0, by their order. The first one is
// known by the address alone, as processes of versions before knew it.
func (l line) Listen(ctx context.Context, address string) (net.Listener, error) {
	name := address
	if n := l.taken[address]; n > 0 {
		name = fmt.Sprintf("%s#%d", address, n)
	}
	l.taken[address]++
	return l.upgrader.ListenWithCallback("tcp", name, func(network, _ string) (net.Listener, error) {
		return (&net.ListenConfig{}).Listen(ctx, network, address)
	})
}

func (l line) Ready() error { return l.upgrader.Ready() }

func (l line) Replaced() <-chan struct{} { return l.upgrader.Exit() }

func (l line) Follows() bool { return l.upgrader.HasParent() }

// untilReplaced returns a context that also ends when another process answers.
func untilReplaced(ctx context.Context, p process) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-p.Replaced():
			slog.InfoContext(ctx, "another process answers: this one finishes what it began")
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
