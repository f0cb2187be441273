package cluster

import (
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Wire leads to a cluster by TCP, until it is cut as when the cluster's machine loses its power:
// nothing that arrives is acknowledged any more, nothing is said, and nothing is closed. New
// connections are begun, as not every kernel lets a listener be deaf, and get no answer.
type Wire struct {
	listener *net.TCPListener
	server   string

	mu    sync.Mutex
	cut   bool
	conns []*net.TCPConn
}

// Wire makes a way to the cluster.
func (c *Cluster) Wire() (*Wire, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	w := &Wire{listener: listener, server: filepath.Join(c.folder, ".s.PGSQL.5432")}
	go w.accept()
	return w, nil
}

// Port is where it is reached, at 127.0.0.1.
func (w *Wire) Port() int { return w.listener.Addr().(*net.TCPAddr).Port }

// Cut makes the machine behind it vanish.
func (w *Wire) Cut() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	var err error
	for _, conn := range w.conns {
		if wrong := Deafen(conn); !errors.Is(wrong, net.ErrClosed) {
			err = errors.Join(err, wrong)
		}
	}
	return err
}

// Close ends everything.
func (w *Wire) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for _, conn := range w.conns {
		_ = conn.Close()
	}
	return w.listener.Close()
}

func (w *Wire) accept() {
	for {
		conn, err := w.listener.AcceptTCP()
		if err != nil {
			return
		}
		w.join(conn)
	}
}

func (w *Wire) join(conn *net.TCPConn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		_ = Deafen(conn)
		w.conns = append(w.conns, conn)
		return
	}
	server, err := net.Dial("unix", w.server)
	if err != nil { // as where nothing listens
		_ = conn.Close()
		return
	}
	w.conns = append(w.conns, conn)
	go w.carry(server, conn)
	go w.carry(conn, server)
}

// carry brings what one side says to the other, and its end, unless the wire is cut.
func (w *Wire) carry(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.cut {
		_ = to.Close()
		_ = from.Close()
	}
}

// Deafen makes a connection lose whatever arrives, as when the cable is pulled.
func Deafen(conn syscall.Conn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K}}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	return errors.Join(err, failed)
}
