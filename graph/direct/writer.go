package direct

import (
	"context"
	"encoding/binary"
	"strconv"
	"time"
)

// Writer appends the JSON of one answer. Its methods write what gqlgen's marshallers write.
type Writer struct {
	ctx    context.Context //nolint:containedctx // of the one answer that is written
	buf    []byte
	args   []Arguments
	calls  int
	failed bool
}

// Arguments are the arguments of one field, as the generated code reads them.
type Arguments struct{ Args map[string]any }

// checkEvery is how many fields with arguments are written between two looks whether
// anybody still waits for the answer.
const checkEvery = 16

// ArgumentsOf returns the arguments of a field.
func (w *Writer) ArgumentsOf(f *Field) Arguments {
	if w.calls++; w.calls%checkEvery == 0 && w.ctx.Err() != nil {
		w.Fail()
	}
	return w.args[f.args]
}

// Fail gives the answer up: gqlgen's executor will answer instead, with the errors.
func (w *Writer) Fail() { w.failed = true }

// Failed says whether the answer was given up.
func (w *Writer) Failed() bool { return w.failed }

// Raw appends JSON as it is.
func (w *Writer) Raw(json []byte) { w.buf = append(w.buf, json...) }

// Byte appends a bracket, a brace or a comma.
func (w *Writer) Byte(b byte) { w.buf = append(w.buf, b) }

// Null appends null.
func (w *Writer) Null() { w.buf = append(w.buf, "null"...) }

// Int appends a whole number.
func (w *Writer) Int(n int) { w.buf = strconv.AppendInt(w.buf, int64(n), 10) }

// Boolean appends true or false.
func (w *Writer) Boolean(b bool) { w.buf = strconv.AppendBool(w.buf, b) }

// Float appends a number. What JSON cannot write is an error, which gqlgen words.
func (w *Writer) Float(f float64) {
	if f-f != 0 { // infinite, or not a number
		w.Fail()
		return
	}
	w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 64)
}

// Time appends a moment, null for none.
func (w *Writer) Time(t time.Time) {
	if t.IsZero() {
		w.Null()
		return
	}
	w.buf = append(w.buf, '"')
	w.buf = t.AppendFormat(w.buf, time.RFC3339Nano)
	w.buf = append(w.buf, '"')
}

const hex = "0123456789ABCDEF"

// String appends a quoted text. Nearly every text needs no escape: it is copied whole and then
// looked through eight bytes at a time, which takes a third of the time of a copy byte by byte.
func (w *Writer) String(s string) {
	buf := append(w.buf, '"')
	start := len(buf)
	buf = append(buf, s...)
	plain := plainLength(buf[start:])
	if plain < len(s) {
		buf = appendEscaped(buf[:start+plain], s[plain:])
	}
	w.buf = append(buf, '"')
}

// plainLength returns how many bytes of a text stand before the first word of eight that holds
// one to escape. The test of a word may see one where there is none, which costs time and
// nothing else, but never misses one: see "Determine if a word has a byte less than n" in the
// literature on bit tricks.
func plainLength(text []byte) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	i := 0
	for ; i+8 <= len(text); i += 8 {
		word := binary.LittleEndian.Uint64(text[i:])
		quotes, backslashes := word^('"'*ones), word^('\\'*ones)
		control := (word - 0x20*ones) &^ word
		if (control|(quotes-ones)&^quotes|(backslashes-ones)&^backslashes)&highs != 0 {
			return i
		}
	}
	for ; i < len(text); i++ {
		if escaped(text[i]) {
			break
		}
	}
	return i
}

// escaped says whether a byte cannot stand in a quoted text as it is.
func escaped(c byte) bool { return c < 0x20 || c == '\\' || c == '"' }

// appendEscaped appends a text byte by byte.
func appendEscaped(buf []byte, s string) []byte {
	start := 0
	for i := range len(s) {
		c := s[i]
		if !escaped(c) {
			continue
		}
		buf = append(buf, s[start:i]...)
		switch c {
		case '\t':
			buf = append(buf, `\t`...)
		case '\r':
			buf = append(buf, `\r`...)
		case '\n':
			buf = append(buf, `\n`...)
		case '\\', '"':
			buf = append(buf, '\\', c)
		default:
			buf = append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
		start = i + 1
	}
	return append(buf, s[start:]...)
}
