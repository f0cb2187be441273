package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// clients ask at the same time, each its next question when it has the answer to the last.
const clients = 8

// contestant is one of the servers that are compared.
type contestant struct {
	address func(question) string
	// pids are the processes whose time its answers take.
	pids func(context.Context) ([]int, error)
}

// plan is how long each contestant is asked each question: first for how many answers
// come in a second, then for how long one takes.
type plan struct {
	rounds                       int
	warmUp, measurement, latency time.Duration
}

// The threads of the load generator. As many as there are processors get the most answers
// out of a server; but where all of them are busy, the generator waits for a processor
// itself and adds that to the latency, so this is measured with one.
var throughputThreads = min(2, runtime.NumCPU())

const latencyThreads = 1

// figures are what one contestant did on one question.
type figures struct {
	perSecond  float64
	p50, p99   time.Duration
	cpu        time.Duration // for one request
	perRequest int           // bytes of the body
}

// wrkResult is the line that wrk.lua prints. p50 and p99 are microseconds.
type wrkResult struct {
	Requests, Microseconds, Failed int64
	P50, P99                       float64
}

// loader runs wrk with the script that sends our questions.
type loader struct{ folder string }

func newLoader(folder string) (*loader, error) {
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, errors.New("wrk is missing: internal/bench/setup does it on Debian")
	}
	l := &loader{folder}
	return l, os.WriteFile(l.script(), wrkScript, 0o600)
}

func (l *loader) script() string { return filepath.Join(l.folder, "wrk.lua") }

// prepare writes the bodies of a question where the script reads them.
func (l *loader) prepare(q question) error {
	return os.WriteFile(l.bodies(q), bytes.Join(append(q.bodies(), nil), []byte{'\n'}), 0o600)
}

func (l *loader) bodies(q question) string { return filepath.Join(l.folder, q.name) }

func (l *loader) run(ctx context.Context, address string, q question, threads int, length time.Duration) (wrkResult, error) {
	cmd := exec.CommandContext(ctx, "wrk", "--connections", strconv.Itoa(clients), "--threads", strconv.Itoa(threads),
		"--duration", strconv.Itoa(int(length.Seconds()))+"s", "--timeout", "30s", "--script", l.script(), address, "--", l.bodies(q))
	output, err := cmd.CombinedOutput()
	if err != nil {
		return wrkResult{}, fmt.Errorf("wrk: %w\n%s", err, output)
	}
	return readWrk(output)
}

// readWrk finds our line behind those that wrk prints itself.
func readWrk(output []byte) (wrkResult, error) {
	for line := range bytes.Lines(output) {
		if line[0] != '{' {
			continue
		}
		var result wrkResult
		if err := json.Unmarshal(line, &result); err != nil {
			return result, fmt.Errorf("%s: %w", line, err)
		}
		if result.Failed > 0 {
			return result, fmt.Errorf("%d of %d requests failed", result.Failed, result.Requests)
		}
		if result.Requests == 0 {
			return result, errors.New("no request was answered")
		}
		return result, nil
	}
	return wrkResult{}, fmt.Errorf("wrk printed no figures:\n%s", output)
}

// measure asks one question of all contestants, in turns: what else the machine does
// meanwhile then strikes all of them alike. It returns the medians of the rounds.
func measure(ctx context.Context, l *loader, q question, contestants []contestant, p plan) ([]figures, error) {
	if err := l.prepare(q); err != nil {
		return nil, err
	}
	rounds := make([][]figures, len(contestants))
	for range p.rounds {
		for i, c := range contestants {
			f, err := measureOnce(ctx, l, q, c, p)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contestantNames[i], err)
			}
			rounds[i] = append(rounds[i], f)
		}
	}
	medians := make([]figures, len(contestants))
	for i := range contestants {
		medians[i] = median(rounds[i])
	}
	return medians, nil
}

func measureOnce(ctx context.Context, l *loader, q question, c contestant, p plan) (figures, error) {
	address := c.address(q)
	before, err := c.answers(ctx, q)
	if err != nil {
		return figures{}, err
	}
	if _, err := l.run(ctx, address, q, throughputThreads, p.warmUp); err != nil {
		return figures{}, err
	}
	pids, err := c.pids(ctx)
	if err != nil {
		return figures{}, err
	}
	began, err := cpuTime(pids)
	if err != nil {
		return figures{}, err
	}
	result, err := l.run(ctx, address, q, throughputThreads, p.measurement)
	if err != nil {
		return figures{}, err
	}
	ended, err := cpuTime(pids)
	if err != nil {
		return figures{}, err
	}
	latency, err := l.run(ctx, address, q, latencyThreads, p.latency)
	if err != nil {
		return figures{}, err
	}
	after, err := c.answers(ctx, q)
	if err == nil && !slices.EqualFunc(before, after, bytes.Equal) {
		err = errors.New("other answers after the load than before")
	}
	return figures{
		perSecond:  float64(result.Requests) / (float64(result.Microseconds) / 1e6),
		p50:        microseconds(latency.P50),
		p99:        microseconds(latency.P99),
		cpu:        (ended - began) / time.Duration(result.Requests),
		perRequest: meanLength(after),
	}, err
}

func (c contestant) answers(ctx context.Context, q question) ([][]byte, error) {
	bodies := q.bodies()
	answers := make([][]byte, len(bodies))
	for i, body := range bodies {
		var err error
		if answers[i], err = post(ctx, c.address(q), body); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func microseconds(n float64) time.Duration { return time.Duration(n * float64(time.Microsecond)) }

func meanLength(answers [][]byte) int {
	sum := 0
	for _, a := range answers {
		sum += len(a)
	}
	return sum / max(1, len(answers))
}

// median takes each figure for itself.
func median(rounds []figures) figures {
	middle := func(value func(figures) float64) float64 {
		values := make([]float64, len(rounds))
		for i, f := range rounds {
			values[i] = value(f)
		}
		slices.Sort(values)
		return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	}
	return figures{
		perSecond:  middle(func(f figures) float64 { return f.perSecond }),
		p50:        time.Duration(middle(func(f figures) float64 { return float64(f.p50) })),
		p99:        time.Duration(middle(func(f figures) float64 { return float64(f.p99) })),
		cpu:        time.Duration(middle(func(f figures) float64 { return float64(f.cpu) })),
		perRequest: rounds[0].perRequest,
	}
}
