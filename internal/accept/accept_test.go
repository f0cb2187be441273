package accept_test

import (
	"net/http"
	"testing"

	"github.com/upr-info/upr/internal/accept"
)

// TestBest reads Accept as clients send it.
func TestBest(t *testing.T) {
	for header, want := range map[string]string{
		"":                                       accept.JSON,
		"*/*":                                    accept.JSON,
		"text/html":                              accept.JSON,
		"text/event-stream":                      accept.Events,
		"TEXT/Event-Stream":                      accept.Events,
		"*/*, text/event-stream":                 accept.JSON,
		"text/event-stream, */*":                 accept.Events,
		"text/event-stream;q=0.5, */*":           accept.JSON,
		"application/*, text/event-stream":       accept.JSON,
		"*/*, application/graphql-response+json": accept.GraphQL,
		"application/json, text/event-stream":    accept.JSON,
		"application/json;q=0.5, text/event-stream":                                                             accept.Events,
		"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, */*": accept.GraphQL, // urql
		"application/graphql-response+json;charset=utf-8, application/json;charset=utf-8":                       accept.GraphQL, // Apollo's studio
		"application/json;q=0": accept.JSON,
		"application/json;q=nonsense, application/graphql-response+json": accept.GraphQL,
	} {
		if got := accept.Best(&http.Request{Header: http.Header{"Accept": {header}}}, accept.JSON, accept.GraphQL, accept.Events); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

// TestSocket: what else a client may offer to go on as is not meant.
func TestSocket(t *testing.T) {
	for header, want := range map[string]bool{"": false, "h2c": false, "foo": false, "websocket": true, "WebSocket": true, "h2c, websocket": true} {
		if got := accept.Socket(&http.Request{Header: http.Header{"Upgrade": {header}}}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
