package web

import (
	"strconv"
	"strings"
)

// A compression is a content coding and the ending of the files that
// build/precompress.ts writes for it.
type compression struct{ coding, suffix string }

// compressions, best first.
var compressions = []compression{{"br", ".br"}, {"gzip", ".gz"}}

// compression returns the best one that the client takes and that exists for
// the file; false where it is to be sent as it is.
func (s site) compression(name, acceptEncoding string) (compression, bool) {
	for _, c := range compressions {
		if accepts(acceptEncoding, c.coding) && s.has(name+c.suffix) {
			return c, true
		}
	}
	return compression{}, false
}

// accepts tells whether an Accept-Encoding header allows a coding. Weights
// other than zero make no difference: the order is ours. The wildcard is not
// taken up, since what it covers can always be sent as it is.
func accepts(header, coding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			return !refused(parameters)
		}
	}
	return false
}

// refused tells whether the parameters of a coding are a weight of zero.
func refused(parameters string) bool {
	key, value, _ := strings.Cut(parameters, "=")
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && strings.EqualFold(strings.TrimSpace(key), "q") && weight == 0
}
