package cluster

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver "postgres"
)

// standbyName is what the standby calls itself: the primary waits for it by this name.
const standbyName = "standby"

// Standby makes a copy of a cluster that follows it: what the cluster commits from now on, it
// confirms when the standby has it.
func (c *Cluster) Standby() (*Cluster, error) {
	bin, err := Bin()
	if err != nil {
		return nil, err
	}
	user, err := serverUser()
	if err != nil {
		return nil, err
	}
	s := &Cluster{}
	if err := s.makeFolder(user); err != nil {
		return nil, fmt.Errorf("make a folder for the standby: %w", err)
	}
	if err := s.startGuard(bin, user); err != nil {
		return nil, fmt.Errorf("guard the standby: %w", err)
	}
	if err := s.follow(c, bin, user); err != nil {
		_ = s.Stop()
		return nil, err
	}
	s.URL = addressOf(s.folder)
	if err := c.waitForStandby(); err != nil {
		_ = s.Stop()
		return nil, err
	}
	return s, nil
}

func (c *Cluster) follow(primary *Cluster, bin string, user *syscall.Credential) error {
	data, log := filepath.Join(c.folder, "data"), filepath.Join(c.folder, "log")
	from := fmt.Sprintf("host=%s port=5432 user=postgres application_name=%s", primary.folder, standbyName)
	backup := c.command(user, filepath.Join(bin, "pg_basebackup"), "-D", data, "-d", from, "--checkpoint=fast", "--write-recovery-conf", "--no-sync")
	if output, err := backup.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_basebackup for the standby: %w\n%s", err, output)
	}
	if err := configure(filepath.Join(data, "postgresql.conf"), c.folder); err != nil {
		return fmt.Errorf("configure the standby: %w", err)
	}
	start := c.command(user, filepath.Join(bin, "pg_ctl"), "-D", data, "-l", log, "-w", "start")
	if output, err := start.CombinedOutput(); err != nil {
		said, _ := os.ReadFile(log) // best effort: without it pg_ctl's own words remain
		return fmt.Errorf("start the standby: %w\n%s%s", err, output, said)
	}
	return nil
}

// waitForStandby makes the standby a synchronous one, and waits until it is.
func (c *Cluster) waitForStandby() error {
	db, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, statement := range []string{
		"ALTER SYSTEM SET synchronous_commit = on",
		"ALTER SYSTEM SET synchronous_standby_names = '" + standbyName + "'",
		"SELECT pg_reload_conf()",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the standby synchronous: %w", err)
		}
	}
	for {
		var n int
		err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'", standbyName).Scan(&n)
		if err != nil {
			return fmt.Errorf("wait for the standby: %w", err)
		}
		if n == 1 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Kill ends the server and every process of it as a machine does that loses its power: none
// of them can do or say anything more.
func (c *Cluster) Kill() error {
	server, children, err := c.pause()
	if err != nil {
		return err
	}
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL) // it may have ended by itself
	}
	return syscall.Kill(server, syscall.SIGKILL)
}

// Pause stops the server and every process of it where they are: what is sent to them is taken by
// the kernel, and nobody answers.
func (c *Cluster) Pause() error {
	_, children, err := c.pause()
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGSTOP) // it may have ended by itself
	}
	return err
}

// Resume lets a server go on that was paused.
func (c *Cluster) Resume() error {
	server, children, err := c.pause()
	if err != nil {
		return err
	}
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGCONT)
	}
	return syscall.Kill(server, syscall.SIGCONT)
}

// pause stops the server, which starts no others then, and returns it and its processes.
func (c *Cluster) pause() (server int, children []int, err error) {
	text, err := os.ReadFile(filepath.Join(c.folder, "data", "postmaster.pid"))
	if err != nil {
		return 0, nil, fmt.Errorf("find the server: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if server, err = strconv.Atoi(first); err != nil {
		return 0, nil, fmt.Errorf("find the server: %w", err)
	}
	if err := syscall.Kill(server, syscall.SIGSTOP); err != nil {
		return 0, nil, fmt.Errorf("stop the server: %w", err)
	}
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", server, server))
	if err != nil {
		return 0, nil, fmt.Errorf("find the server's processes: %w", err)
	}
	for _, one := range strings.Fields(string(list)) {
		child, err := strconv.Atoi(one)
		if err != nil {
			return 0, nil, err
		}
		children = append(children, child)
	}
	return server, children, nil
}

// Promote makes a standby the server that takes changes.
func (c *Cluster) Promote() error {
	bin, err := Bin()
	if err != nil {
		return err
	}
	user, err := serverUser()
	if err != nil {
		return err
	}
	promote := c.command(user, filepath.Join(bin, "pg_ctl"), "-D", filepath.Join(c.folder, "data"), "-w", "promote")
	if output, err := promote.CombinedOutput(); err != nil {
		return fmt.Errorf("promote the standby: %w\n%s", err, output)
	}
	return nil
}

// Either is the address of whichever of two clusters takes changes.
func (c *Cluster) Either(other *Cluster) string {
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{
		"host": {c.folder + "," + other.folder}, "port": {"5432,5432"}, "sslmode": {"disable"}, "target_session_attrs": {"read-write"}}.Encode()}
	return address.String()
}
