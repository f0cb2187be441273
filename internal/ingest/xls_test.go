package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// UPR Info's own workbook says the same as the CSV that was made from it.
func TestRealWorkbookEqualsCSV(t *testing.T) {
	folder := realData(t)
	fromCSV := rawRows(t, filepath.Join(folder, "1-5.csv"))
	fromXLS := rawRows(t, filepath.Join(folder, "1-5.xls"))
	if len(fromCSV) != 6094 || len(fromXLS) != 6094 {
		t.Fatalf("got %d rows from the CSV and %d from the workbook, want 6094", len(fromCSV), len(fromXLS))
	}
	for i := range fromCSV {
		if fromCSV[i] != fromXLS[i] {
			t.Fatal(cmp.Diff(fromCSV[i], fromXLS[i], cmp.AllowUnexported(Raw{})))
		}
	}
}

func rawRows(t *testing.T, path string) (rows []Raw) {
	t.Helper()
	file, err := Open(path, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	t.Log(file.Detected)
	for {
		raw, err := file.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, raw)
	}
}

// A workbook that was cut off or damaged is refused and never read in part.
func TestDamagedWorkbook(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(realData(t), "1-5.xls"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{}
	for _, share := range []int{1, 10, 50, 90, 99} {
		damaged[fmt.Sprintf("cut at %d percent", share)] = content[:len(content)*share/100]
	}
	holed := bytes.Clone(content)
	clear(holed[len(holed)/2 : len(holed)/2+4096])
	damaged["hole in the middle"] = holed
	for name, content := range damaged {
		t.Run(name, func(t *testing.T) {
			file, err := Open(writeFile(t, "damaged.xls", string(content)), OpenOptions{})
			if err == nil {
				file.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(asRefusal(t, err).Reason, "save") && !strings.Contains(err.Error(), "again") {
				t.Errorf("%v does not say what to do", err)
			}
			t.Log(err)
		})
	}
}
