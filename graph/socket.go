package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	gqltransport "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/accept"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/wire"
)

// socketProtocol is the one that is spoken. gqlgen also speaks its forerunner, which browsers'
// clients have given up.
const socketProtocol = "graphql-transport-ws"

// maxLasting is how many operations go on at the same time on one socket.
const maxLasting = 100

// The codes with which graphql-transport-ws ends a socket. gqlgen has one for everything.
const (
	closeMalformed    = 4400
	closeUnauthorized = 4401
	closeForbidden    = 4403
	closeSlow         = 4408
	closeUsed         = 4409
	closeBegunTwice   = 4429
	closeRestart      = 1012 // of WebSockets: clients connect anew
	beginWithin       = 10 * time.Second
	maxReason         = 123 // bytes that WebSockets have for it
	slowInGqlgenWords = "connection initialisation timeout"
)

func init() { //nolint:gochecknoinits // gqlgen has these in a variable
	// What keeps an operation from running is told as an error of the protocol.
	for _, code := range []fault.Code{fault.CodeInvalid, fault.CodeLimitExceeded, fault.CodeForbidden, codeUnknownQuery} {
		errcode.RegisterErrorType(string(code), errcode.KindProtocol)
	}
}

// webSocket speaks graphql-transport-ws. Requests of other origins are refused, as browsers
// send cookies with them.
type webSocket struct {
	gqltransport.Websocket
	transport transport
}

func newWebSocket(t transport) webSocket {
	limit := int64(maxBodyLength)
	return webSocket{gqltransport.Websocket{
		InitTimeout: beginWithin, PingPongInterval: pingEvery, PayloadReadLimit: &limit,
	}, t}
}

// Supports requests to go on as a WebSocket. Whoever offers another protocol, as Java's client does
// with HTTP/2, is answered by this one.
func (webSocket) Supports(r *http.Request) bool { return accept.Socket(r) }

// Do refuses who speaks nothing that is spoken here.
func (t webSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	offered := strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",")
	if !slices.ContainsFunc(offered, func(p string) bool { return strings.TrimSpace(p) == socketProtocol }) {
		w.Header().Set("Content-Type", accept.JSON+"; charset=utf-8")
		refuse(w, r, watched{exec, t.transport.observe}, fault.Invalid("Sec-WebSocket-Protocol", "must offer "+socketProtocol))
		return
	}
	answer, of := &handshake{ResponseWriter: w}, &sockets{observe: t.transport.observe}
	defer of.close()
	t.Implementation = of
	t.Websocket.Do(answer, r, kinds{watched{timed{t.transport.strict(exec), maxTime}, t.transport.observe}, of})
	if answer.refused != 0 {
		w.Header().Set("Content-Type", accept.JSON+"; charset=utf-8")
		send(w, answer.refused, watched{exec, t.transport.observe}.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(answer.fault())}))
	}
}

// handshake keeps back what is said of a handshake that fails: it is said twice, and in other
// forms than our errors have.
type handshake struct {
	http.ResponseWriter
	begun   bool
	refused int // the status; 0: it does not fail
}

// WriteHeader lets the socket begin, or keeps the first status that refuses it.
func (h *handshake) WriteHeader(status int) {
	switch {
	case status == http.StatusSwitchingProtocols:
		h.begun = true
		h.ResponseWriter.WriteHeader(status)
	case !h.begun && h.refused == 0:
		h.refused = status
	}
}

// Write keeps back what is said.
func (h *handshake) Write(b []byte) (int, error) { return len(b), nil }

// Unwrap lets the socket take over the connection.
func (h *handshake) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (h *handshake) fault() error {
	if h.refused == http.StatusForbidden {
		return fault.Forbidden("WebSockets are for this server's own pages, and for programs: other pages ask for an event stream")
	}
	return fault.Invalid("", "the handshake is none of a WebSocket of version 13")
}

// sockets accepts the socket of a request and watches over what its client sends.
type sockets struct {
	gqltransport.CoderWebsocketImplementation
	observe Observer
	socket  *socket // once it has begun
	stay    func() bool
}

// Accept begins a socket.
func (s *sockets) Accept(w http.ResponseWriter, r *http.Request, options gqltransport.WebsocketAcceptOptions) (gqltransport.WebsocketConn, error) {
	options.Subprotocols = []string{socketProtocol}
	conn, err := s.CoderWebsocketImplementation.Accept(w, r, options)
	if err != nil {
		return nil, err
	}
	s.socket = &socket{WebsocketConn: conn, ctx: r.Context(), meter: meterOf(r.Context()), observe: s.observe, active: map[string]string{}, named: map[string]string{}, lasting: map[string]bool{}}
	s.stay = context.AfterFunc(wire.Leaving(r.Context()), s.socket.leave)
	return s.socket, nil
}

// close forgets the socket.
func (s *sockets) close() {
	if s.stay != nil {
		s.stay()
	}
}

// socket ends a connection with the code of the protocol where a client does not keep to it. A client
// may use an id again as soon as it has ended an operation; gqlgen, which may still be at that one, sees
// an id of ours for each.
type socket struct {
	gqltransport.WebsocketConn
	ctx     context.Context //nolint:containedctx // of the one request that it is
	meter   Meter
	observe Observer

	mu           sync.Mutex
	begun, ended bool
	leaving      bool // with the server: nothing begins any more
	count        int
	active       map[string]string // our ids of operations that go on, by those of the client
	named        map[string]string // and the other way round
	lasting      map[string]bool   // our ids of those that have no end
}

// socketMessage is a message of either side.
type socketMessage struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// NextReader returns the next message that gqlgen is to see.
func (s *socket) NextReader() (int, io.Reader, error) {
	for {
		kind, reader, err := s.WebsocketConn.NextReader()
		if err != nil {
			return kind, nil, err
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			return kind, nil, err
		}
		var m socketMessage
		if decodeOne(string(text), &m) != nil {
			_ = s.WriteClose(closeMalformed, "a message must be one JSON object with a type")
			return kind, nil, gqltransport.ErrWebsocketClosed
		}
		switch code, reason := s.check(&m); {
		case code != 0:
			_ = s.WriteClose(code, reason)
			return kind, nil, gqltransport.ErrWebsocketClosed
		case reason == answered:
			continue
		case m.Type == "complete":
			s.endIfAnswered()
		}
		text, err = json.Marshal(m)
		return kind, bytes.NewReader(text), err
	}
}

// answered says that gqlgen is not to see a message, and the socket goes on.
const answered = "answered"

// check returns the code with which a message ends the socket, 0 where it does not. The message gets
// our id of its operation.
func (s *socket) check(m *socketMessage) (code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch m.Type {
	case "connection_init":
		if s.begun {
			return closeBegunTwice, "Too many initialisation requests"
		}
		s.begun = true
	case "ping", "pong":
		if s.begun {
			return 0, ""
		}
		if m.Type == "ping" { // as is allowed at any time
			_ = s.WebsocketConn.WriteJSON(socketMessage{Type: "pong", Payload: m.Payload})
		}
		return 0, answered
	case "subscribe":
		return s.begin(m)
	case "complete":
		m.ID = s.end(m.ID)
	default:
		return closeMalformed, "a client sends connection_init, subscribe, complete, ping or pong"
	}
	return 0, ""
}

// begin is asked with the lock.
func (s *socket) begin(m *socketMessage) (code int, reason string) {
	var params struct{ Query string }
	switch {
	case !s.begun:
		return closeUnauthorized, "Unauthorized"
	case m.ID == "" || json.Unmarshal(m.Payload, &params) != nil:
		return closeMalformed, "subscribe needs an id, and a payload with a query"
	case s.active[m.ID] != "":
		return closeUsed, "Subscriber for " + clip(m.ID, 80) + " already exists"
	case s.leaving:
		return 0, answered
	}
	wait, err := s.meter.Begin()
	if err == nil {
		if err = s.admit(m); err != nil {
			s.meter.End()
		}
	}
	if err != nil {
		s.refuse(m.ID, err, wait)
		return 0, answered
	}
	s.count++
	ours := s.latest()
	s.active[m.ID], s.named[ours], m.ID = ours, m.ID, ours
	return 0, ""
}

// latest is our id of the operation that was begun last.
func (s *socket) latest() string { return strconv.Itoa(s.count) }

// admit is asked with the lock. Returns Invalid or LimitExceeded.
func (s *socket) admit(m *socketMessage) error {
	if len(s.active) >= maxLasting {
		return fault.LimitExceeded("the socket's number of operations is %d, the limit is %d", len(s.active)+1, maxLasting)
	}
	if decodeOne(string(m.Payload), &graphql.RawParams{}) != nil { // gqlgen would refuse it without a code
		return fault.Invalid("payload", `must be one JSON object like {"query": "…", "variables": {…}}`)
	}
	return nil
}

// end is asked with the lock, and returns our id of an operation: none where it does not go on.
func (s *socket) end(id string) (ours string) {
	if ours = s.active[id]; ours != "" {
		delete(s.active, id)
		delete(s.named, ours)
		delete(s.lasting, ours)
		s.meter.End()
	}
	return ours
}

// WriteJSON sends a message. After an error, or of an operation that the client has ended,
// gqlgen would say that it is complete.
func (s *socket) WriteJSON(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var m socketMessage
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	if m.ID == "" {
		return s.WebsocketConn.WriteJSON(m)
	}
	s.mu.Lock()
	id, goesOn := s.named[m.ID]
	if goesOn && (m.Type == "error" || m.Type == "complete") {
		s.end(id)
	}
	s.mu.Unlock()
	if !goesOn {
		return nil
	}
	m.ID = id
	defer s.endIfAnswered()
	return s.WebsocketConn.WriteJSON(m)
}

// WriteClose ends the socket, once.
func (s *socket) WriteClose(code int, reason string) error {
	s.mu.Lock()
	ended := s.ended
	s.ended = true
	s.mu.Unlock()
	if ended {
		return nil
	}
	if reason == slowInGqlgenWords {
		code, reason = closeSlow, "Connection initialisation timeout"
	}
	if left, why := closeCode(s.ctx); left != 0 {
		code, reason = left, clip(why, maxReason)
	}
	return s.WebsocketConn.WriteClose(code, reason)
}

// SetReadLimit bounds messages.
func (s *socket) SetReadLimit(limit int64) {
	if limiter, ok := s.WebsocketConn.(gqltransport.WebsocketReadLimiter); ok {
		limiter.SetReadLimit(limit)
	}
}

// SetReadDeadline ends sockets on which nothing comes.
func (s *socket) SetReadDeadline(t time.Time) error {
	if deadliner, ok := s.WebsocketConn.(gqltransport.WebsocketReadDeadliner); ok {
		return deadliner.SetReadDeadline(t)
	}
	return errors.ErrUnsupported
}

func clip(text string, n int) string { return strings.ToValidUTF8(text[:min(n, len(text))], "") }
