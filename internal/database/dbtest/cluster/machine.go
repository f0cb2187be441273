package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Machine is where somebody makes a server by commands, as an operator does. What it runs and
// writes is gone when it is stopped, as with a Cluster.
type Machine struct {
	cluster     Cluster
	bin         string
	user        *syscall.Credential
	environment []string
}

// NewMachine makes an empty one, whose server will have a port. All machines that share sockets,
// a folder, are told apart by the port alone; "" makes the folder of this one theirs.
func NewMachine(port int, sockets string) (*Machine, error) {
	m := &Machine{}
	var err error
	if m.bin, err = Bin(); err != nil {
		return nil, err
	}
	if m.user, err = serverUser(); err != nil {
		return nil, err
	}
	if err := m.cluster.makeFolder(m.user); err != nil {
		return nil, fmt.Errorf("make a folder for the machine: %w", err)
	}
	if err := m.cluster.startGuard(m.bin, m.user); err != nil {
		return nil, fmt.Errorf("guard the machine: %w", err)
	}
	if sockets == "" {
		sockets = m.cluster.folder
	}
	m.environment = []string{"PATH=" + m.bin + ":" + os.Getenv("PATH"), "PGDATA=" + filepath.Join(m.cluster.folder, "data"),
		"PGHOST=" + sockets, "PGUSER=postgres", fmt.Sprintf("PGPORT=%d", port)}
	return m, nil
}

// Folder is where the machine keeps what it has, the server's data within it.
func (m *Machine) Folder() string { return m.cluster.folder }

// Shell runs commands as the user of the server, and returns what they print.
func (m *Machine) Shell(script string) (string, error) {
	cmd := m.cluster.command(m.user, "sh", "-c", script)
	cmd.Env, cmd.WaitDelay = m.environment, 5*time.Second // a server that prints would keep it waiting
	output, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", script, err, strings.TrimSpace(string(output)))
	}
	return string(output), nil
}

// Stop ends the server and removes everything of the machine.
func (m *Machine) Stop() error { return m.cluster.Stop() }
