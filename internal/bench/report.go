package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Contestants by their place.
const (
	upr    = iota
	cached // upr with its response cache
	bare
	bySQL
)

// row is what was measured for one question, or why nothing was.
type row struct {
	question question
	figures  []figures // by contestant
	refused  error
}

// report is everything that a run found out.
type report struct {
	when                       time.Time
	machine                    machine
	plan                       plan
	postgres, commit           string
	recommendations            int
	rows                       []row
	startup                    time.Duration
	memoryAtStart, memoryAfter int64
}

const (
	// latencyGoal is for q4: 99 of 100 counts within it.
	latencyGoal = 10 * time.Millisecond
	// startupGoal is for usualSize recommendations.
	startupGoal = 4 * time.Second
	usualSize   = 110_000
	// cachedGoal is the share of the bare handler's throughput, for each question.
	cachedGoal = 0.50
)

// memoryGoal is 500 MB for the usual size and 3 GB for a million.
func memoryGoal(recommendations int) int64 {
	if recommendations <= usualSize {
		return 500e6
	}
	return 3e9
}

// wrong is an error when a question was not answered rightly by all.
func (r *report) wrong() error {
	var errs []error
	for _, row := range r.rows {
		if row.refused != nil {
			errs = append(errs, fmt.Errorf("%s: %w", row.question.name, row.refused))
		}
	}
	return errors.Join(errs...)
}

// write prints the report as it stands in docs/benchmarks.md.
func (r *report) write(w io.Writer) {
	r.writeHeading(w)
	r.writeFigures(w)
	r.writeGoals(w)
	r.writeProcess(w)
}

func (r *report) writeHeading(w io.Writer) {
	note := ""
	if r.machine.busy() {
		note = ", preliminary: other work ran on the machine"
	}
	fmt.Fprintf(w, "## %s, %d recommendations%s\n\n", r.when.UTC().Format("2006-01-02 15:04 UTC"), r.recommendations, note)
	fmt.Fprintf(w, "%s. upr %s, PostgreSQL %s. %d clients; medians of %d rounds: %.0f s to warm up, %.0f s for requests a second, %.0f s for latencies.\n\n",
		r.machine, r.commit, r.postgres, clients, r.plan.rounds, r.plan.warmUp.Seconds(), r.plan.measurement.Seconds(), r.plan.latency.Seconds())
}

func (r *report) writeFigures(w io.Writer) {
	fmt.Fprintln(w, "| question | server | requests/s | p50 ms | p99 ms | bytes | CPU µs/request |")
	fmt.Fprintln(w, "|---|---|--:|--:|--:|--:|--:|")
	for _, row := range r.rows {
		title := strings.ToUpper(row.question.name) + " " + row.question.about
		if row.refused != nil {
			fmt.Fprintf(w, "| %s | refused: %s | | | | | |\n", title, strings.NewReplacer("\n", " ", "|", "/").Replace(row.refused.Error()))
			continue
		}
		for i, f := range row.figures {
			fmt.Fprintf(w, "| %s | %s | %.0f | %.2f | %.2f | %d | %d |\n",
				title, contestantNames[i], f.perSecond, milliseconds(f.p50), milliseconds(f.p99), f.perRequest, f.cpu.Microseconds())
			title = ""
		}
	}
	fmt.Fprintln(w)
}

var contestantNames = [...]string{upr: "upr", cached: "upr, cache on", bare: "bare net/http", bySQL: "SQL"}

func (r *report) writeGoals(w io.Writer) {
	fmt.Fprintln(w, "| question | upr/bare | goal | | upr/SQL | goal | | cache on/bare | goal | |")
	fmt.Fprintln(w, "|---|--:|--:|---|--:|--:|---|--:|--:|---|")
	for _, row := range r.rows {
		if row.refused != nil {
			continue
		}
		goals := row.question.goals
		ofBare, timesSQL, cachedOfBare := row.ratio(upr, bare), row.ratio(upr, bySQL), row.ratio(cached, bare)
		fmt.Fprintf(w, "| %s | %.3f | %.2f | %s | %.1f | %g | %s | %.3f | %.2f | %s |\n", strings.ToUpper(row.question.name),
			ofBare, goals.ofBare, atLeast(ofBare, goals.ofBare), timesSQL, goals.timesSQL, atLeast(timesSQL, goals.timesSQL),
			cachedOfBare, cachedGoal, atLeast(cachedOfBare, cachedGoal))
	}
	fmt.Fprintln(w)
}

func (r *report) writeProcess(w io.Writer) {
	for _, row := range r.rows {
		if row.question.name == "q4" && row.refused == nil {
			p99 := row.figures[upr].p99
			fmt.Fprintf(w, "- p99 of Q4: %.2f ms, goal under %.0f ms: %s\n", milliseconds(p99), milliseconds(latencyGoal),
				atMost(float64(p99), float64(latencyGoal)))
		}
	}
	goal := ""
	if r.recommendations == usualSize {
		goal = fmt.Sprintf(", goal under %.0f s: %s", startupGoal.Seconds(), atMost(float64(r.startup), float64(startupGoal)))
	}
	fmt.Fprintf(w, "- start to ready: %.2f s%s\n", r.startup.Seconds(), goal)
	limit := memoryGoal(r.recommendations)
	fmt.Fprintf(w, "- resident memory of upr: %d MB when ready, %d MB after the load, goal under %d MB: %s\n",
		r.memoryAtStart/1e6, r.memoryAfter/1e6, limit/1e6, atMost(float64(r.memoryAfter), float64(limit)))
}

// ratio compares the throughput of two contestants.
func (r row) ratio(a, b int) float64 { return r.figures[a].perSecond / r.figures[b].perSecond }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func atLeast(got, goal float64) string {
	if got >= goal {
		return "met"
	}
	return fmt.Sprintf("missed by %.0f %%", 100*(1-got/goal))
}

func atMost(got, goal float64) string {
	if got < goal {
		return "met"
	}
	return fmt.Sprintf("missed by %.0f %%", 100*(got/goal-1))
}
