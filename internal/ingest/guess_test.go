package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var rowEnds = map[string]string{"CR": "\r", "LF": "\n", "CRLF": "\r\n"}

func detectText(t *testing.T, content string) (Encoding, error) {
	t.Helper()
	path := writeFile(t, "text.csv", content)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	form, err := examineText(file, []byte(content[:min(len(content), sniffed)]), "")
	return form.encoding, err
}

// A single sentence is enough to tell, whatever its line ends.
func TestGuessSentence(t *testing.T) {
	sentences := []string{
		"investigate the killing of Guaraní leaders",
		"take measures vis-à-vis children",
		"repeal the lèse-majesté law",
		"the Garda Síochána and others",
		"in Felsöszölnök and Apátistvánfalva",
		"a Côte d'Ivoire commitment",
		"women’s rights and the State’s duty",
		"the States’ obligations",
		"the “law on associations” of 2008–2012",
		"the law – as amended – of Curaçao",
		"Équité et Réconciliation",
		"la Comisión de la Niñez",
		"über Menschenrechte",
	}
	for _, sentence := range sentences {
		for title, end := range rowEnds {
			mac, err := charmap.Macintosh.NewEncoder().String("some, row" + end + sentence + end)
			if err != nil {
				t.Fatal(err)
			}
			windows, err := charmap.Windows1252.NewEncoder().String("some, row" + end + sentence + end)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := detectText(t, mac); title != "CRLF" && got != MacRoman {
				t.Errorf("%s with %s as Mac Roman: got %q, %v", sentence, title, got, err)
			}
			if got, err := detectText(t, windows); title != "CR" && got != Windows1252 {
				t.Errorf("%s with %s as Windows-1252: got %q, %v", sentence, title, got, err)
			}
		}
	}
}

func TestGuessRefusesOtherAlphabets(t *testing.T) {
	for _, c := range []*charmap.Charmap{charmap.Windows1251, charmap.KOI8R, charmap.ISO8859_5} {
		content, err := c.NewEncoder().String("Принять меры\nпо защите прав человека\n")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := detectText(t, content); err == nil {
			t.Errorf("%s was taken for %s", c, got)
		}
	}
}

// The files of the export are Mac Roman; the same saved on Windows is told too,
// and so is each row alone that has a letter outside ASCII.
func TestGuessRealExport(t *testing.T) {
	folder := realData(t)
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(files) != 4 {
		t.Fatalf("found %d files (%v), want 4", len(files), err)
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := charmap.Macintosh.NewDecoder().String(string(content))
		if err != nil {
			t.Fatal(err)
		}
		checkBoth(t, filepath.Base(path), text)
		for row := range strings.SplitSeq(text, "\r") {
			if utf8.RuneCountInString(row) < len(row) {
				checkBoth(t, row, row+"\r")
			}
		}
	}
}

func checkBoth(t *testing.T, name, text string) {
	t.Helper()
	for title, end := range rowEnds {
		stored := strings.ReplaceAll(text, "\r", end)
		mac, err := charmap.Macintosh.NewEncoder().String(stored)
		if err != nil {
			t.Fatal(err)
		}
		windows, err := charmap.Windows1252.NewEncoder().String(stored)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := detectText(t, mac); title != "CRLF" && got != MacRoman {
			t.Errorf("%s with %s as Mac Roman: got %q, %v", name, title, got, err)
		}
		if got, err := detectText(t, windows); title != "CR" && got != Windows1252 {
			t.Errorf("%s with %s as Windows-1252: got %q, %v", name, title, got, err)
		}
	}
}
