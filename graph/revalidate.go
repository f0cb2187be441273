package graph

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/upr-info/upr/internal/program"
)

// Answers to public questions by GET may be kept by anybody, who asks each time whether they
// still hold: a name that is taken away is gone everywhere at once. Nothing else is kept.
const (
	mayKeep = "public, no-cache"
	mayNot  = "private, no-store"
)

// tag names the answer to a request: it is another one with the record, the day, the media type
// and the program, which may answer otherwise after an upgrade. It is weak, because the answer may
// be sent compressed.
func (k cacheKey) tag(media string) string {
	return `W/"` + k.version.String() + "." + string(k.day) + "." + media[len("application/"):] + "." + program.Mark() + `"`
}

// sendUnlessHeld answers a public question, shortly where whoever asks has the answer.
func sendUnlessHeld(w http.ResponseWriter, r *http.Request, tag string, status int, response *graphql.Response) {
	if r.Method == http.MethodGet && holds(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, status, response)
}

// holds says whether whoever asks has the answer that a tag names: with * any is good enough.
func holds(r *http.Request, tag string) bool {
	for _, given := range r.Header.Values("If-None-Match") {
		for part := range strings.SplitSeq(given, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || "W/"+strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// label says who may keep an answer.
func label(w http.ResponseWriter, r *http.Request, public bool, tag string) {
	if !public || r.Method != http.MethodGet {
		w.Header().Set("Cache-Control", mayNot)
		return
	}
	w.Header().Set("Cache-Control", mayKeep)
	w.Header().Set("ETag", tag)
}
