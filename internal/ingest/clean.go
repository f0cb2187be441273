package ingest

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean undoes what exports do to a cell: HTML entities, blanks around the text,
// control characters within. The text itself stays as it is, in Unicode NFC.
func clean(cell string) string {
	cell = html.UnescapeString(cell)
	cell = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, cell)
	return norm.NFC.String(strings.TrimFunc(cell, isBlank))
}

// isBlank includes what looks like nothing but is not a space to Unicode.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060'
}

var unifier = strings.NewReplacer(
	"‘", "'", "’", "'", "‛", "'", "`", "'", "´", "'", "ʼ", "'",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`,
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-",
	"…", "...", "\u00ad", "", "\u200b", "",
)

// normalise is the form of a text by which recommendations are the same: blanks
// collapsed; quotation marks, apostrophes and dashes unified. Case and
// punctuation are kept, so that correcting them is seen as a correction.
func normalise(s string) string {
	return strings.Join(strings.FieldsFunc(unifier.Replace(norm.NFC.String(s)), isBlank), " ")
}
