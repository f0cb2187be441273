package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/upr-info/upr/internal/wire"
)

// silence is how long the machine of the database may take nothing of what was sent, or leave a
// question whether it is there unanswered. A machine that has lost its power ends no connection.
const silence = 5 * time.Second

// errNoHost says that none of the address's hosts takes connections.
var errNoHost = errors.New("no host of the database's address takes the connection")

// connector opens connections to PostgreSQL. Of several hosts it asks first the one that answered
// last: each new connection would otherwise wait for one that is gone. While none answers, one
// attempt is made at a time, and who comes meanwhile is told at once what the last one found.
type connector struct {
	hosts []pq.Config

	mu     sync.Mutex
	first  int   // of hosts: the one that answered last
	failed error // what the last attempt found; nil: a connection
	trying bool  // somebody finds out whether it is still so
}

func newConnector(address string) (*connector, error) {
	all, err := pq.NewConfig(address)
	if err != nil {
		return nil, err
	}
	c := &connector{}
	for _, host := range append([]pq.ConfigMultihost{{Host: all.Host, Hostaddr: all.Hostaddr, Port: all.Port}}, all.Multi...) {
		one := all.Clone()
		one.Host, one.Hostaddr, one.Port, one.Multi = host.Host, host.Hostaddr, host.Port, nil
		c.hosts = append(c.hosts, one)
	}
	return c, nil
}

// Driver returns lib/pq's.
func (c *connector) Driver() driver.Driver { return &pq.Driver{} }

// Connect opens a connection to the first host that takes it.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	first, err := c.begin()
	if err != nil {
		return nil, err
	}
	var conn driver.Conn
	var errs []error
	for i := range c.hosts {
		at := (first + i) % len(c.hosts)
		if conn, err = c.dial(ctx, c.hosts[at]); err == nil {
			c.end(at, nil)
			return conn, nil
		}
		errs = append(errs, fmt.Errorf("%s:%d: %w", c.hosts[at].Host, c.hosts[at].Port, err))
	}
	err = fmt.Errorf("%w: %w", errNoHost, errors.Join(errs...))
	if ctx.Err() != nil { // who asks has given up, which says nothing about the hosts
		c.giveUp()
		return nil, err
	}
	c.end(first, err)
	return nil, err
}

func (c *connector) dial(ctx context.Context, host pq.Config) (driver.Conn, error) {
	one, err := pq.NewConnectorConfig(host)
	if err != nil {
		return nil, err
	}
	one.Dialer(dialer{})
	return one.Connect(ctx)
}

// begin returns the host to begin with, or what is known to be wrong.
func (c *connector) begin() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil && c.trying {
		return 0, c.failed
	}
	c.trying = c.failed != nil
	return c.first, nil
}

func (c *connector) end(host int, failed error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first, c.failed, c.trying = host, failed, false
}

// giveUp ends an attempt that found nothing out.
func (c *connector) giveUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trying = false
}

// dialer opens connections that end when the other machine is silent.
type dialer struct{}

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	watching := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silence / 2, Interval: time.Second, Count: 3}}
	conn, err := watching.DialContext(ctx, network, address)
	if err == nil {
		wire.BePatient(conn, silence)
	}
	return conn, err
}

// Listener opens a connection of its own on which PostgreSQL tells what is notified.
func (db *DB) Listener(reconnectAfter, reconnectAtMost time.Duration, on pq.EventCallbackType) *pq.Listener {
	return pq.NewDialListener(dialer{}, db.Address, reconnectAfter, reconnectAtMost, on)
}
