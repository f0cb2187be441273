//go:build linux

package main

import (
	"fmt"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// TestAMachineVanishes is TestFailover where the primary's machine loses its power: nothing ends
// the connections to it, and new ones are not answered.
func TestAMachineVanishes(t *testing.T) {
	primary, standby := startPair(t)
	wires := map[*cluster.Cluster]*cluster.Wire{}
	for _, c := range []*cluster.Cluster{primary, standby} {
		wire, err := c.Wire()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = wire.Close() })
		wires[c] = wire
	}
	either := fmt.Sprintf("postgres://postgres@/postgres?host=127.0.0.1,127.0.0.1&port=%d,%d&sslmode=disable&target_session_attrs=read-write&connect_timeout=2",
		wires[primary].Port(), wires[standby].Port())
	failOver(t, primary, standby, either, func() error {
		if err := wires[primary].Cut(); err != nil {
			return err
		}
		return primary.Kill()
	})
}
