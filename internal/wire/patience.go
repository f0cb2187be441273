package wire

import (
	"context"
	"net"
	"sync"
	"time"
)

// Patience lets connections go whose other side does not take what was sent: it has lost its power or its net, or it
// does not read. Whoever takes at least Least bytes of it each time that Within is over is kept, however slow they are.
//
// The kernel has TCP_USER_TIMEOUT for that, but ends connections with it whose other side reads steadily: the time is
// counted from when the window of the other side has no room for all of the packet that is next, and with a small
// window it never has.
type Patience struct {
	Within time.Duration
	Least  uint64

	mu    sync.Mutex
	conns map[*conn]*taken
}

// taken is what the other side of a connection had taken when it was last known to be quick enough.
type taken struct {
	bytes uint64
	since time.Time
}

// Watch looks after connections until ctx ends.
func (p *Patience) Watch(ctx context.Context) {
	ticker := time.NewTicker(p.Within / 12)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			for _, c := range p.slow(now) {
				_ = c.SetLinger(0) // what it has not taken is not kept for it
				_ = c.Close()
			}
		}
	}
}

// slow returns the connections to let go.
func (p *Patience) slow(now time.Time) (slow []*conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c, last := range p.conns {
		bytes, waiting, known := sent(c.TCPConn)
		switch {
		case !known:
		case !waiting, bytes-last.bytes >= p.Least, last.since.IsZero():
			*last = taken{bytes, now}
		case now.Sub(last.since) >= p.Within:
			slow = append(slow, c)
		}
	}
	return slow
}

func (p *Patience) add(c *conn) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns == nil {
		p.conns = map[*conn]*taken{}
	}
	p.conns[c] = &taken{}
}

func (p *Patience) forget(c *conn) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// Accept waits for the next connection.
func (l Listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if tcp, ok := accepted.(*net.TCPConn); ok {
		c := &conn{TCPConn: tcp, patience: l.Patience}
		l.Patience.add(c)
		return c, nil
	}
	return accepted, err //nolint:wrapcheck // as net has it
}

// Close ends a connection.
func (c *conn) Close() error {
	c.patience.forget(c)
	return c.TCPConn.Close() //nolint:wrapcheck // as net has it
}
