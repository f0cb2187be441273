package changelog_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// deaf is a way to a server that stops to carry anything on the connections that there are, and
// closes none of them. New ones are carried.
type deaf struct {
	mu   sync.Mutex
	ways []*way
}

func (d *deaf) lay(t *testing.T, network, to string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, to)
			if err != nil {
				_ = near.Close()
				return
			}
			w := &way{}
			d.mu.Lock()
			d.ways = append(d.ways, w)
			d.mu.Unlock()
			go w.carry(far, near)
			go w.carry(near, far)
		}
	}()
	return listener.Addr().String()
}

func (d *deaf) loseAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.ways {
		w.lose()
	}
}

type way struct {
	mu   sync.Mutex
	lost bool
}

func (w *way) lose() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = true
}

func (w *way) carry(to io.WriteCloser, from io.Reader) {
	defer to.Close()
	b := make([]byte, 1<<15)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		w.mu.Lock()
		lost := w.lost
		w.mu.Unlock()
		if lost {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// TestListenOverAConnectionThatIsLost loses what is sent on the connection that tells of changes,
// without an end that anybody would see: it is noticed, and another one tells of them.
func TestListenOverAConnectionThatIsLost(t *testing.T) {
	straight := dbtest.Postgres(t)
	db := filled(t, straight)
	address, err := url.Parse(straight)
	if err != nil {
		t.Fatal(err)
	}
	given, network, to := address.Query(), "tcp", address.Host
	if folder := given.Get("host"); folder != "" { // of a socket
		network, to = "unix", folder+"/.s.PGSQL."+given.Get("port")
	}
	given.Del("host")
	given.Del("port")
	line := &deaf{}
	address.Host, address.RawQuery = line.lay(t, network, to), given.Encode()
	far, err := database.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	told := changelog.Listen(t.Context(), far)
	isTold := func(within time.Duration) bool {
		if _, err := db.SQL.Exec("SELECT pg_notify($1, '')", changelog.Channel); err != nil {
			t.Fatal(err)
		}
		select {
		case <-told:
			return true
		case <-time.After(within):
			return false
		}
	}
	quiet := func(within time.Duration) {
		for {
			select {
			case <-told:
			case <-time.After(within):
				return
			}
		}
	}
	for range 3 { // connected, and notified
		if !isTold(20 * time.Second) {
			t.Fatal("nobody tells of changes")
		}
		quiet(200 * time.Millisecond)
	}
	quiet(2 * time.Second) // what was said is heard
	line.loseAll()
	if isTold(time.Second) {
		t.Fatal("the connection carries still")
	}
	deadline := time.Now().Add(time.Minute)
	for told := 0; told < 3; quiet(200 * time.Millisecond) { // of the end, of the new connection, and of a change
		if isTold(time.Second) {
			told++
		}
		if time.Now().After(deadline) {
			t.Fatal("the connection is lost, and nobody notices")
		}
	}
}

// TestListenToABurst notifies of more than is waited for while the connection is looked after.
func TestListenToABurst(t *testing.T) {
	db := filled(t, dbtest.Postgres(t))
	told := changelog.Listen(t.Context(), db)
	<-told
	for until := time.Now().Add(12 * time.Second); time.Now().Before(until); { // two looks
		if _, err := db.SQL.Exec("SELECT pg_notify($1, n::text) FROM generate_series(1, 5000) n", changelog.Channel); err != nil {
			t.Fatal(err)
		}
		select {
		case <-told:
		case <-time.After(20 * time.Second):
			t.Fatal("nobody tells of changes any more")
		}
	}
}
