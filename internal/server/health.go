package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/record"
)

// health is what /healthz and /readyz answer.
type health struct {
	Status          string `json:"status"`
	Reason          string `json:"reason,omitempty"`
	Recommendations int    `json:"recommendations,omitempty"`
}

// alive answers as long as the process does.
func alive(w http.ResponseWriter, _ *http.Request) { writeHealth(w, health{Status: "ok"}) }

// ready answers "ok", or "degraded" and why: the database is out of reach, or takes no changes.
// The status is 200 in both cases: public questions are answered from memory and need no database.
func ready(db *database.DB, r *record.Record) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), 2*time.Second)
		defer cancel()
		answer := health{Status: "ok", Recommendations: r.Snapshot().Size()}
		if why := db.Degraded(ctx); why != "" {
			answer.Status, answer.Reason = "degraded", why
		}
		writeHealth(w, answer)
	}
}

func writeHealth(w http.ResponseWriter, answer health) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer)
}
