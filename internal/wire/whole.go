// Package wire is how connections behave: answers go out whole, and whoever is gone without a word is let go.
package wire

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Listener gives connections whose answers can go out whole.
type Listener struct {
	net.Listener
	Patience *Patience // with them; nil: for ever
}

// conn keeps what an answer writes until all of it is there.
type conn struct {
	*net.TCPConn
	held     *[]byte // nil while nothing is kept
	patience *Patience
}

// maxHeld is how much is kept: what is longer is not copied, and goes out behind it in one call.
const maxHeld = 16 << 10

var pages = sync.Pool{New: func() any { page := make([]byte, 0, maxHeld); return &page }}

func (c *conn) Write(b []byte) (int, error) {
	if c.held == nil {
		return c.TCPConn.Write(b) //nolint:wrapcheck // as net has it
	}
	if len(*c.held)+len(b) <= maxHeld {
		*c.held = append(*c.held, b...)
		return len(b), nil
	}
	kept := len(*c.held)
	both := net.Buffers{*c.held, b}
	n, err := both.WriteTo(c.TCPConn)
	*c.held = (*c.held)[:0]
	return max(int(n)-kept, 0), err //nolint:wrapcheck // as net has it
}

// ReadFrom is how files are sent: behind what is kept.
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	if c.held != nil && len(*c.held) > 0 {
		_, err := c.TCPConn.Write(*c.held)
		*c.held = (*c.held)[:0]
		if err != nil {
			return 0, err //nolint:wrapcheck // as net has it
		}
	}
	return c.TCPConn.ReadFrom(r) //nolint:wrapcheck // as net has it
}

// release sends what is kept. Where that fails the connection ends: net/http knows nothing of it, and half of an
// answer is not to be taken for one that goes on.
func (c *conn) release() {
	held := c.held
	c.held = nil
	if len(*held) > 0 {
		if _, err := c.TCPConn.Write(*held); err != nil {
			_ = c.Close()
		}
	}
	*held = (*held)[:0]
	pages.Put(held)
}

type key struct{}

// With has the requests of a connection know it.
func With(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, key{}, c) }

// ReadUntil has what is still to be read of a request come by then. What http.ResponseController says does not reach
// the connection of an answer that is compressed.
func ReadUntil(ctx context.Context, then time.Time) {
	if c, ok := ctx.Value(key{}).(net.Conn); ok {
		_ = c.SetReadDeadline(then) // who has gone needs none
	}
}

// Whole sends each answer whose length is known at its head in one piece. net/http sends it in pieces
// of 4 KB, and sending one costs as much as making a short answer.
func Whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, ok := r.Context().Value(key{}).(*conn)
		if !ok || r.ProtoMajor > 1 || r.Header.Get("Expect") != "" { // whoever waits for 100 Continue is sent it at once
			next.ServeHTTP(w, r)
			return
		}
		c.held = pages.Get().(*[]byte)
		defer c.release()
		next.ServeHTTP(w, r)
		if w.Header().Get("Content-Length") != "" {
			_ = http.NewResponseController(w).Flush() // or net/http does, once it is no more kept
		}
	})
}
