package slice_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCurlGoesOn goes on after an interruption as docs/partners says: with the same version the
// file is whole, and with another one curl refuses instead of mixing two.
func TestCurlGoesOn(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED, NOT TESTED: curl is missing")
	}
	h, path := openSQLite(t), filepath.Join(t.TempDir(), "part.csv")
	whole := h.must(t, "/export/recommendations.csv", nil)
	part := whole.body[:len(whole.body)/2]
	goOn := func() error {
		t.Helper()
		if err := os.WriteFile(path, part, 0o600); err != nil {
			t.Fatal(err)
		}
		return exec.CommandContext(t.Context(), "curl", "-sS", "-C", "-", "-H", "If-Range: "+whole.header.Get("ETag"), "-o", path, h.url+"/export/recommendations.csv").Run() //nolint:gosec // this test
	}
	if err := goOn(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, whole.body) {
		t.Errorf("%d bytes instead of %d: %v", len(text), len(whole.body), err)
	}
	h.change(t, "rec", 1, `UPDATE recommendations SET text = 'Another text, and a longer one' WHERE id = 1`)
	if err := goOn(); err == nil {
		t.Error("curl went on with another version")
	}
	if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, part) {
		t.Errorf("two versions are mixed: %v", err)
	}
}

// TestPartsThatAreNotSent asks for many parts, each of which would be written from the beginning, and for
// a part of another version: all of it comes, with its end.
func TestPartsThatAreNotSent(t *testing.T) {
	h := openSQLite(t)
	whole := h.must(t, "/export/recommendations.csv", nil)
	for name, header := range map[string][]string{
		"many parts": {"Range", "bytes=" + strings.Repeat("9000-9000,", 2000) + "9000-9000"}, "another version": {"Range", "bytes=10-19", "If-Range", `"another"`},
	} {
		a := h.get(t, "/export/recommendations.csv", nil, header...)
		if a.status != http.StatusOK || !bytes.Equal(a.body, whole.body) || a.trailer.Get("X-Rows-Sent") != "60" || a.trailer.Get("Repr-Digest") != whole.trailer.Get("Repr-Digest") {
			t.Errorf("%s: %d, %d bytes, %v, %v", name, a.status, len(a.body), a.header, a.trailer)
		}
	}
}
