package strip_test

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"

	"github.com/upr-info/upr/internal/file/strip"
)

func TestText(t *testing.T) {
	const text = "Égalité – já ñandú\r\n\tبيان"
	wide := func(order binary.AppendByteOrder) []byte {
		var out []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			out = order.AppendUint16(out, unit)
		}
		return out
	}
	for name, dirty := range map[string][]byte{"UTF-8": []byte(text), "a mark": []byte("\ufeff" + text), "UTF-16": wide(binary.LittleEndian), "UTF-16 in the other order": wide(binary.BigEndian)} {
		if got := string(must(t, strip.Text, dirty)); got != text {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := string(must(t, strip.Text, []byte("\xc9galit\xe9 \x96 1"))); got != "Égalité – 1" {
		t.Errorf("Windows-1252: %q", got)
	}
	refused(t, strip.Text, []byte("a\x00b"), "U+0000")
	refused(t, strip.Text, []byte("seen"+string(rune(0xe0041))), "U+E0041")
	refused(t, strip.Text, []byte("%PDF-1.4 a"), "a PDF file at the same time")
	refused(t, strip.Text, []byte(" \n"), "empty")
}
