package ingest

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// Crockford's alphabet: no letters that are taken for digits.
var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const idLength = 16

// newUID makes the public id of a new entry from what it is when it first appears,
// so that the same import into two empty databases gives the same ids. It stays
// when the text is corrected later; then the text may come back as another
// recommendation, and takes the next counter. Changing this function, or normalise,
// changes the ids that future imports give.
func newUID(e *entry, taken func(uid string) bool) string {
	for counter := 0; ; counter++ {
		parts := []string{string(e.kind), e.review.state, fmt.Sprint(e.review.cycle), e.state, e.key(), fmt.Sprint(counter)}
		sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
		if uid := string(e.kind) + "_" + idAlphabet.EncodeToString(sum[:])[:idLength]; !taken(uid) {
			return uid
		}
	}
}
