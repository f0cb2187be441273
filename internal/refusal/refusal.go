// Package refusal is the form of what is refused outside of GraphQL, and where it is counted.
package refusal

import (
	"encoding/json"
	"maps"
	"net/http"

	"github.com/upr-info/upr/internal/fault"
)

// Counter is what stands around a request and counts its refusals.
type Counter interface{ Refused(code fault.Code) }

// Write answers in the form of GraphQL's errors, with more that a program can use, and counts it.
func Write(w http.ResponseWriter, status int, code fault.Code, message string, more map[string]any) {
	Count(w, code)
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "60")
	}
	w.WriteHeader(status)
	extensions := map[string]any{"code": code}
	maps.Copy(extensions, more)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{"message": message, "extensions": extensions}}})
}

// Count counts a refusal that is written in another form.
func Count(w http.ResponseWriter, code fault.Code) {
	for {
		switch of := w.(type) {
		case Counter:
			of.Refused(code)
			return
		case interface{ Unwrap() http.ResponseWriter }:
			w = of.Unwrap()
		default:
			return // nobody counts
		}
	}
}
