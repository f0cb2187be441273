// Package cluster starts a throw-away PostgreSQL server for tests. It listens on a
// Unix socket in a folder of its own, so that no port is taken and no other user of
// the machine can connect.
package cluster

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Cluster is a running server. It stops when Stop is called or when the process that
// started it ends, however it ends; keep it referenced for as long as it is needed.
type Cluster struct {
	// URL leads to an empty database, as a user who may create others.
	URL string

	folder string
	guard  *exec.Cmd
	alive  io.Closer // the guard's standard input
}

// settings trade durability, which no test needs, for speed.
const settings = `
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
listen_addresses = ''
port = 5432
unix_socket_directories = '%s'
`

// guardScript waits until its standard input closes. The kernel closes it with the
// process that started the cluster, even when that was killed.
const guardScript = `
read -r line
"$1/pg_ctl" -D "$2/data" -m immediate stop
rm -rf "$2"
`

// Start makes a cluster and starts its server. It returns ErrNoServer when
// PostgreSQL is not installed.
func Start() (*Cluster, error) {
	bin, err := Bin()
	if err != nil {
		return nil, err
	}
	user, err := serverUser()
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	if err := c.makeFolder(user); err != nil {
		return nil, fmt.Errorf("make a folder for the test database: %w", err)
	}
	if err := c.startGuard(bin, user); err != nil {
		return nil, fmt.Errorf("guard the test database: %w", err)
	}
	if err := c.startServer(bin, user); err != nil {
		_ = c.Stop()
		return nil, err
	}
	c.URL = addressOf(c.folder)
	return c, nil
}

// addressOf leads to the empty database of a server.
func addressOf(folder string) string {
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {folder}, "port": {"5432"}, "sslmode": {"disable"}}.Encode()}
	return address.String()
}

// Stop ends the server and removes everything it wrote.
func (c *Cluster) Stop() error {
	if err := c.alive.Close(); err != nil {
		return err
	}
	return c.guard.Wait()
}

func (c *Cluster) makeFolder(user *syscall.Credential) error {
	folder, err := os.MkdirTemp("", "upr-postgres-")
	if err != nil {
		return err
	}
	c.folder = folder
	if user == nil {
		return nil
	}
	return os.Chown(folder, int(user.Uid), int(user.Gid))
}

// startGuard comes before the server's start, so that there is no moment in which
// being killed leaves something behind.
func (c *Cluster) startGuard(bin string, user *syscall.Credential) error {
	c.guard = c.command(user, "sh", "-c", guardScript, "guard", bin, c.folder)
	c.guard.SysProcAttr.Setsid = true // out of reach of the terminal's Ctrl-C
	alive, err := c.guard.StdinPipe()
	if err != nil {
		return err
	}
	c.alive = alive
	return c.guard.Start()
}

func (c *Cluster) startServer(bin string, user *syscall.Credential) error {
	data, log := filepath.Join(c.folder, "data"), filepath.Join(c.folder, "log")
	// The locale C sorts as SQLite does: by bytes.
	initdb := c.command(user, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb for the test database: %w\n%s(run as root, the server is another user, "+
			"who must be able to reach TMPDIR)", err, output)
	}
	if err := configure(filepath.Join(data, "postgresql.conf"), c.folder); err != nil {
		return fmt.Errorf("configure the test database: %w", err)
	}
	start := c.command(user, filepath.Join(bin, "pg_ctl"), "-D", data, "-l", log, "-w", "start")
	if output, err := start.CombinedOutput(); err != nil {
		said, _ := os.ReadFile(log) // best effort: without it pg_ctl's own words remain
		return fmt.Errorf("start the test database: %w\n%s%s", err, output, said)
	}
	return nil
}

func configure(path, socketFolder string) error {
	conf, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conf, settings, socketFolder); err != nil {
		_ = conf.Close()
		return err
	}
	return conf.Close()
}

// command runs in the cluster's folder: the caller's may be closed to the server's user.
func (c *Cluster) command(user *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
	return cmd
}
