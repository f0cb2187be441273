package database

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// quiet is how long the database may say nothing to a question before it is asked whether it is there.
	quiet = time.Second
	// lastWords is how long it may go on saying nothing once a question was given up.
	lastWords = 3 * time.Second
)

// errSilent says that the database's machine takes what is sent, and nobody there answers.
var errSilent = errors.New("the database says nothing")

// watched is a connection to PostgreSQL whose reader does not wait for ever. A server that is
// stopped, or cannot work, keeps its connections, and its kernel takes whatever is sent.
//
// A question may take long. So who hears nothing asks on another connection whether anybody is
// there, which costs a server that works next to nothing.
type watched struct {
	net.Conn
	there  func() error // asks whether the server answers
	silent func(error)  // is told that it does not
	closed func()

	mu       sync.Mutex
	deadline time.Time // what lib/pq set: while it connects
	over     time.Time // nobody waits for the answer after this
}

// Read reads what the server says. It fails when the server does not answer any more.
func (c *watched) Read(b []byte) (int, error) {
	for {
		until, asks := c.arm()
		n, err := c.Conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		switch now := time.Now(); {
		case c.isOver(now):
			return 0, c.failed(errSilent)
		case !asks:
			return n, err
		case now.Before(until): // the question was given up meanwhile
			continue
		}
		if err := c.there(); err != nil {
			err = c.failed(err)
			c.silent(err)
			return 0, err
		}
	}
}

// arm sets how long the next read waits. asks: the server is asked then whether it is there.
func (c *watched) arm() (until time.Time, asks bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	until, asks = c.deadline, c.deadline.IsZero()
	if asks {
		until = time.Now().Add(quiet)
	}
	if !c.over.IsZero() && c.over.Before(until) {
		until = c.over
	}
	_ = c.Conn.SetReadDeadline(until)
	return until, asks
}

func (c *watched) isOver(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.over.IsZero() && !now.Before(c.over)
}

// hurry says that a question was given up. lib/pq does not use the connection for another one.
func (c *watched) hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over.IsZero() {
		c.over = time.Now().Add(lastWords)
		_ = c.Conn.SetReadDeadline(c.over)
	}
}

// failed is an error after which lib/pq throws a connection away, and does not ask once more: the
// server may still do what it was told when it wakes up.
func (c *watched) failed(err error) error {
	return &net.OpError{Op: "read", Net: c.RemoteAddr().Network(), Addr: c.RemoteAddr(), Err: err}
}

// SetDeadline sets until when reads and writes may last.
func (c *watched) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return c.Conn.SetDeadline(t)
}

// Close ends the connection.
func (c *watched) Close() error {
	c.closed()
	return c.Conn.Close()
}

// listened is a connection on which something is heard each so often, as long as the server works.
type listened struct {
	net.Conn
	within time.Duration
	timed  atomic.Bool // lib/pq set a deadline: while it connects
}

// Read reads what the server says. It fails when that is nothing for too long.
func (c *listened) Read(b []byte) (int, error) {
	if !c.timed.Load() {
		_ = c.Conn.SetReadDeadline(time.Now().Add(c.within))
	}
	return c.Conn.Read(b)
}

// SetDeadline sets until when reads and writes may last.
func (c *listened) SetDeadline(t time.Time) error {
	c.timed.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}

// askWhetherThere begins a connection as lib/pq does, with the question whether it may be encrypted,
// which each server answers first and with one byte.
func askWhetherThere(network, address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), silence-quiet)
	defer cancel()
	conn, err := dial(ctx, network, address)
	if err != nil {
		return err
	}
	defer conn.Close()
	until, _ := ctx.Deadline()
	_ = conn.SetDeadline(until)
	if _, err := conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil { // SSLRequest
		return err
	}
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		return errors.Join(errSilent, err)
	}
	return nil
}
