//go:build linux

package main

import (
	"fmt"
	"sync"
	"testing"
	"time"

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

// TestADatabaseIsStopped stops every process of PostgreSQL where it is: connections stay open, their
// kernel takes what is sent, and nobody answers. Nobody may wait for it for ever.
func TestADatabaseIsStopped(t *testing.T) {
	db, err := cluster.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Stop() })
	wire, err := db.Wire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wire.Close() })
	s := startSample(t, fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", wire.Port()), secretKeyFile(t))
	e := s.signIn(t, uidsOf(t, db.URL, 1)[0], "editor")
	t.Cleanup(func() { _ = db.Resume() }) // the server ends by itself then
	for i := range 2 {                    // the second time as well
		var asking sync.WaitGroup
		for range 8 { // connections are kept
			asking.Go(func() {
				if code := e.send(t, publicQuestion, nil, &struct{}{}); code != "" {
					t.Errorf("before: %s", code)
				}
			})
		}
		asking.Wait()
		if err := db.Pause(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		asking.Go(func() { s.checkDegraded(t) })
		for range 4 {
			asking.Go(func() {
				if code := e.send(t, publicQuestion, nil, &struct{}{}); code != "" {
					t.Errorf("a public question: %s", code)
				}
			})
			asking.Go(func() {
				if code := e.correct(t, fmt.Sprintf("2.%d", i), "while it is stopped"); code != "UNAVAILABLE" {
					t.Errorf("an editor hears %q", code)
				}
			})
		}
		asking.Wait()
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		if err := db.Resume(); err != nil {
			t.Fatal(err)
		}
		waitUntil(t, "edits after", func() bool {
			code := e.correct(t, fmt.Sprintf("3.%d", i), "after it was stopped")
			if code != "" && code != "UNAVAILABLE" {
				t.Errorf("an editor hears %q", code)
			}
			return code == ""
		})
	}
	waitUntil(t, "/readyz says that all is well", func() bool { return s.readiness(t).Status == "ok" })
}
