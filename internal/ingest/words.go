package ingest

import (
	"regexp"
	"strconv"
	"strings"
)

// Response is the position of the State under review, as the public graph names it.
type Response string

// The responses.
const (
	Supported          Response = "SUPPORTED"
	PartiallySupported Response = "PARTIALLY_SUPPORTED"
	Noted              Response = "NOTED"
	NoClearPosition    Response = "NO_CLEAR_POSITION"
	NoResponse         Response = "NO_RESPONSE"
	Pending            Response = "PENDING"
)

// responseWords are the words of UPR Info before and after session 17, of its live
// database, and of OHCHR. "Cannot reject": res. 5/1 knows only supported and noted.
var responseWords = map[string]Response{
	"supported": Supported, "accepted": Supported,
	"partially supported": PartiallySupported, "partially accepted": PartiallySupported,
	"partly supported": PartiallySupported, "partly accepted": PartiallySupported,
	"supported/noted": PartiallySupported, "accepted/noted": PartiallySupported,
	"noted": Noted, "rejected": Noted, "not supported": Noted, "not accepted": Noted,
	"no clear position": NoClearPosition, "general response": NoClearPosition,
	"no response": NoResponse,
	"pending":     Pending,
}

const pledgeWord = "voluntary pledge"

// word is the form in which short values are looked up.
func word(s string) string {
	s = strings.ToLower(normalise(s))
	return strings.NewReplacer(" / ", "/", " /", "/", "/ ", "/").Replace(s)
}

func parseResponse(s string) (Response, bool) {
	r, ok := responseWords[word(s)]
	return r, ok
}

// isUnknown recognises how exports say that they do not know the State.
func isUnknown(s string) bool { return word(s) == "(unknown)" || word(s) == "unknown" }

var (
	actionPattern  = regexp.MustCompile(`^([1-5])(?: ?- ?.*)?$`)
	sessionPattern = regexp.MustCompile(`^(?:session )?([0-9]{1,3})(?:st|nd|rd|th)?(?: session)?(?: ?- ?.*)?$`)
)

// parseAction reads "4" and "4 - General action"; 0 is not classified.
func parseAction(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	return firstNumber(actionPattern, s)
}

// parseSession reads "13", "13 - May 2012" and "Session 13".
func parseSession(s string) (int, bool) { return firstNumber(sessionPattern, s) }

func firstNumber(pattern *regexp.Regexp, s string) (int, bool) {
	match := pattern.FindStringSubmatch(word(s))
	if match == nil {
		return 0, false
	}
	n, err := strconv.Atoi(match[1])
	return n, err == nil
}

// splitList takes a list apart at commas, with or without blanks behind them.
func splitList(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimFunc(part, isBlank); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
