//go:build !linux

package server

import "net"

// bePatient leaves it to the system how long it tries to reach the other side.
func bePatient(net.Conn) {}
