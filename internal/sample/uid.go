package sample

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
)

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// uid derives the public id of the index-th recommendation ("rec") or pledge ("plg").
func uid(kind string, seed uint64, index int) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "upr sample %d %s %d", seed, kind, index))
	return kind + "_" + lowerBase32.EncodeToString(digest[:10])
}
