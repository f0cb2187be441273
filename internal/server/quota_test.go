package server_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
)

// daily bounds what keys may ask for in a day.
func (s *site) daily(t *testing.T, requests int) *site {
	t.Helper()
	var err error
	if s.people, err = identity.New(s.db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost", RequestsPerDay: requests}, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// sameDay waits for tomorrow where that is near: quotas begin anew then.
func sameDay() {
	for now := time.Now().UTC(); now.Hour() == 23 && now.Minute() >= 58; now = time.Now().UTC() {
		time.Sleep(time.Second)
	}
}

// TestQuotaOverProcesses spends a quota in two processes, which learn of each other when they write.
func TestQuotaOverProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		sameDay()
		s := openAt(t, address).daily(t, 40).serve(t, server.Options{})
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		other := over(t, db).daily(t, 40).serve(t, server.Options{RequestsPerMinute: 1000})
		ann, bob := s.anyKey(t, "ann@example.org"), s.anyKey(t, "bob@example.org")
		tomorrow := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
		get := func(s *site, path, key string, status, left int) {
			t.Helper()
			response, _ := s.get(t, path, key)
			h := response.Header
			if response.StatusCode != status || h.Get("X-Quota-Limit") != "40" || h.Get("X-Quota-Remaining") != strconv.Itoa(left) || h.Get("X-Quota-Reset") != strconv.FormatInt(tomorrow.Unix(), 10) {
				t.Errorf("%s: %d, %v; want %d and %d that remain", path, response.StatusCode, h, status, left)
			}
			wait, _ := strconv.Atoi(h.Get("Retry-After"))
			if until := int(time.Until(tomorrow).Seconds()); (status == http.StatusTooManyRequests) != (wait > 0) || wait > until+60 || wait > 0 && wait < until {
				t.Errorf("%s: Retry-After is %q, and the day ends in %d seconds", path, h.Get("Retry-After"), until)
			}
		}
		write := func(sites ...*site) {
			t.Helper()
			for _, one := range sites {
				if err := one.people.WriteUsage(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		get(s, "/export/states.csv", ann, http.StatusOK, 30)
		get(s, "/changes?first=1", ann, http.StatusOK, 29)
		get(other, "/export/states.csv", ann, http.StatusOK, 30) // it does not know yet
		write(s, other)
		get(other, "/changes?first=1", ann, http.StatusOK, 18)
		write(other, s)
		get(s, "/changes?first=1", ann, http.StatusOK, 28) // nothing was asked here, and nothing learnt
		write(s)
		get(s, "/export/states.csv", ann, http.StatusOK, 7)
		get(s, "/export/states.csv", ann, http.StatusTooManyRequests, 7) // costs more than is left
		get(s, "/graphql?query={statistics{total}}", ann, http.StatusOK, 6)
		write(s)
		get(other, "/changes?first=1", bob, http.StatusOK, 39) // somebody else
		_, body := other.ask(t, `{ mine { keys { quota { limit remaining resetsAt } usage { counted refused } } } }`, "Authorization", "Bearer "+ann)
		var got struct {
			Data struct {
				Mine struct {
					Keys []struct {
						Quota struct {
							Limit, Remaining int
							ResetsAt         time.Time
						}
						Usage []struct{ Counted, Refused int }
					}
				}
			}
		}
		if err := json.Unmarshal(body, &got); err != nil || len(got.Data.Mine.Keys) != 1 {
			t.Fatalf("%s: %v", body, err)
		}
		if k := got.Data.Mine.Keys[0]; k.Quota.Limit != 40 || k.Quota.Remaining != 5 || !k.Quota.ResetsAt.Equal(tomorrow) || len(k.Usage) != 1 || k.Usage[0].Counted != 34 || k.Usage[0].Refused != 1 {
			t.Errorf("the key sees %+v", k)
		}
		write(other)
		get(s, "/changes?first=1", ann, http.StatusOK, 5) // known from before
		write(s)
		for left := range 4 {
			get(s, "/changes?first=1", ann, http.StatusOK, 3-left)
		}
		get(s, "/changes?first=1", ann, http.StatusTooManyRequests, 0)
		status, body := s.ask(t, `{ statistics { total } }`, "Authorization", "Bearer "+ann)
		if status.StatusCode != http.StatusTooManyRequests || !strings.Contains(string(body), `"LIMIT_EXCEEDED"`) || !strings.Contains(string(body), "40 requests a day") {
			t.Errorf("got %d, %s", status.StatusCode, body)
		}
		if response, _ := s.get(t, "/changes?first=1", ""); response.Header.Get("X-Quota-Limit") != "" {
			t.Error("who has no key has a quota")
		}
	})
}

// TestQuotaWhileNothingCanBeWritten is held by what one process knows.
func TestQuotaWhileNothingCanBeWritten(t *testing.T) {
	sameDay()
	s := open(t).daily(t, 3).serve(t, server.Options{})
	key := s.anyKey(t, "ann@example.org")
	s.get(t, "/changes?first=1", key)
	if _, err := s.db.SQL.Exec(`ALTER TABLE key_usages RENAME TO away`); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		if err := s.people.WriteUsage(t.Context()); err == nil {
			t.Fatal("it was written")
		}
		if response, _ := s.get(t, "/changes?first=1", key); response.StatusCode != want {
			t.Errorf("got %d, want %d", response.StatusCode, want)
		}
	}
}

// TestQuotaOfSockets counts each operation over a WebSocket.
func TestQuotaOfSockets(t *testing.T) {
	sameDay()
	s := open(t).daily(t, 3).serve(t, server.Options{})
	header := http.Header{"Authorization": {"Bearer " + s.anyKey(t, "ann@example.org")}}
	socket, response, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.CloseNow() }()
	if left := response.Header.Get("X-Quota-Remaining"); left != "2" {
		t.Errorf("%q remain after the handshake", left)
	}
	say := func(message string) {
		t.Helper()
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(kinds ...string) string {
		t.Helper()
		for {
			_, text, err := socket.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range kinds {
				if strings.Contains(string(text), `"type":"`+kind+`"`) {
					return string(text)
				}
			}
		}
	}
	say(`{"type":"connection_init"}`)
	hear("connection_ack")
	for i, want := range []string{"complete", "complete", "error"} {
		say(`{"type":"subscribe","id":"` + strconv.Itoa(i) + `","payload":{"query":"{ statistics { total } }"}}`)
		if got := hear("complete", "error"); !strings.Contains(got, want) || want == "error" && !strings.Contains(got, "LIMIT_EXCEEDED") {
			t.Errorf("operation %d: %s", i, got)
		}
	}
}
