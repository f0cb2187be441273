package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// newToken is a secret that nobody guesses: 26 letters and digits.
func newToken() string { return rand.Text() }

// digest is what is kept of a token. Tokens are random, so that a plain hash is enough.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// newUID is a public id.
func newUID(kind string) string { return kind + "_" + strings.ToLower(newToken()[:16]) }
