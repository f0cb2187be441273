// Package accept reads what a request wants to be answered in.
package accept

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The media types of answers.
const (
	JSON    = "application/json"
	GraphQL = "application/graphql-response+json"
	Events  = "text/event-stream" // without end
)

// wish is how much a request wants a media type.
type wish struct {
	weight float64 // 0: not at all
	named  bool    // itself, and not by a star
	place  int     // in the header
}

// isMoreThan compares two. A stream of events is not to be wanted more for its name alone.
func (w wish) isMoreThan(other wish, of string) bool {
	switch {
	case w.weight != other.weight:
		return w.weight > other.weight
	case w.named != other.named && of != Events:
		return w.named
	}
	return w.place < other.place
}

// Best picks the media type of an answer from those offered: the one that the request
// gives the most weight, and of several with the same the one that it names, and names first. The first
// of those offered is for who accepts anything, or nothing that is offered.
func Best(r *http.Request, offered ...string) string {
	wishes := make([]wish, len(offered))
	place := 0
	for _, accept := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(accept, ",") {
			media, weight := weighed(part)
			for i, offer := range offered {
				named := media == offer
				if (named || covers(media, offer)) && !wishes[i].named { // what is said of a type itself counts more than of any
					wishes[i] = wish{weight, named, place}
				}
			}
			place++
		}
	}
	best := 0
	for i := range wishes {
		if wishes[i].weight > 0 && wishes[i].isMoreThan(wishes[best], offered[i]) {
			best = i
		}
	}
	return offered[best]
}

// covers says whether a pattern with a star stands for a media type. A stream of events is to
// be named.
func covers(pattern, media string) bool {
	return media != Events && (pattern == "*/*" || pattern == "application/*")
}

// weighed reads a media type of Accept and its weight: 1 where none is given.
func weighed(part string) (media string, weight float64) {
	media, parameters, _ := mime.ParseMediaType(part)
	weight = 1
	if q, given := parameters["q"]; given {
		weight, _ = strconv.ParseFloat(q, 64) // what is no number wants nothing
	}
	return media, weight
}

// Socket says whether a request wants to go on as a WebSocket. What else it may offer to go on as is
// not taken up, as HTTP has it.
func Socket(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Upgrade"), func(offered string) bool {
		return slices.ContainsFunc(strings.Split(offered, ","), func(protocol string) bool {
			return strings.EqualFold(strings.TrimSpace(protocol), "websocket")
		})
	})
}
