package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// listen asks a subscription over an event stream, as somebody, and returns what comes.
func (o *office) listen(t *testing.T, v *viewer.Viewer, query string) <-chan answer {
	t.Helper()
	handler := server.New(o.db, o.record, newPeople(t, o.db), server.Options{Graph: graph.Options{Places: 1}})
	if v != nil {
		handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			o.handler.ServeHTTP(w, r.WithContext(viewer.NewContext(r.Context(), v)))
		})
	}
	srv := httptest.NewServer(handler)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); srv.Close() })
	body, _ := json.Marshal(map[string]string{"query": query})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("content type %q", got)
	}
	answers := make(chan answer, 100)
	go func() {
		defer response.Body.Close()
		defer close(answers)
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			if data, isData := strings.CutPrefix(lines.Text(), "data: "); isData {
				var a answer
				_ = json.Unmarshal([]byte(data), &a)
				answers <- a
			}
		}
	}()
	return answers
}

// next waits for an answer; false where the stream has ended.
func next(t *testing.T, answers <-chan answer) (answer, bool) {
	t.Helper()
	select {
	case a, more := <-answers:
		return a, more
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		return answer{}, false
	}
}

func TestRecordChangedOverEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		first := o.rowOf(t, `SELECT MIN(id) FROM recommendations`)
		filtered := o.listen(t, nil, `subscription { recordChanged(filter: {text: "\"quokka census\""}) { id version node { ... on Recommendation { text } } } }`)
		all := o.listen(t, nil, `subscription { recordChanged { id node { __typename } } }`)
		o.change(t, changelog.Recommendation, first, `UPDATE recommendations SET number = '1.1' WHERE id = $1`, first) // is not what the filter admits
		o.change(t, changelog.Recommendation, first+1, `UPDATE recommendations SET text = 'Hold a quokka census' WHERE id = $1`, first+1)
		o.change(t, changelog.Recommendation, first+1, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, first+1)

		var got struct {
			RecordChanged struct {
				ID, Version string
				Node        *struct{ Text string }
			}
		}
		for i, want := range []string{"Hold a quokka census", ""} {
			got.RecordChanged.Node = nil
			a, _ := next(t, filtered)
			if err := json.Unmarshal(a.Data, &got); err != nil || len(a.Errors) > 0 {
				t.Fatal(err, a.Errors)
			}
			text := ""
			if got.RecordChanged.Node != nil {
				text = got.RecordChanged.Node.Text
			}
			if text != want || got.RecordChanged.Version != o.record.Snapshot().Version().String() && i == 1 {
				t.Errorf("step %d: %+v, want text %q", i, got.RecordChanged, want)
			}
		}
		for range 3 {
			if a, more := next(t, all); !more || len(a.Errors) > 0 {
				t.Errorf("everything: %+v", a)
			}
		}
	})
}

func TestDeskChangedIsForStaff(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	const watch = `subscription { deskChanged { node operation } }`
	for want, v := range map[string]*viewer.Viewer{"UNAUTHENTICATED": nil, "FORBIDDEN": with(viewer.Partner)} {
		if a, more := next(t, o.listen(t, v, watch)); !more || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != want {
			t.Errorf("%s: %+v", want, a)
		}
	}
	seen := o.listen(t, with(viewer.Editor), watch)
	first := o.rowOf(t, `SELECT MIN(id) FROM recommendations`)
	o.change(t, changelog.Recommendation, first, `UPDATE recommendations SET number = '1.1' WHERE id = $1`, first)
	if a, _ := next(t, seen); !strings.Contains(string(a.Data), `"operation":"CORRECT"`) {
		t.Errorf("the editor sees %s %+v", a.Data, a.Errors)
	}
}

func TestRecordChangedOverWebSocket(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	srv := httptest.NewServer(server.New(o.db, o.record, newPeople(t, o.db), server.Options{}))
	t.Cleanup(srv.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, srv.URL+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow() //nolint:errcheck // the test is over
	say := func(message string) {
		t.Helper()
		if err := socket.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(kind string) (payload json.RawMessage) {
		t.Helper()
		for {
			var message struct {
				Type    string
				Payload json.RawMessage
			}
			if err := wsjson.Read(ctx, socket, &message); err != nil {
				t.Fatal(err)
			}
			if message.Type == kind {
				return message.Payload
			}
		}
	}
	say(`{"type":"pong"}`)
	say(`{"type":"ping","payload":{"n":1}}`)
	if got := hear("pong"); string(got) != `{"n":1}` {
		t.Errorf("before it has begun a ping is answered %s", got)
	}
	say(`{"type":"connection_init"}`)
	hear("connection_ack")
	say(`{"id":"1","type":"subscribe","payload":{"query":"subscription { recordChanged { id } }"}}`)
	first := o.rowOf(t, `SELECT MIN(id) FROM recommendations`)
	heard := make(chan struct{})
	t.Cleanup(func() { close(heard) })
	go func() { // a socket does not say when a subscription has begun
		for i := 0; ; i++ {
			select {
			case <-heard:
				return
			case <-time.After(100 * time.Millisecond):
				_ = o.tryChange(changelog.Recommendation, first, `UPDATE recommendations SET number = $1 WHERE id = $2`, strconv.Itoa(i), first)
			}
		}
	}()
	if payload := hear("next"); !strings.Contains(string(payload), `"id":"rec_`) {
		t.Errorf("got %s", payload)
	}
}

// TestVariablesOverWebSocket sends values of other types: they are refused as over HTTP, and
// the socket goes on.
func TestVariablesOverWebSocket(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	srv := httptest.NewServer(server.New(o.db, o.record, newPeople(t, o.db), server.Options{}))
	t.Cleanup(srv.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, srv.URL+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow() //nolint:errcheck // the test is over
	type message struct {
		Type    string `json:"type"`
		ID      string `json:"id,omitempty"`
		Payload any    `json:"payload,omitempty"`
	}
	ask := func(query string, variables map[string]any) string {
		t.Helper()
		asked := message{"subscribe", strconv.FormatInt(time.Now().UnixNano(), 10), map[string]any{"query": query, "variables": variables}}
		if err := wsjson.Write(ctx, socket, asked); err != nil {
			t.Fatal(err)
		}
		for {
			var heard message
			if err := wsjson.Read(ctx, socket, &heard); err != nil {
				t.Fatal(err)
			}
			if heard.ID == asked.ID {
				text, _ := json.Marshal(heard)
				return string(text)
			}
		}
	}
	if err := wsjson.Write(ctx, socket, message{Type: "connection_init"}); err != nil {
		t.Fatal(err)
	}
	const page = `query($n: Int) { recommendations(first: $n) { totalCount } }`
	for name, test := range map[string]struct {
		query string
		value any
		want  string
	}{
		"a number as text": {page, "1", "$n: must be a whole number"},
		"half a number":    {page, 1.5, "$n: must be a whole number"},
		"text as a number": {`query($n: String!) { organisation(slug: $n) { name } }`, 1, "$n: must be text in quotation marks"},
		"no such value":    {`query($n: Language) { state(code: "EGY") { name(language: $n) } }`, "en", "$n: must be one of the values of Language"},
		"inside a filter":  {`query($n: RecommendationFilter) { statistics(filter: $n) { total } }`, map[string]any{"cycles": []any{"3"}}, "$n.cycles[0]: must be a whole number"},
	} {
		if got := ask(test.query, map[string]any{"n": test.value}); !strings.Contains(got, test.want) || !strings.Contains(got, `"INVALID"`) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	if got := ask(page, map[string]any{"n": 1}); !strings.Contains(got, `"totalCount":300`) {
		t.Errorf("what is right is answered %s", got)
	}
}
