package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// Key is the secret under which others are kept: 32 random bytes.
type Key [32]byte

// ReadKey reads the key of UPR_SECRET_KEY_FILE: 32 bytes as base64.
func ReadKey(path string) (Key, error) {
	var key Key
	text, err := os.ReadFile(path)
	if err != nil {
		return key, fault.Invalid("UPR_SECRET_KEY_FILE", "%s cannot be read: %v", path, reason(err))
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, fault.Invalid("UPR_SECRET_KEY_FILE", "%s must hold 32 random bytes as base64, as from: openssl rand -base64 32", path)
	}
	return Key(raw), nil
}

// ReadOrMakeKey reads a key, and makes it where there is none.
func ReadOrMakeKey(path string) (Key, error) {
	var key Key
	_, _ = rand.Read(key[:])
	text := base64.StdEncoding.EncodeToString(key[:]) + "\n"
	if err := makeSecretFile(path, text); err != nil && !errors.Is(err, fs.ErrExist) {
		return key, fault.Invalid("UPR_SECRET_KEY_FILE", "%s cannot be made: %v", path, reason(err))
	}
	return ReadKey(path)
}

// makeSecretFile writes a file that only its owner reads, whole or not at all: another
// process that starts at the same moment must not find half of it.
func makeSecretFile(path, text string) error {
	half := path + "." + newToken()
	if err := os.WriteFile(half, []byte(text), 0o600); err != nil {
		return err
	}
	defer os.Remove(half)
	return os.Link(half, path)
}

// reason is an error of the file system without the path that it repeats.
func reason(err error) error {
	for _, known := range []error{fs.ErrNotExist, fs.ErrPermission} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

// secrets keeps what must be read again, such as the secret of a second factor.
type secrets struct {
	sealer cipher.AEAD
	mac    []byte
}

func newSecrets(key Key) secrets {
	block, err := aes.NewCipher(subkey(key, "seal"))
	if err != nil {
		panic(err) // only a key of another length is refused
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return secrets{sealer, subkey(key, "digest")}
}

func subkey(key Key, use string) []byte {
	sub, err := hkdf.Key(sha256.New, key[:], nil, "upr "+use, 32)
	if err != nil {
		panic(err) // only a length far above 32 is refused
	}
	return sub
}

// seal encrypts a text that belongs to someone: it cannot be opened for anyone else.
func (s secrets) seal(text, owner string) []byte {
	return s.sealer.Seal(nil, nil, []byte(text), []byte(owner))
}

func (s secrets) open(sealed []byte, owner string) (string, error) {
	text, err := s.sealer.Open(nil, nil, sealed, []byte(owner))
	if err != nil {
		return "", fmt.Errorf("open a secret: was UPR_SECRET_KEY_FILE replaced? %w", err)
	}
	return string(text), nil
}

// pseudonym stands for an address of a person or a machine without telling it.
func (s secrets) pseudonym(text string) string {
	mac := hmac.New(sha256.New, s.mac)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// newToken is a secret that nobody guesses: 26 letters and digits.
func newToken() string { return rand.Text() }

// digest is what is kept of a token. Tokens are random, so that a plain hash is enough.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// newUID is a public id.
func newUID(kind string) string { return kind + "_" + strings.ToLower(newToken()[:16]) }
