// Command bench measures upr beside a bare net/http handler and beside hand-written SQL
// on PostgreSQL, with the same data, questions and clients, in one run. docs/benchmarks.md
// says how to read what it prints.
//
// The tour: run below; question.go (what is asked), dataset.go and process.go (what
// answers), check.go (is it right), measure.go (how fast), report.go (what is printed).
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

//go:embed wrk.lua
var wrkScript []byte

// options are the flags.
type options struct {
	recommendations int
	program, only   string
	plan            plan
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// command is the benchmark, or with "rivals URL" the second server that it starts.
func command(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "rivals" {
		return serveRivals(ctx, args[1])
	}
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.recommendations, "recommendations", usualSize, "how many synthetic recommendations")
	flags.StringVar(&o.program, "upr", "", "measure this program instead of building the one here")
	flags.StringVar(&o.only, "only", "", "questions to ask, as in q1,q4; all where empty")
	flags.IntVar(&o.plan.rounds, "rounds", 3, "how often each server is asked each question")
	flags.DurationVar(&o.plan.measurement, "time", 5*time.Second, "how long each time, in whole seconds")
	flags.DurationVar(&o.plan.latency, "latency", 3*time.Second, "how long after that for the latency, in whole seconds")
	flags.DurationVar(&o.plan.warmUp, "warm-up", time.Second, "how long before that, in whole seconds")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || o.recommendations < 1 || o.plan.rounds < 1 || min(o.plan.measurement, o.plan.latency, o.plan.warmUp) < time.Second {
		return errors.New("takes flags only, and numbers and seconds of 1 or more; -h lists them")
	}
	return run(ctx, o)
}

// run measures and prints. A missed goal is a figure like any other; a wrong answer is an error.
func run(ctx context.Context, o options) (err error) {
	r := &report{when: time.Now(), plan: o.plan, recommendations: o.recommendations}
	if r.machine, err = thisMachine(); err != nil {
		return err
	}
	asked, err := chosen(o.only)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "upr-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	load, err := newLoader(folder)
	if err != nil {
		return err
	}

	// Step 1: the program and the data, one for all.
	if o.program == "" {
		say("building upr")
		o.program = filepath.Join(folder, "upr")
		if err := execute(ctx, nil, "go", "build", "-buildvcs=auto", "-o", o.program, "./cmd/upr"); err != nil {
			return err
		}
	}
	r.commit = commitOf(o.program)
	db, err := createDataset(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.drop()) }()
	r.postgres = db.version
	if err := db.fill(ctx, o.program, o.recommendations); err != nil {
		return err
	}

	// Step 2: the servers.
	say("starting the servers")
	var servers servers
	defer func() { err = errors.Join(err, servers.stop()) }()
	if err := servers.start(ctx, o.program, db.url); err != nil {
		return err
	}
	r.startup = servers.upr.startup
	if r.memoryAtStart, err = residentMemory(servers.upr.pid()); err != nil {
		return err
	}

	// Step 3: the questions, one after the other.
	contestants := servers.contestants(db)
	for _, q := range asked {
		say("%s: %s", q.name, q.about)
		if err := fillIDs(ctx, db.DB, q.variables); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		result := row{question: q}
		result.figures, result.refused = compete(ctx, load, q, contestants, o.plan)
		r.rows = append(r.rows, result)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
	}
	if r.memoryAfter, err = residentMemory(servers.upr.pid()); err != nil {
		return err
	}
	r.write(os.Stdout)
	return r.wrong()
}

// compete checks the answers to a question, hands the bare handler one of the usual
// length, and measures.
func compete(ctx context.Context, load *loader, q question, contestants []contestant, p plan) ([]figures, error) {
	answers, err := check(ctx, q, contestants[upr].address(q), contestants[bySQL].address(q))
	if err != nil {
		return nil, err
	}
	if err := checkCached(ctx, q, contestants[cached].address(q), answers); err != nil {
		return nil, err
	}
	fixed := slices.Repeat([]byte{'x'}, meanLength(answers))
	if err := put(ctx, contestants[bare].address(q), fixed); err != nil {
		return nil, err
	}
	return measure(ctx, load, q, contestants, p)
}

// chosen returns the questions with these names, separated by commas, or all.
func chosen(names string) ([]question, error) {
	all, err := loadQuestions()
	if err != nil || names == "" {
		return all, err
	}
	var some []question
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(q question) bool { return q.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no question %q; questions are q1 to q%d", name, len(all))
		}
		some = append(some, all[i])
	}
	return some, nil
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

// execute runs a program whose output is of interest only to who watches.
func execute(ctx context.Context, environment []string, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), environment...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", program, args[0], err)
	}
	return nil
}
