package direct

import (
	"context"
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

// String appends a quoted text.
func (w *Writer) String(s string) {
	buf := append(w.buf, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '\\' && c != '"' {
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
	w.buf = append(append(buf, s[start:]...), '"')
}
