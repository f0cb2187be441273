package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
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
	return `W/"` + k.version.String() + "." + string(k.day) + "." + media[len("application/"):] + "." + program() + `"`
}

// program tells builds apart, and is the same on all machines where the build knows its revision.
var program = sync.OnceValue(func() string {
	of := ""
	info, ok := debug.ReadBuildInfo()
	if ok {
		of = info.String()
	}
	if path, err := os.Executable(); err == nil && !strings.Contains(of, "vcs.revision") {
		if file, err := os.Stat(path); err == nil {
			of += file.ModTime().String()
		}
	}
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:4])
})

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
