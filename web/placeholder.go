package web

import (
	_ "embed"
	"net/http"
)

//go:embed placeholder.html
var placeholder []byte

// notBuilt answers where the page should be. It is an error for programs and a
// readable page for people.
func notBuilt(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", contentTypes[".html"])
	h.Set("Cache-Control", noStore)
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(placeholder) // the client is gone: nobody to tell
}
