package database

import (
	"context"
	"net"
	"testing"
	"time"
)

// TestWhoGivesUpSaysNothingAboutTheHost: a question that is cancelled while it connects does not
// have others told that the database is away.
func TestWhoGivesUpSaysNothingAboutTheHost(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	c, err := newConnector("postgres://upr@" + silent.Addr().String() + "/upr?sslmode=disable&connect_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.Connect(ctx); err == nil {
		t.Fatal("a host that says nothing was connected to")
	}
	if c.failed != nil || c.trying {
		t.Errorf("afterwards: failed %v, trying %v", c.failed, c.trying)
	}
	if _, err := c.Connect(t.Context()); err == nil || c.failed == nil {
		t.Errorf("a host that does not answer in time: %v, %v", err, c.failed)
	}
}
