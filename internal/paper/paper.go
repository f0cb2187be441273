// Package paper lays out PDF files: headings, text and tables on A4, in a font with Latin, Greek and Cyrillic
// letters that is embedded.
package paper

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

const (
	font   = "go"
	margin = 15.0  // millimetres, as all that follow
	inner  = 180.0 // width between margins
	line   = 5.0
	bottom = 297 - 20
)

// Paper is a PDF file on its way.
type Paper struct{ pdf *fpdf.Fpdf }

// New begins a file. note is what every page has at its head, its foot and across it; empty: none has.
func New(title, note string, at time.Time) *Paper {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(at.UTC())
	pdf.SetModificationDate(at.UTC())
	pdf.SetTitle(printable(title), true)
	pdf.SetCreator("upr", true)
	pdf.SetMargins(margin, margin+5, margin)
	pdf.SetAutoPageBreak(true, 20)
	pdf.AddUTF8FontFromBytes(font, "", goregular.TTF)
	pdf.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	p := &Paper{pdf}
	note = printable(note)
	pdf.SetHeaderFunc(func() { p.mark(note) })
	pdf.SetFooterFunc(func() {
		pdf.SetY(-15)
		pdf.SetFont(font, "", 8)
		pdf.CellFormat(inner, line, strings.TrimSpace(note+"  "+fmt.Sprint(pdf.PageNo())), "", 0, "C", false, 0, "")
	})
	pdf.AddPage()
	p.Heading(title)
	return p
}

// mark writes a note at the head of a page, and across it.
func (p *Paper) mark(note string) {
	if note == "" {
		return
	}
	x, y := p.pdf.GetXY()
	p.pdf.SetFont(font, "", 8)
	p.pdf.SetXY(margin, 8)
	p.pdf.CellFormat(inner, line, note, "", 0, "C", false, 0, "")
	p.pdf.SetFont(font, "B", 16)
	p.pdf.SetTextColor(225, 225, 225)
	p.pdf.TransformBegin()
	p.pdf.TransformRotate(50, 105, 148)
	p.pdf.SetXY(margin, 148)
	p.pdf.CellFormat(inner, 10, note, "", 0, "C", false, 0, "")
	p.pdf.TransformEnd()
	p.pdf.SetTextColor(0, 0, 0)
	p.pdf.SetXY(x, y)
}

// Heading begins a part.
func (p *Paper) Heading(text string) { p.write(text, "B", 13) }

// Text writes a paragraph.
func (p *Paper) Text(text string) { p.write(text, "", 10) }

func (p *Paper) write(text, style string, size float64) {
	p.pdf.SetFont(font, style, size)
	p.pdf.MultiCell(inner, size/2, printable(text), "", "L", false)
	p.pdf.Ln(2)
}

// Table writes rows below a head, which each page repeats. widths are shares of the page's.
func (p *Paper) Table(head []string, widths []float64, rows [][]string) {
	p.row(head, widths, "B")
	for _, row := range rows {
		if p.pdf.GetY()+p.height(row, widths) > bottom {
			p.pdf.AddPage()
			p.row(head, widths, "B")
		}
		p.row(row, widths, "")
	}
	p.pdf.Ln(3)
}

func (p *Paper) height(cells []string, widths []float64) float64 {
	p.pdf.SetFont(font, "", 9)
	most := 1
	for i, text := range cells {
		most = max(most, len(p.pdf.SplitText(printable(text), inner*widths[i]-2)))
	}
	return float64(most)*line + 1
}

func (p *Paper) row(cells []string, widths []float64, style string) {
	height := p.height(cells, widths)
	if p.pdf.GetY()+height > bottom {
		p.pdf.AddPage()
	}
	x, y := margin, p.pdf.GetY()
	p.pdf.SetFont(font, style, 9)
	for i, text := range cells {
		p.pdf.SetXY(x, y)
		p.pdf.MultiCell(inner*widths[i], line, printable(text), "", "L", false)
		x += inner * widths[i]
	}
	p.pdf.Line(margin, y+height, margin+inner, y+height)
	p.pdf.SetXY(margin, y+height)
}

// Write ends the file and writes it.
func (p *Paper) Write(w io.Writer) error {
	var whole bytes.Buffer
	if err := p.pdf.Output(&whole); err != nil {
		return fmt.Errorf("write a PDF: %w", err)
	}
	_, err := w.Write(whole.Bytes())
	return err
}

// letters are those of the font.
var letters = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
})

// printable puts a question mark for each letter that the font does not have.
func printable(text string) string {
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		if glyph, err := letters().GlyphIndex(&buffer, r); err != nil || glyph == 0 || r > 0xffff {
			return '?'
		}
		return r
	}, norm.NFC.String(text))
}
