package graph

import (
	"net/http"
	"strings"
)

// Answers to public questions by GET may be kept by anybody, who asks each time whether they
// still hold: a name that is taken away is gone everywhere at once. Nothing else is kept.
const (
	mayKeep = "public, no-cache"
	mayNot  = "private, no-store"
)

// tag names the answer to a request: it is another one with the record, the day and the media type.
// It is weak, because the answer may be sent compressed.
func (k cacheKey) tag(media string) string {
	return `W/"` + k.version.String() + "." + string(k.day) + "." + media[len("application/"):] + `"`
}

// holds says whether whoever asks has the answer that a tag names.
func holds(r *http.Request, tag string) bool {
	for _, given := range r.Header.Values("If-None-Match") {
		for part := range strings.SplitSeq(given, ",") {
			if "W/"+strings.TrimPrefix(strings.TrimSpace(part), "W/") == tag {
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
