package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/upr-info/upr/internal/fault"
)

// What a password costs to try: OWASP's recommendation for argon2id. They stand in each
// hash, so that they can be raised.
const (
	passwordMemory  = 19 << 10 // KiB
	passwordTime    = 2
	passwordThreads = 1
	passwordBytes   = 32
)

const (
	minPassword = 12
	maxPassword = 200
)

// hashing bounds how many passwords are tried at once: each takes memory and a processor.
var hashing = make(chan struct{}, 4)

// hashPassword returns a hash in the usual form, $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func hashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	hash := derive(password, salt, passwordTime, passwordMemory, passwordThreads, passwordBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, passwordMemory, passwordTime, passwordThreads, encode(salt), encode(hash))
}

func derive(password string, salt []byte, time, memory uint32, threads uint8, length uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, length)
}

// fits says whether a password is the one of a hash. What is no hash fits nothing.
func fits(password, hash string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > 4*maxPassword {
		return false
	}
	var time, memory uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(want, derive(password, salt, time, memory, threads, uint32(len(want)))) == 1
}

// checkPassword refuses passwords that are easily guessed.
func checkPassword(field, password, email string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return fault.Invalid(field, "has fewer than %d characters: a few random words are easy to keep", minPassword)
	case n > maxPassword:
		return fault.Invalid(field, "has more than %d characters", maxPassword)
	case strings.Contains(strings.ToLower(password), email), strings.Count(password, password[:1]) == len(password):
		return fault.Invalid(field, "is easily guessed: take a few random words")
	}
	return nil
}

// newPassword is one that a person can copy.
func newPassword() string {
	token := strings.ToLower(newToken())
	return strings.Join([]string{token[:5], token[5:10], token[10:15], token[15:20]}, "-")
}
