package strip

import (
	"bytes"
	"context"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Text makes a plain text UTF-8 without a mark at its beginning. What is neither UTF-8 nor UTF-16 is
// read as Windows-1252, in which the languages of Western Europe were written.
func Text(_ context.Context, content []byte) ([]byte, error) {
	if err := isAlso(content, "text"); err != nil {
		return nil, err
	}
	text, err := decoder(content).Bytes(content)
	if err != nil || !utf8.Valid(text) {
		return nil, refused(NoText, "is no text that can be read: save it as UTF-8")
	}
	text = bytes.ReplaceAll(text, []byte("\ufeff"), nil)
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, refused(NoText, "is empty")
	}
	for _, r := range string(text) {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError || isHidden(r) {
			return nil, refused(NoText, "has signs that no text has (U+%04X): save it as UTF-8", r)
		}
	}
	return text, nil
}

// isHidden says whether a sign is seen by nobody and can carry what programs read: tags, and
// selectors beyond those that scripts use.
func isHidden(r rune) bool { return r >= 0xe0000 && r <= 0xe0fff }

func decoder(content []byte) *encoding.Decoder {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}), bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	case utf8.Valid(content):
		return encoding.Nop.NewDecoder()
	}
	return charmap.Windows1252.NewDecoder()
}
