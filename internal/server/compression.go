package server

import (
	"net/http"

	"github.com/CAFxX/httpcompression"
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
	return adapter(next)
}
