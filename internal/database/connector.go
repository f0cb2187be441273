package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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
	hosts   []pq.Config
	standby *standby

	mu     sync.Mutex
	was    bool             // there: an outage has a beginning
	first  int              // of hosts: the one that answered last
	failed error            // what the last attempt found; nil: a connection
	trying bool             // somebody finds out whether it is still so
	open   map[*watched]int // connections, and to which of hosts
}

func newConnector(address string) (*connector, error) {
	all, err := pq.NewConfig(address)
	if err != nil {
		return nil, err
	}
	// To compile a question takes PostgreSQL a second or two, and what it guesses to take long takes milliseconds here.
	if _, chosen := all.Runtime["jit"]; !chosen {
		all.Runtime = maps.Clone(all.Runtime)
		if all.Runtime == nil {
			all.Runtime = map[string]string{}
		}
		all.Runtime["jit"] = "off"
	}
	c := &connector{open: map[*watched]int{}}
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
		if conn, err = c.dial(ctx, at); err == nil {
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

func (c *connector) dial(ctx context.Context, at int) (driver.Conn, error) {
	one, err := pq.NewConnectorConfig(c.hosts[at])
	if err != nil {
		return nil, err
	}
	d := &watcher{connector: c, host: at}
	one.Dialer(d)
	conn, err := one.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &impatient{connection: conn.(connection), on: d.connected(), standby: c.standby}, nil
}

// silent ends all connections to a host that does not answer: whoever waits there is told at once,
// and whoever comes next finds none of them.
func (c *connector) silent(host int, err error) {
	c.mu.Lock()
	failed := fmt.Errorf("%w: %s:%d: %w", errNoHost, c.hosts[host].Host, c.hosts[host].Port, err)
	c.say(failed)
	c.failed, c.trying = failed, false
	var ended []*watched
	for conn, to := range c.open {
		if to == host {
			ended = append(ended, conn)
		}
	}
	c.mu.Unlock()
	for _, conn := range ended {
		_ = conn.Close()
	}
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
	c.say(failed)
	c.first, c.failed, c.trying = host, failed, false
}

// say logs that an outage begins, or ends: each request would otherwise have the same to say.
func (c *connector) say(failed error) {
	switch {
	case failed == nil && c.failed != nil && c.was:
		slog.Info("the database can be reached again")
	case failed != nil && c.failed == nil && c.was:
		slog.Warn("the database cannot be reached", "error", failed)
	}
	c.was = c.was || failed == nil
}

// giveUp ends an attempt that found nothing out.
func (c *connector) giveUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trying = false
}

// watcher opens one connection for lib/pq, and those on which lib/pq asks the server to give up
// what it does there.
type watcher struct {
	connector *connector
	host      int

	mu   sync.Mutex
	conn *watched
	done bool // lib/pq has its connection
}

func (d *watcher) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d *watcher) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d *watcher) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	conn, done := d.conn, d.done
	d.mu.Unlock()
	if done { // whoever asked has given up
		conn.hurry()
		return dial(ctx, network, address)
	}
	opened, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	conn = &watched{Conn: opened, there: func() error { return askWhetherThere(network, address) }}
	conn.silent = func(err error) { d.connector.silent(d.host, err) }
	conn.closed = func() { d.connector.forget(conn) }
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conn = conn
	return conn, nil
}

// connected says that what is opened from now on is to give something up.
func (d *watcher) connected() *watched {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = true
	d.connector.mu.Lock()
	defer d.connector.mu.Unlock()
	d.connector.open[d.conn] = d.host
	return d.conn
}

// connection is what lib/pq's connections can do.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// impatient is a connection on which a transaction can be given up whose beginning is not answered,
// or whose end the standby does not confirm.
type impatient struct {
	connection
	on      *watched
	standby *standby
}

// BeginTx begins a transaction. lib/pq looks at ctx only once the server has answered.
func (c *impatient) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	stop := context.AfterFunc(ctx, c.on.hurry)
	defer stop()
	if options.ReadOnly {
		return c.connection.BeginTx(ctx, options)
	}
	lasting, cancel := context.WithCancel(ctx)
	tx, err := c.connection.BeginTx(lasting, options)
	if err != nil {
		cancel()
		return nil, err
	}
	return c.standby.await(tx, lasting, cancel), nil
}

func (c *connector) forget(conn *watched) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, conn)
}

// dialer opens connections that end when the other machine is silent, or when nothing was heard on
// them for longer than within.
type dialer struct{ within time.Duration }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &listened{Conn: conn, within: d.within}, nil
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	watching := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silence / 2, Interval: time.Second, Count: 3}}
	conn, err := watching.DialContext(ctx, network, address)
	if err == nil {
		wire.BePatient(conn, silence)
	}
	return conn, err
}

// Listener opens a connection of its own on which PostgreSQL tells what is notified. Whoever has it
// pings each so often: a connection that does not answer is made again.
func (db *DB) Listener(reconnectAfter, reconnectAtMost, pingEach time.Duration, on pq.EventCallbackType) *pq.Listener {
	return pq.NewDialListener(dialer{pingEach + silence}, db.Address, reconnectAfter, reconnectAtMost, on)
}
