package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/server"
)

// ServeCmd serves the platform.
type ServeCmd struct {
	SampleSize int  `name:"sample-size" default:"20000" help:"How many synthetic recommendations --sample makes."`
	Sample     bool `help:"Fill an empty database with synthetic data first. Listens on this machine only."`
}

// followEvery is how often a running server looks for what other processes changed. On
// PostgreSQL it is told as well, at once.
const followEvery = 500 * time.Millisecond

// Run opens the database, loads the record and answers requests until it is stopped. To be stopped before it is ready is no
// failure, whatever was interrupted.
func (c ServeCmd) Run(ctx context.Context, cfg *config.Config, to streams, begin beginning) error {
	start := &starting{}
	err := c.run(ctx, cfg, to, begin, start)
	if err != nil && !start.ready && ctx.Err() != nil {
		slog.InfoContext(ctx, "stopped before it was ready", "interrupted", err)
		return nil //nolint:nilerr // it did what it was told
	}
	return err
}

// starting is a process that says whether it has been ready.
type starting struct {
	process
	ready bool
}

// Ready is that of the process.
func (s *starting) Ready() error {
	s.ready = true
	return s.process.Ready()
}

func (c ServeCmd) run(ctx context.Context, cfg *config.Config, to streams, begin beginning, start *starting) (err error) {
	if c.Sample && !isLoopback(cfg.Addr) {
		return fmt.Errorf("--sample serves made-up data and listens on this machine only: set UPR_ADDR to 127.0.0.1:PORT, not %s", cfg.Addr)
	}
	start.process = lone{}
	if begin != nil {
		if start.process, err = begin(ctx, cfg); err != nil {
			return err
		}
	}
	listener, err := start.Listen(ctx, cfg.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --addr or UPR_ADDR", cfg.Addr, err)
	}
	defer listener.Close()
	if start.Follows() { // and an empty database would take the place of the one that is answered from
		if err := database.IsThere(cfg.DatabaseURL); err != nil {
			return err
		}
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Sample {
		if err := sampleIfEmpty(ctx, db, cfg, c.SampleSize, to); err != nil {
			return err
		}
	}
	return c.serve(ctx, start, listener, db, cfg, to)
}

func (c ServeCmd) serve(ctx context.Context, proc process, listener net.Listener, db *database.DB, cfg *config.Config, to streams) error {
	ctx, cancel := untilReplaced(ctx, proc)
	defer cancel()
	r, err := record.Open(ctx, db, time.Now)
	if err != nil {
		return err
	}
	secrets, err := openSecrets(ctx, cfg, db)
	if err != nil {
		return err
	}
	mail, err := c.mailer(cfg, to)
	if err != nil {
		return err
	}
	people, err := c.openPeople(db, cfg, listener.Addr(), secrets, mail)
	if err != nil {
		return err
	}
	options, err := optionsOf(cfg, publicURL(cfg, listener.Addr()))
	if err != nil {
		return err
	}
	if options.Webhooks, err = openWebhooks(db, r, cfg, listener.Addr(), secrets, mail); err != nil {
		return err
	}
	jobs := job.New(db)
	options.Webhooks.Handle(jobs)
	options.Outbox = openOutbox(db, cfg, secrets, mail, jobs)
	files, closeStore, err := openFiles(db, cfg, secrets, jobs)
	if err != nil {
		return err
	}
	defer closeStore()
	options.Files = files
	options.Meetings = presession.New(db, time.Now, presession.Means{Outbox: options.Outbox, PublicURL: publicURL(cfg, listener.Addr()), Box: secrets, Files: files, Forget: identity.Forget})
	options.Meetings.Work(jobs)
	people.Work(jobs)
	options.Metrics = server.NewMetrics(db, r, jobs, options.Webhooks)
	stopTracing, err := server.Trace(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = stopTracing(context.WithoutCancel(ctx)) }()
	if err := servePrivately(ctx, proc, cfg.MetricsAddr, options.Metrics); err != nil {
		return err
	}
	behind := errgroup.Group{}
	// Until the last answer is given, also by a process that another one has replaced.
	following, stopFollowing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFollowing()
	behind.Go(func() error { r.Follow(following, followEvery); return nil })
	behind.Go(func() error { options.Webhooks.Run(ctx); return nil })
	behind.Go(func() error { people.KeepUsage(ctx); return nil })
	behind.Go(func() error {
		defer cancel()
		return jobs.Run(ctx)
	})
	kind := ""
	if r.Snapshot().Synthetic() {
		kind = "synthetic "
	}
	fmt.Fprintf(to.out, "upr is ready: http://%s/playground (%d %srecommendations)\n", listener.Addr(), r.Snapshot().Size(), kind)
	if c.Sample {
		if err := printEditor(ctx, people, cfg, listener.Addr(), to); err != nil {
			return err
		}
	}
	if err := proc.Ready(); err != nil {
		return fmt.Errorf("take the place of the process before: %w", err)
	}
	err = server.Serve(ctx, listener, server.New(db, r, people, options))
	cancel()
	stopFollowing()
	err = errors.Join(err, behind.Wait())
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWrites)
	defer stop()
	if err := people.WriteUsage(last); err != nil {
		slog.WarnContext(last, "what keys asked for since a minute is not kept", "error", err)
	}
	return err
}

// lastWrites is how long a process that ends may still write.
const lastWrites = 5 * time.Second

// servePrivately serves metrics and profiles at an address of their own, none where it is empty.
func servePrivately(ctx context.Context, proc process, address string, metrics *server.Metrics) error {
	if address == "" {
		return nil
	}
	listener, err := proc.Listen(ctx, address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with UPR_METRICS_ADDR", address, err)
	}
	slog.InfoContext(ctx, "metrics are served", "address", listener.Addr().String())
	go func() {
		if err := server.Serve(ctx, listener, metrics.Private()); err != nil {
			slog.ErrorContext(ctx, "metrics are not served any more", "error", err)
		}
	}()
	return nil
}

// placesPerProcessor is how many questions of who is not known are answered at the same time:
// enough to keep all processors busy, few enough that staff get theirs.
const placesPerProcessor = 2

// optionsOf reads what the settings name. publicURL is this server as people reach it.
func optionsOf(cfg *config.Config, publicURL string) (options server.Options, err error) {
	options.Graph.CacheMegabytes = cfg.ResponseCacheMB
	options.Graph.Places = placesPerProcessor * runtime.GOMAXPROCS(0)
	options.RequestsPerMinute = cfg.RateLimit
	options.StreamsPerCaller = cfg.StreamLimit
	options.About = aboutOf(cfg, publicURL)
	if cfg.TrustedDocuments != "" {
		options.Graph.Trusted, err = graph.ReadTrusted(cfg.TrustedDocuments, cfg.TrustedOnly)
	}
	return options, err
}

// isLoopback says whether an address can be reached from this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
