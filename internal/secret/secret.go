// Package secret keeps secrets that must be read again, under the key of UPR_SECRET_KEY_FILE.
package secret

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

// Read reads the file of UPR_SECRET_KEY_FILE: a line for each key, 32 bytes as base64. The first one
// seals; what the others have sealed is still opened.
func Read(path string) (Box, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Box{}, fault.Invalid("UPR_SECRET_KEY_FILE", "%s cannot be read: %v", path, reason(err))
	}
	var keys []Key
	for line := range strings.Lines(strings.TrimSpace(string(text))) {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		if err != nil || len(raw) != len(Key{}) {
			return Box{}, fault.Invalid("UPR_SECRET_KEY_FILE", "%s must hold 32 random bytes as base64, as from: openssl rand -base64 32; former keys may stand in lines below", path)
		}
		keys = append(keys, Key(raw))
	}
	if len(keys) == 0 {
		return Box{}, fault.Invalid("UPR_SECRET_KEY_FILE", "%s is empty: it must hold 32 random bytes as base64, as from: openssl rand -base64 32", path)
	}
	return NewBox(keys[0], keys[1:]...), nil
}

// ReadOrMake reads a file of keys, and makes it where there is none.
func ReadOrMake(path string) (Box, error) {
	if IsThere(path) {
		return Read(path)
	}
	var key Key
	_, _ = rand.Read(key[:])
	text := base64.StdEncoding.EncodeToString(key[:]) + "\n"
	if err := MakeFile(path, text); err != nil && !errors.Is(err, fs.ErrExist) {
		return Box{}, fault.Invalid("UPR_SECRET_KEY_FILE", "%s cannot be made: %v", path, reason(err))
	}
	return Read(path)
}

// IsThere says whether there is a file, whoever may read it.
func IsThere(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// MakeFile writes a file that only its owner reads, whole or not at all: another
// process that starts at the same moment must not find half of it.
func MakeFile(path, text string) error {
	half := path + "." + rand.Text()
	defer os.Remove(half)
	if err := os.WriteFile(half, []byte(text), 0o600); err != nil {
		return err
	}
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

// Box keeps what must be read again, such as the secret of a second factor.
type Box struct {
	sealer cipher.AEAD
	former []cipher.AEAD // what they sealed is still opened
	mac    []byte
}

// NewBox returns the box of a key, which opens what former ones have sealed.
func NewBox(key Key, former ...Key) Box {
	b := Box{sealer: sealerOf(key), mac: subkey(key, "digest")}
	for _, key := range former {
		b.former = append(b.former, sealerOf(key))
	}
	return b
}

func sealerOf(key Key) cipher.AEAD {
	block, err := aes.NewCipher(subkey(key, "seal"))
	if err != nil {
		panic(err) // only a key of another length is refused
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return sealer
}

func subkey(key Key, use string) []byte {
	sub, err := hkdf.Key(sha256.New, key[:], nil, "upr "+use, 32)
	if err != nil {
		panic(err) // only a length far above 32 is refused
	}
	return sub
}

// Seal encrypts a text that belongs to someone: it cannot be opened for anyone else.
func (b Box) Seal(text, owner string) []byte {
	return b.sealer.Seal(nil, nil, []byte(text), []byte(owner))
}

// ErrUnopened is what Open returns of what no key opens.
var ErrUnopened = errors.New("was UPR_SECRET_KEY_FILE replaced?")

// Open returns what was sealed for the same owner.
func (b Box) Open(sealed []byte, owner string) (string, error) {
	text, err := b.sealer.Open(nil, nil, sealed, []byte(owner))
	for _, former := range b.former {
		if err == nil {
			break
		}
		text, err = former.Open(nil, nil, sealed, []byte(owner))
	}
	if err != nil {
		return "", fmt.Errorf("open a secret: %w %w", ErrUnopened, err)
	}
	return string(text), nil
}

// Reseal seals under the key what a former one has sealed; nil: it is under the key already.
func (b Box) Reseal(sealed []byte, owner string) ([]byte, error) {
	if _, err := b.sealer.Open(nil, nil, sealed, []byte(owner)); err == nil {
		return nil, nil
	}
	text, err := b.Open(sealed, owner)
	if err != nil {
		return nil, err
	}
	return b.Seal(text, owner), nil
}

// Pseudonym stands for an address of a person or a machine without telling it.
func (b Box) Pseudonym(text string) string {
	mac := hmac.New(sha256.New, b.mac)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
