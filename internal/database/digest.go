package database

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// digestExtension is of the file beside a backup that has its digest, as sha256sum writes and checks it.
const digestExtension = ".sha256"

func digestOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// writeDigest writes the digest of a finished file, with the name that the file is going to have,
// into a file beside that name.
func writeDigest(finished, path string) (temporary string, err error) {
	sum, err := digestOf(finished)
	if err != nil {
		return "", fmt.Errorf("read the copy: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".upr-*.tmp")
	if err != nil {
		return "", fmt.Errorf("write the digest: %w", err)
	}
	_, err = fmt.Fprintf(file, "%s  %s\n", sum, filepath.Base(path))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("write the digest: %w", err)
	}
	return file.Name(), nil
}

// checkDigest compares a backup with its digest. known: it has one. Returns Invalid where they differ.
func checkDigest(path string) (known bool, err error) {
	text, err := os.ReadFile(path + digestExtension)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the digest: %w", err)
	}
	want, _, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	got, err := digestOf(path)
	if err != nil {
		return false, fmt.Errorf("read the backup: %w", err)
	}
	if got != want {
		return true, fault.Invalid("", "%s was changed since it was written: it does not have the digest that %s says; take another backup", path, path+digestExtension)
	}
	return true, nil
}
