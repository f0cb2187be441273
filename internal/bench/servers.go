package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/upr-info/upr/internal/bench/rival"
	"github.com/upr-info/upr/internal/secret"
)

// servers run side by side for the whole run; only one is asked at a time.
type servers struct{ upr, cached, rivals *process }

func (s *servers) start(ctx context.Context, program, databaseURL string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "upr-bench")
	if err != nil {
		return err
	}
	key := filepath.Join(folder, "upr.key")
	if _, err := secret.ReadOrMake(key); err != nil {
		return err
	}
	with := func(cache string) []string {
		return []string{"UPR_SECRET_KEY_FILE=" + key, "UPR_DATABASE_URL=" + databaseURL, "UPR_ADDR=127.0.0.1:0", "UPR_RATE_LIMIT=100000000", "UPR_STREAM_LIMIT=0", "UPR_METRICS_ADDR=127.0.0.1:0", "UPR_RESPONSE_CACHE_MB=" + cache}
	}
	if s.upr, err = start(ctx, with("0"), program, "serve"); err != nil {
		return err
	}
	if s.cached, err = start(ctx, with("64"), program, "serve"); err != nil {
		return err
	}
	s.rivals, err = start(ctx, nil, self, "rivals", databaseURL)
	return err
}

// stop also works when not all of them were started.
func (s *servers) stop() error {
	var errs []error
	for _, p := range []*process{s.upr, s.cached, s.rivals} {
		if p != nil {
			errs = append(errs, p.stop())
		}
	}
	return errors.Join(errs...)
}

func (s *servers) contestants(db *dataset) []contestant {
	at := func(address string) func(question) string { return func(question) string { return address } }
	below := func(address string) func(question) string { return func(q question) string { return address + q.name } }
	only := func(p *process) func(context.Context) ([]int, error) {
		return func(context.Context) ([]int, error) { return []int{p.pid()}, nil }
	}
	withWorkers := func(ctx context.Context) ([]int, error) {
		workers, err := db.workers(ctx)
		return append(workers, s.rivals.pid()), err
	}
	return []contestant{
		upr:    {at(s.upr.url + "/graphql"), only(s.upr)},
		cached: {at(s.cached.url + "/graphql"), only(s.cached)},
		bare:   {below(s.rivals.url + "/bare/"), only(s.rivals)},
		bySQL:  {below(s.rivals.url + "/sql/"), withWorkers},
	}
}

// serveRivals is the small server beside upr. It ends with the benchmark.
func serveRivals(ctx context.Context, databaseURL string) error {
	db, err := rival.Open(databaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	handler, err := rival.Handler(ctx, db)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = srv.Close() })
	fmt.Printf("ready: http://%s/\n", listener.Addr())
	if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
