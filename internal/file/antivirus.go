package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// Scanner looks at a content for viruses. It returns the name of the one that it found, none where
// there is none; an error where it cannot tell.
type Scanner interface {
	Scan(ctx context.Context, content io.Reader) (virus string, err error)
}

// NewScanner reads UPR_ANTIVIRUS: clamd://127.0.0.1:3310 or clamd:///run/clamav/clamd.ctl for a
// daemon of ClamAV, else a command that reads the file on its standard input, and ends with 0 where
// it found nothing and with 1 where it found something.
func NewScanner(setting string) (Scanner, error) {
	if !strings.HasPrefix(setting, "clamd:") {
		words := strings.Fields(setting)
		if len(words) == 0 {
			return nil, fault.Invalid("UPR_ANTIVIRUS", "names no command")
		}
		path, err := exec.LookPath(words[0])
		if err != nil {
			return nil, fault.Invalid("UPR_ANTIVIRUS", "the command %s cannot be found", words[0])
		}
		return command{path, words[1:]}, nil
	}
	u, err := url.Parse(setting)
	switch {
	case err == nil && u.Port() != "":
		return clamd{"tcp", u.Host}, nil
	case err == nil && u.Host == "" && u.Path != "":
		return clamd{"unix", u.Path}, nil
	}
	return nil, fault.Invalid("UPR_ANTIVIRUS", "must be like clamd://127.0.0.1:3310 or clamd:///run/clamav/clamd.ctl")
}

// command is a program that looks at its standard input.
type command struct {
	path      string
	arguments []string
}

// Scan runs the command.
func (c command) Scan(ctx context.Context, content io.Reader) (string, error) {
	run := exec.CommandContext(ctx, c.path, c.arguments...) //nolint:gosec // whoever runs the server names it
	said := &bounded{most: 4 << 10}
	run.Stdin, run.Stdout, run.Stderr, run.WaitDelay = content, said, said, time.Second
	err := run.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "found by the command of UPR_ANTIVIRUS", nil
	}
	if err != nil {
		return "", fmt.Errorf("the command of UPR_ANTIVIRUS: %w: %s", err, said.text.Bytes())
	}
	return "", nil
}

// bounded keeps the beginning of what is written.
type bounded struct {
	text bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.text.Write(p[:min(len(p), b.most-b.text.Len())])
	return len(p), nil
}

// clamd is a daemon of ClamAV, asked by its command INSTREAM.
type clamd struct{ network, address string }

const (
	clamdDialWithin = 5 * time.Second
	clamdChunk      = 64 << 10
	clamdReply      = 4 << 10 // bytes at most
)

// Scan sends a content in chunks, each with its length before it, and reads what is said of it.
func (c clamd) Scan(ctx context.Context, content io.Reader) (string, error) {
	dialer := net.Dialer{Timeout: clamdDialWithin}
	conn, err := dialer.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("reach clamd: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	sendErr := instream(conn, content)
	if readErr := (*contentError)(nil); errors.As(sendErr, &readErr) {
		return "", readErr.error
	}
	// A daemon that has enough says so before it closes: its reply tells more than the error of sending.
	reply, err := io.ReadAll(io.LimitReader(conn, clamdReply))
	said, ended := strings.CutSuffix(string(reply), "\x00")
	if !ended {
		return "", fmt.Errorf("clamd did not reply: %w", errors.Join(sendErr, err, io.ErrUnexpectedEOF))
	}
	_, said, _ = strings.Cut(said, ": ")
	if virus, found := strings.CutSuffix(said, " FOUND"); found {
		return virus, nil
	}
	if said != "OK" || sendErr != nil {
		return "", fmt.Errorf("clamd says %q: %w", reply, errors.Join(sendErr, errors.New("this is no verdict")))
	}
	return "", nil
}

// contentError is one of the content, not of the connection.
type contentError struct{ error }

func instream(to io.Writer, content io.Reader) error {
	if _, err := io.WriteString(to, "zINSTREAM\x00"); err != nil {
		return err
	}
	chunk := make([]byte, 4+clamdChunk)
	for {
		n, err := io.ReadFull(content, chunk[4:])
		if n == 0 && errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return &contentError{err}
		}
		binary.BigEndian.PutUint32(chunk, uint32(n))
		if _, err := to.Write(chunk[:4+n]); err != nil {
			return err
		}
	}
	_, err := to.Write([]byte{0, 0, 0, 0})
	return err
}
