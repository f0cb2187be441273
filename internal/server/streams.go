package server

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	// operationsPerStream is how many operations may go on over WebSockets for each stream that
	// a caller may have open.
	operationsPerStream = 10
	// tryStreamAgain is how long to wait for a stream to end.
	tryStreamAgain = 30 * time.Second
)

// streams bound what stays open: event streams, WebSockets, and the operations that go on over
// these. Each is counted twice, for whoever asks and for the address. An address may have
// several times as many as one caller, so that who has not signed in takes nothing from those
// at the same address who have.
type streams struct {
	people          *identity.Service
	open            tally
	operations      tally
	address, caller *limit
	quota           quota
}

func newStreams(people *identity.Service, perCaller int, address, caller *limit, daily quota) *streams {
	return &streams{people: people, open: tally{most: perCaller}, operations: tally{most: perCaller * operationsPerStream}, address: address, caller: caller, quota: daily}
}

// around lets a stream begin, or refuses it before it does.
func (s *streams) around(next http.Handler) http.Handler {
	caller := callerOf(s.people)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !identity.Streams(r) {
			next.ServeHTTP(w, r)
			return
		}
		who, at := caller(r), s.people.Address(r)
		if !s.open.take(who, at) {
			w.Header().Set("Retry-After", strconv.Itoa(int(tryStreamAgain.Seconds())))
			refuse(w, r, fault.LimitExceeded("more than %d event streams and WebSockets are open at the same time: close some", s.open.most))
			return
		}
		defer s.open.give(who, at, 1)
		m := &meter{streams: s, r: r, who: who, at: at}
		defer m.close()
		next.ServeHTTP(w, r.WithContext(graph.WithMeter(r.Context(), m)))
	})
}

// meter counts the operations of one socket.
type meter struct {
	*streams
	r       *http.Request
	who, at string

	mu     sync.Mutex
	goOn   int
	closed bool
}

// Begin counts an operation as a request, and until it ends. Returns LimitExceeded.
func (m *meter) Begin() (wait time.Duration, err error) {
	defer func() {
		if v, known := viewer.From(m.r.Context()); known && v.IsKey() {
			m.people.Used(v.KeyUID, err != nil, 0, 0)
		}
	}()
	for _, l := range []*limit{m.address, m.caller} {
		if err := l.count(m.r); err != nil {
			return window, err
		}
	}
	if _, wait, err := m.quota.spend(m.r, 1); err != nil {
		return wait, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, fault.Unavailable("the socket is closed")
	}
	if !m.operations.take(m.who, m.at) {
		return tryStreamAgain, fault.LimitExceeded("more than %d operations go on over WebSockets at the same time: end some, or wait %d seconds", m.operations.most, int(tryStreamAgain.Seconds()))
	}
	m.goOn++
	return 0, nil
}

// End says that an operation goes on no more.
func (m *meter) End() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.goOn--
		m.operations.give(m.who, m.at, 1)
	}
}

// close ends what went on when the socket did.
func (m *meter) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.operations.give(m.who, m.at, m.goOn)
}

// tally counts what callers and addresses have at the moment.
type tally struct {
	most int // of one caller; 0: as many as come

	mu        sync.Mutex
	callers   map[string]int
	addresses map[string]int
}

// take counts one more, where there may be one.
func (t *tally) take(caller, address string) bool {
	if t.most == 0 {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.callers[caller] >= t.most || t.addresses[address] >= t.most*strangers {
		return false
	}
	if t.callers == nil {
		t.callers, t.addresses = map[string]int{}, map[string]int{}
	}
	t.callers[caller]++
	t.addresses[address]++
	return true
}

// give counts n less.
func (t *tally) give(caller, address string, n int) {
	if t.most == 0 || n == 0 { // nothing was ever taken, perhaps
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	less(t.callers, caller, n)
	less(t.addresses, address, n)
}

func less(counts map[string]int, of string, n int) {
	if counts[of] -= n; counts[of] <= 0 {
		delete(counts, of)
	}
}
