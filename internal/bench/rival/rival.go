// Package rival answers the benchmark's questions in two other ways: with bytes that
// are ready beforehand, which is what HTTP alone costs, and with SQL written by hand
// for each question, which is what one would have without the record in memory.
package rival

import (
	"context"
	"database/sql"
	"net/http"
	"strconv"
)

// Handler serves POST /sql/{question} over a database that Prepare has seen, and
// POST /bare/{question} with the bytes that were PUT there.
func Handler(ctx context.Context, db *sql.DB) (http.Handler, error) {
	questions, err := prepareStatements(ctx, db)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	ready := &bare{bodies: map[string][]byte{}}
	mux.HandleFunc("PUT /bare/{question}", ready.keep)
	mux.HandleFunc("POST /bare/{question}", ready.answer)
	mux.Handle("POST /sql/{question}", questions)
	return mux, nil
}

func write(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
