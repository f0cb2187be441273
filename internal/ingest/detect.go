package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// Format is the kind of file, told by its content and not by its name.
type Format string

// The formats that can be read.
const (
	CSV Format = "CSV"
	XLS Format = "Excel 97-2003 workbook (.xls)"
)

const sniffed = 4096

var oleMagic = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// foreign are formats that people hand in by mistake, and what to do about each.
var foreign = []struct{ magic, advice string }{
	{"%PDF-", "this is a PDF: import the table that it was made from, as CSV or .xls"},
	{"PK\x03\x04", "this is a zip archive, perhaps an .xlsx workbook: save it from the spreadsheet as CSV (UTF-8) or unpack it"},
	{"PK\x05\x06", "this is an empty zip archive"},
	{"\x1f\x8b", "this is compressed with gzip: unpack it first"},
	{"{\\rtf", "this is a text document (RTF): import the table as CSV or .xls"},
	{"\x00\x00\xFE\xFF", "this is UTF-32: save it as CSV (UTF-8)"},
	{"\xFF\xFE\x00\x00", "this is UTF-32: save it as CSV (UTF-8)"},
}

// sniff tells the format from the first bytes of a file.
func sniff(head []byte) (Format, error) {
	if len(head) == 0 {
		return "", fmt.Errorf("the file is empty: export it again")
	}
	if bytes.HasPrefix(head, oleMagic) {
		return XLS, nil
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n")
	for _, f := range foreign {
		if bytes.HasPrefix(start, []byte(f.magic)) || bytes.HasPrefix(head, []byte(f.magic)) {
			return "", fmt.Errorf("%s", f.advice)
		}
	}
	if isMarkup(start) {
		return "", fmt.Errorf("this is a web page or XML, perhaps an error page saved in place of the export: export it again as CSV or .xls")
	}
	return CSV, nil
}

func isMarkup(start []byte) bool {
	lower := bytes.ToLower(start[:min(len(start), 64)])
	for _, tag := range []string{"<!doctype", "<html", "<?xml", "<head", "<body", "<table", "<!--"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return true
		}
	}
	return false
}

// lineEnds counts the three ways to end a line.
type lineEnds struct {
	cr, lf, crlf int
	afterCR      bool
}

func (e *lineEnds) add(b byte) {
	switch {
	case b == '\n' && e.afterCR:
		e.cr--
		e.crlf++
	case b == '\n':
		e.lf++
	case b == '\r':
		e.cr++
	}
	e.afterCR = b == '\r'
}

func (e *lineEnds) lines() int { return e.cr + e.lf + e.crlf }

func (e *lineEnds) String() string {
	var kinds []string
	for _, k := range []struct {
		n    int
		name string
	}{{e.cr, "CR"}, {e.lf, "LF"}, {e.crlf, "CRLF"}} {
		if k.n > 0 {
			kinds = append(kinds, k.name)
		}
	}
	switch len(kinds) {
	case 0:
		return "no line ends"
	case 1:
		return kinds[0] + " line ends"
	}
	return "mixed line ends (" + strings.Join(kinds, ", ") + ")"
}

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

// textForm is how a text file is stored.
type textForm struct {
	encoding Encoding
	bom      bool
	ends     lineEnds
}

// examineText reads the whole file once, in constant memory: a single letter at
// its end may decide the encoding.
func examineText(file *os.File, head []byte, wanted Encoding) (textForm, error) {
	if enc := utf16BOM(head); enc != "" {
		return examineUTF16(file, enc, wanted)
	}
	if wanted == UTF16LE || wanted == UTF16BE {
		return examineUTF16(file, wanted, wanted)
	}
	form := textForm{bom: bytes.HasPrefix(head, utf8BOM)}
	e := examination{}
	if err := e.read(file); err != nil {
		return form, err
	}
	form.ends = e.ends
	var err error
	form.encoding, err = e.decide(form.bom, wanted)
	return form, err
}

func utf16BOM(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE
	}
	return ""
}

func examineUTF16(file *os.File, enc, wanted Encoding) (textForm, error) {
	form := textForm{encoding: enc}
	if wanted != "" && wanted != enc {
		return form, fmt.Errorf("the file begins with the mark of %s: it is not %s", enc, wanted)
	}
	e := examination{}
	err := e.read(transform.NewReader(file, enc.decoder()))
	form.ends = e.ends
	switch {
	case err != nil:
	case e.control > 0:
		err = e.binary()
	case e.nul > 0:
		err = e.damaged()
	}
	return form, err
}

// examination is what one pass over the bytes finds out.
type examination struct {
	ends       lineEnds
	guess      guess
	size       int
	high       int // bytes outside ASCII
	nul        int
	nulLine    int // of the first NUL
	control    int
	badUTF8    int // line of the first byte that is not UTF-8; 0: none
	badByte    byte
	incomplete []byte
	multibyte  bool
}

func (e *examination) read(r io.Reader) error {
	chunk := make([]byte, 64<<10)
	for {
		n, err := r.Read(chunk)
		for _, b := range chunk[:n] {
			e.add(b)
		}
		if errors.Is(err, io.EOF) {
			if len(e.incomplete) > 0 {
				e.notUTF8(e.incomplete[0])
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (e *examination) add(b byte) {
	e.size++
	e.ends.add(b)
	e.guess.add(b)
	switch {
	case b == 0:
		if e.nul++; e.nul == 1 {
			e.nulLine = e.ends.lines() + 1
		}
	case b < '\t', b > '\r' && b < ' ', b == 0x7f:
		e.control++
	}
	if b >= 0x80 {
		e.high++
	}
	if e.badUTF8 == 0 && (b >= 0x80 || len(e.incomplete) > 0) {
		e.checkUTF8(b)
	}
}

func (e *examination) checkUTF8(b byte) {
	e.incomplete = append(e.incomplete, b)
	if !utf8.FullRune(e.incomplete) {
		return
	}
	if r, n := utf8.DecodeRune(e.incomplete); r == utf8.RuneError && n == 1 {
		e.notUTF8(e.incomplete[0])
	} else {
		e.multibyte = true
	}
	e.incomplete = e.incomplete[:0]
}

func (e *examination) notUTF8(b byte) { e.badUTF8, e.badByte = e.ends.lines()+1, b }

func (e *examination) binary() error {
	return fmt.Errorf("this is not text (%s): export the data as CSV or .xls", Plural(e.control+e.nul, "control character"))
}

// looksLikeUTF16: of text that is mostly Latin, every other byte is NUL.
func (e *examination) looksLikeUTF16() bool {
	return e.nul > e.size/4 && e.nul < e.size*3/4 && e.control*20 < e.nul && e.high*20 < e.nul
}

// damaged is for text with NUL bytes in it, as a copy that was cut off may have.
func (e *examination) damaged() error {
	if e.nul == 1 {
		return fmt.Errorf("line %d has a NUL byte, which no text has: the file is damaged; export it again", e.nulLine)
	}
	return fmt.Errorf("the file has %s (the first in line %d), which no text has: it is damaged; export it again", Plural(e.nul, "NUL byte"), e.nulLine)
}

func (e *examination) decide(bom bool, wanted Encoding) (Encoding, error) {
	switch {
	case e.looksLikeUTF16():
		return "", fmt.Errorf("this looks like UTF-16 without a byte order mark: name it with --encoding utf-16le or utf-16be, or save it as CSV (UTF-8)")
	case e.control > e.ends.lines()/100:
		return "", e.binary()
	case e.nul > 0:
		return "", e.damaged()
	case e.badUTF8 > 0 && (bom || wanted == UTF8):
		return "", fmt.Errorf("this is not UTF-8 throughout: line %d has the byte 0x%02X; save it again as CSV (UTF-8), or name its encoding with --encoding", e.badUTF8, e.badByte)
	case bom && wanted != "" && wanted != UTF8:
		return "", fmt.Errorf("the file begins with the mark of UTF-8: it is not %s", wanted)
	case wanted != "":
		return wanted, nil
	case e.high == 0:
		return ASCII, nil
	case e.badUTF8 == 0:
		return UTF8, nil
	case e.multibyte:
		return "", fmt.Errorf("the file begins as UTF-8, but line %d has the byte 0x%02X: two encodings are mixed, or the file is damaged; export it again", e.badUTF8, e.badByte)
	}
	if enc := e.guess.result(e.ends); enc != "" {
		return enc, nil
	}
	return "", fmt.Errorf("the encoding cannot be told from the %s outside ASCII (the first in line %d): name it with --encoding mac-roman, windows-1252 or utf-8, or save the file as CSV (UTF-8)", Plural(e.high, "letter"), e.badUTF8)
}
