package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// machine is what a run ran on.
type machine struct {
	processor string
	cores     int
	load      float64 // average of the minute before the run
}

func thisMachine() (machine, error) {
	m := machine{cores: runtime.NumCPU(), processor: runtime.GOARCH}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return m, fmt.Errorf("the benchmark needs Linux: %w", err)
	}
	first, _, _ := strings.Cut(string(load), " ")
	if m.load, err = strconv.ParseFloat(first, 64); err != nil {
		return m, fmt.Errorf("/proc/loadavg: %w", err)
	}
	// Not every architecture names its processor.
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if name, err := field(string(info), "model name"); err == nil {
			m.processor = name
		}
	}
	return m, nil
}

// busyLoad is the load average, per core, above which figures are not to be relied on.
const busyLoad = 0.25

func (m machine) busy() bool { return m.load > busyLoad*float64(m.cores) }

func (m machine) String() string {
	return fmt.Sprintf("%d cores, %s, load average before %.2f, %s", m.cores, m.processor, m.load, runtime.Version())
}

// commitOf returns the commit that a program was built from.
func commitOf(program string) string {
	commit, changed := "of an unknown commit", ""
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return commit
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(9, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return commit + changed
}
