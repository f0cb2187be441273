package wire

import (
	"log/slog"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Watches says that Patience has an effect.
const Watches = true

// sent says how much the other side has taken of what was sent, and whether something waits to be.
func sent(conn *net.TCPConn) (taken uint64, waiting, known bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, false, false
	}
	_ = raw.Control(func(fd uintptr) {
		var info *unix.TCPInfo
		if info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			taken, waiting, known = info.Bytes_acked, info.Notsent_bytes > 0 || info.Unacked > 0, true
		}
	})
	return taken, waiting, known
}

// BePatient lets a connection go whose other side has taken nothing of what was sent for as
// long as patience: it has lost its power or its net, or it does not read. Without it the
// kernel tries for a quarter of an hour, and with a reader that does not read for ever.
func BePatient(conn net.Conn, patience time.Duration) {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(patience.Milliseconds())) // not of Unix sockets
		})
	}
	if err != nil {
		slog.Debug("a connection has the patience of the kernel", "error", err)
	}
}
