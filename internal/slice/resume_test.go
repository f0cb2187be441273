package slice_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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
