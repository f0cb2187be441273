// Package server serves the platform over HTTP: its routes, what stands around each
// request, and its health.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/webhook"
	"github.com/upr-info/upr/internal/wire"
	"github.com/upr-info/upr/web"
)

// Options say how the platform is served.
type Options struct {
	Graph graph.Options
	// RequestsPerMinute bounds what one key, one signed-in user or one address may ask; 0: nothing does.
	RequestsPerMinute int
	// StreamsPerCaller bounds the event streams and WebSockets that one key, one signed-in user or
	// one address may have open; 0: nothing does.
	StreamsPerCaller int
	// Metrics count requests and questions; nil: nobody does.
	Metrics *Metrics
	// About is what exports say of this server and of the terms of the data.
	About slice.About
	// Webhooks are those of partners; nil: nothing is answered about them.
	Webhooks *webhook.Service
	// Meetings are the Pre-sessions; nil: they are served without what time does.
	Meetings *presession.Service
	// Deprecated are routes that are going to go, by their patterns.
	Deprecated map[string]deprecation.Notice
	// Outbox is what staff see of mail.
	Outbox *notify.Outbox
	// Files take uploads; nil: nobody does.
	Files *file.Service
}

// New returns the handler of all routes.
func New(db *database.DB, r *record.Record, people *identity.Service, options Options) http.Handler {
	if options.Metrics != nil {
		options.Graph.Observe = options.Metrics.Observe
	}
	pages := web.Handler()
	mux := http.NewServeMux()
	partners := slice.New(db, r, options.About)
	if options.Meetings == nil {
		options.Meetings = presession.New(db, time.Now, presession.Means{})
	}
	people.OnLink(options.Meetings.Join, options.Meetings.Invited)
	people.OnJoin(options.Meetings.MayJoin)
	api := graph.NewHandler(&graph.Resolver{Record: r, Staff: desk.New(db, r, presession.Seen), People: people, Partners: partners, Hooks: options.Webhooks, PreSessions: options.Meetings, Outbox: options.Outbox}, options.Graph)
	address, caller := byAddress(people, options.RequestsPerMinute), byCaller(people, options.RequestsPerMinute)
	daily := quota{people}
	around := func(to http.Handler) http.Handler {
		return address.around(people.Handler(counted(people, caller.around(daily.around(to)))))
	}
	lasting := newStreams(people, options.StreamsPerCaller, address, caller, daily)
	mux.Handle("/graphql", people.CORS(around(lasting.around(allow(compressed(heads(api)), http.MethodGet, http.MethodHead, http.MethodPost)))))
	taken := map[string][]string{} // methods by path
	serve := func(pattern string, costs int, to http.HandlerFunc) {
		asked := around(held(pattern, to))
		if notice, going := options.Deprecated[pattern]; going {
			asked = deprecation.Handler(notice, asked)
		}
		mux.Handle(pattern, people.CORS(costing(costs, asked)))
		method, path, _ := strings.Cut(pattern, " ")
		taken[path] = append(taken[path], method)
	}
	serve("GET /export/{$}", 1, partners.Catalogue)
	serve("GET /export/{file}", exportCosts, partners.Export)
	serve("GET /changes", 1, partners.ServeChanges)
	serve("GET /slices/{file}", exportCosts, partners.ServeSlice)
	serve("GET /slices/{id}/changes", 1, partners.ServeSliceChanges)
	serve("GET /slices/{id}/compare/{file}", exportCosts, partners.ServeComparison)
	serve("GET /slices/{id}/statistics", 1, partners.ServeStatistics)
	serve("GET /slices/{id}/statistics.html", 1, partners.ServeStatisticsPage)
	serve("GET "+deprecation.Path, 1, deprecation.List(slices.Concat(graph.Deprecations(), slice.Deprecations(), slices.Collect(maps.Values(options.Deprecated)))))
	dates := calendars{r, options.Meetings}
	serve("GET /calendar/{file}", 1, dates.session)
	serve("GET /calendar/states/{file}", 1, dates.state)
	serve("GET "+ownCalendars+"{file}", 1, dates.own)
	serve("GET /statements/{id}", 1, statements(options.Meetings))
	serve("POST /statements/{id}", 1, missionStatements(options.Meetings))
	serve("GET /submissions/{id}", 1, submissions(options.Meetings))
	serve("GET /presessions/{round}/{file}", exportCosts, workflowFiles(options.Meetings))
	serve("GET /agenda/{file}", 1, agendas(r))
	serve("GET /badges/{file}", exportCosts, badges(options.Meetings))
	if options.Files != nil {
		serve("POST /files", uploadCosts, options.Files.ServeUpload)
	}
	for path, methods := range taken {
		mux.Handle("OPTIONS "+path, people.CORS(tell(methods)))
	}
	mux.Handle("/sign-in/", address.around(signInsOf(people, options.RequestsPerMinute).around(people.Handler(routed(people.Pages(begins(options.Meetings)))))))
	for _, path := range []string{"/playground", "/registrations", "/registrations/{id}", "/invitations"} {
		mux.Handle("GET "+path, pages)
	}
	mux.Handle("GET /assets/", worded(pages))
	mux.Handle("GET /{$}", http.RedirectHandler("/playground", http.StatusFound))
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /readyz", ready(db, r))
	return whole(identified(watched(options.Metrics, recovered(routed(mux)))))
}

const (
	// grace is how long requests may go on when the server ends.
	grace = 20 * time.Second
	// farewell is how long idle connections stay open when the server ends: whoever asks on one
	// meanwhile is told with the answer that it is the last one there.
	farewell = 2 * time.Second
	// patience is how long the other side of a connection may take less than leastTaken of what was sent.
	patience   = time.Minute
	leastTaken = 64 << 10
)

// Serve answers requests on listener until ctx ends, and then lets the running ones finish.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	open := connections{idle: map[net.Conn]time.Time{}}
	leaving, leave := context.WithCancel(context.Background())
	defer leave()
	srv := &http.Server{
		Handler:           open.answered(lastAnswers(leaving, handler)),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
		ConnState:         open.changed,
		BaseContext:       func(net.Listener) context.Context { return wire.WithLeaving(context.Background(), leaving) },
		ConnContext:       wire.With,
	}
	stopped := make(chan error, 1)
	patient := &wire.Patience{Within: patience, Least: leastTaken}
	watching, stop := context.WithCancel(context.Background())
	defer stop()
	go patient.Watch(watching)
	go func() { stopped <- srv.Serve(wire.Listener{Listener: listener, Patience: patient}) }()
	select {
	case err := <-stopped:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	// Not Shutdown, which drops requests that come on connections it has just accepted.
	_ = listener.Close()
	if err := <-stopped; !errors.Is(err, net.ErrClosed) {
		slog.WarnContext(ctx, "it stopped listening in another way than expected", "error", err)
	}
	// Neither are keep-alives switched off, which closes connections that are idle for a moment:
	// a request that is on the wire there would be lost.
	leave()
	if !open.ended(grace) {
		slog.WarnContext(ctx, "requests that were still open are cut off", "after", grace)
	}
	_ = srv.Close()
	return nil
}

// lastAnswers says of each answer, once the server is ending, that it is the last one on its
// connection: whoever asks once more connects anew.
func lastAnswers(leaving context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if leaving.Err() != nil {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// connections are those that are open, each with the time since when it is idle: none while it
// is not. Those that became WebSockets are requests that go on.
type connections struct {
	requests atomic.Int64
	mu       sync.Mutex
	idle     map[net.Conn]time.Time
}

// answered counts requests until they are.
func (c *connections) answered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.requests.Add(1)
		defer c.requests.Add(-1)
		next.ServeHTTP(w, r)
	})
}

func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew, http.StateActive:
		c.idle[conn] = time.Time{}
	case http.StateIdle:
		c.idle[conn] = time.Now()
	case http.StateClosed, http.StateHijacked:
		delete(c.idle, conn)
	}
}

// ended waits until none is open. It closes those on which nobody has asked for a while.
func (c *connections) ended(within time.Duration) bool {
	began := time.Now()
	for c.closeQuiet(began) > 0 || c.requests.Load() > 0 {
		if time.Since(began) > within {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}

// closeQuiet closes what was idle all the time of a farewell, and returns how many others there are.
func (c *connections) closeQuiet(began time.Time) (others int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn, since := range c.idle {
		if since.IsZero() || time.Since(since) < farewell || time.Since(began) < farewell {
			others++
			continue
		}
		_ = conn.Close()
		delete(c.idle, conn)
	}
	return others
}
