package server

import (
	"net/http"
	"strconv"

	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// counted counts what keys ask for: requests, those that the limit refused, rows of exports, bytes.
func counted(people *identity.Service, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, known := viewer.From(r.Context())
		if !known || !v.IsKey() {
			next.ServeHTTP(w, r)
			return
		}
		seen := &countingWriter{statusWriter: statusWriter{ResponseWriter: w, status: http.StatusOK}}
		defer func() { // also of an answer that breaks off
			rows, _ := strconv.ParseInt(w.Header().Get(slice.RowsTrailer), 10, 64) // none where there are no rows
			people.Used(v.KeyUID, seen.status == http.StatusTooManyRequests, rows, seen.bytes)
		}()
		next.ServeHTTP(seen, r)
	})
}

type countingWriter struct {
	statusWriter
	bytes int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err //nolint:wrapcheck // as net/http has it
}
