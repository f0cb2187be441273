package server

import (
	"net/http"

	"github.com/CAFxX/httpcompression"

	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/wire"
)

// minCompressed is the size from which compressing pays: less fits into one packet.
const minCompressed = 1400

// compressed compresses JSON for who takes it. Streams of events go as they are.
func compressed(next http.Handler) http.Handler {
	adapter, err := httpcompression.DefaultAdapter(
		httpcompression.MinSize(minCompressed),
		httpcompression.BrotliCompressionLevel(3), // the levels above take many times as long, for a tenth of the size
		httpcompression.GzipCompressionLevel(4),
		httpcompression.ContentTypes([]string{"application/json", "application/graphql-response+json"}, false),
	)
	if err != nil {
		panic(err) // only settings of no meaning are refused
	}
	return unlessStreamed(next, adapter(next))
}

// whole has each answer to /graphql leave in one piece, once the request is counted and logged: whoever
// has an answer finds it in the metrics.
func whole(next http.Handler) http.Handler {
	answers := unlessStreamed(next, wire.Whole(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/graphql" {
			answers.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// unlessStreamed has streams go as they come: what is written is to go out at once.
func unlessStreamed(streams, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if identity.Streams(r) {
			streams.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}
