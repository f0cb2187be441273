package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzCSV: whatever the bytes, the reader ends, every row has a line of the file
// and rows rise, and what it cannot take is a refusal.
func FuzzCSV(f *testing.F) {
	for _, pattern := range []string{"testdata/broken/*", "testdata/good/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			content, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	header := strings.Join(renamed[:], ",")
	f.Add([]byte(header + "\r\"" + header + "\"\"\r\n,,\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "fuzz")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, OpenOptions{})
		if err != nil {
			if refusal := (*Refusal)(nil); !errors.As(err, &refusal) {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		defer file.Close()
		checkRows(t, file, len(content))
	})
}

func checkRows(t *testing.T, file *File, size int) {
	last := 1
	for range size + 2 {
		raw, err := file.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
			raw.Row = refusal.Row
		} else if err != nil {
			t.Fatalf("%v is no refusal", err)
		} else {
			file.Understand(raw, names{})
		}
		if raw.Row < last || raw.Row > size+1 {
			t.Fatalf("row %d after row %d in a file of %d bytes", raw.Row, last, size)
		}
		last = raw.Row
	}
	t.Fatal("the reader does not end")
}
