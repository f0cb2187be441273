package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/spelling"
)

// maxLine is how many characters a line of text may have.
const maxLine = 500

// requireText trims a line and refuses an empty one.
func requireText(field, text string) (string, error) {
	text, err := checkLine(field, text)
	if err == nil && blank(text) {
		err = fault.Invalid(field, "is empty: it must be given")
	}
	return text, err
}

// blank says whether nothing of a text is seen: it may have characters without width.
func blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// checkLine gives a line as people see it, which may be empty.
func checkLine(field, text string) (string, error) {
	text = spelling.Seen(text)
	if utf8.RuneCountInString(text) > maxLine {
		return "", fault.Invalid(field, "is longer than %d characters", maxLine)
	}
	return text, checkCharacters(field, text)
}

// checkCharacters refuses what no text has, and PostgreSQL does not keep. Lines may break.
func checkCharacters(field, text string) error {
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return fault.Invalid(field, "has a control character (%U): take it out", r)
		}
	}
	return nil
}
