package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestLongSlowQuestions asks what the database does not answer. However it is asked, it is given
// up in time, and told so.
func TestLongSlowQuestions(t *testing.T) {
	long(t)
	url := dbtest.Postgres(t)
	s := startSample(t, url, secretKeyFile(t))
	e := s.signIn(t, uidsOf(t, url, 1)[0], "an editor")
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	locked, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := locked.Exec("LOCK TABLE recommendations IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	question, err := json.Marshal(map[string]string{"query": `{ desk { statement(id: "` + e.recommendation + `") { revision } } }`})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("asked", func(t *testing.T) { // ends when all have been answered
		for name, ask := range map[string]func(*testing.T, *editing, []byte) string{
			"by POST": askByPost, "for an event stream": askForEvents, "over a WebSocket": askOverSocket,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				began := time.Now()
				answer := ask(t, e, question)
				if took := time.Since(began); took < 15*time.Second || took > 25*time.Second {
					t.Errorf("answered after %v", took)
				}
				if !strings.Contains(answer, `"UNAVAILABLE"`) && !strings.Contains(answer, `"LIMIT_EXCEEDED"`) {
					t.Errorf("answered %s", answer)
				}
			})
		}
	})
	if err := locked.Rollback(); err != nil {
		t.Fatal(err)
	}
	if answer := askOverSocket(t, e, question); !strings.Contains(answer, `"revision":`) {
		t.Errorf("when the database answers again: %s", answer)
	}
}

func askByPost(t *testing.T, e *editing, question []byte) string {
	t.Helper()
	return askAs(t, e, question, "application/json", io.ReadAll)
}

func askForEvents(t *testing.T, e *editing, question []byte) string {
	t.Helper()
	return askAs(t, e, question, "text/event-stream", func(r io.Reader) ([]byte, error) {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			if bytes.HasPrefix(lines.Bytes(), []byte("data: ")) {
				return lines.Bytes(), nil
			}
		}
		return nil, lines.Err()
	})
}

func askAs(t *testing.T, e *editing, question []byte, media string, read func(io.Reader) ([]byte, error)) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.address+"/graphql", bytes.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", media)
	response, err := e.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := read(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func askOverSocket(t *testing.T, e *editing, question []byte) string {
	t.Helper()
	socket, _, err := websocket.Dial(t.Context(), strings.Replace(e.address, "http", "ws", 1)+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: &e.client, HTTPHeader: http.Header{"Origin": {e.address}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.CloseNow() //nolint:errcheck // it is over
	for _, message := range []string{`{"type":"connection_init"}`, `{"type":"subscribe","id":"1","payload":` + string(question) + `}`} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	for {
		_, text, err := socket.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(`"id":"1"`)) {
			return string(text)
		}
	}
}
