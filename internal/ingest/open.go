// Package ingest reads other people's formats and imports what they say into the
// record.
//
// Start at Import (import.go): it opens each file (open.go finds out what it is,
// csv.go and xls.go read it) and understands its rows (row.go). In one transaction
// (transaction.go) it finds the recommendations that they are (match.go), works out
// what changes (plan.go) and writes that (write.go). Everything that cannot be taken
// becomes a Refusal, and then nothing is written.
package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// OpenOptions say what the reader cannot find out.
type OpenOptions struct {
	Encoding Encoding // empty: detect
}

// Detected says what a file turned out to be.
type Detected struct {
	Format    Format   `json:"format"`
	Encoding  Encoding `json:"encoding,omitempty"`
	LineEnds  string   `json:"lineEnds,omitempty"`
	Separator string   `json:"separator,omitempty"`
	Columns   int      `json:"columns"`
	Header    string   `json:"header"`
}

// String is a sentence without a verb, as in
// "CSV, Mac Roman, CR line ends, 11 columns of the renamed UPR Info header".
func (d Detected) String() string {
	parts := []string{string(d.Format)}
	for _, part := range []string{d.Encoding.String(), d.LineEnds, d.Separator} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(append(parts, Plural(d.Columns, "column")+" of "+d.Header), ", ")
}

// File is an open file of recommendations.
type File struct {
	Name     string // without folder
	Detected Detected
	Notices  []string // what a person should know and need not act on

	file   *os.File
	rows   rowSource
	header *header
	done   bool
}

// rowSource is one of the two readers. next returns io.EOF at the end and badRow
// for a row that it could step over.
type rowSource interface {
	next() (cells []string, row int, err error)
	progress() (done, total int64)
}

// Open finds out by the content what the file is and reads up to its header.
// What the file's owner can put right is a *Refusal.
func Open(path string, opts OpenOptions) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{Name: filepath.Base(path), file: file}
	if err := f.open(opts); err != nil {
		return nil, errors.Join(refusedFile(path, err), file.Close())
	}
	return f, nil
}

// refusedFile tells what is wrong with a file from what is wrong with the machine.
func refusedFile(path string, err error) error {
	if pathError := (*os.PathError)(nil); errors.As(err, &pathError) {
		return err
	}
	if r := (*Refusal)(nil); errors.As(err, &r) {
		return r
	}
	return refuseFile(path, "%v", err)
}

func (f *File) open(opts OpenOptions) error {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(f.file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if f.Detected.Format, err = sniff(head[:n]); err != nil {
		return err
	}
	if f.Detected.Format == XLS {
		rows, notices, err := openXLS(f.file)
		if err != nil {
			return err
		}
		f.rows, f.Notices = rows, notices
	} else if err := f.openText(head[:n], opts); err != nil {
		return err
	}
	return f.readHeader()
}

func (f *File) openText(head []byte, opts OpenOptions) error {
	form, err := examineText(f.file, head, opts.Encoding)
	if err != nil {
		return err
	}
	rows, err := openCSV(f.file, form)
	if err != nil {
		return err
	}
	f.rows = rows
	f.Detected.Encoding, f.Detected.LineEnds = form.encoding, form.ends.String()
	f.Detected.Separator = rows.separatorTitle()
	return nil
}

func (f *File) readHeader() error {
	cells, row, err := f.rows.next()
	for err == nil && allBlank(cells) {
		cells, row, err = f.rows.next()
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the file has no rows: export it again")
	}
	if err == nil {
		f.header, err = readHeader(cells)
	}
	if err != nil {
		return &Refusal{File: f.Name, Row: row, Reason: err.Error()}
	}
	f.Detected.Columns, f.Detected.Header = len(f.header.names), f.header.title
	if names := f.header.ignored(); len(names) > 0 {
		f.Notices = append(f.Notices, "columns that are not read: "+strings.Join(names, ", "))
	}
	if names := f.header.absent(); len(names) > 0 {
		f.Notices = append(f.Notices, "columns that are absent and not needed: "+strings.Join(names, ", "))
	}
	return nil
}

// Next returns the next row as the file has it. After the last one the error is
// io.EOF; a *Refusal is about one row, and reading goes on behind it.
func (f *File) Next() (Raw, error) {
	for !f.done {
		cells, row, err := f.rows.next()
		if errors.Is(err, io.EOF) {
			f.done = true
			break
		}
		if err != nil {
			refusal := &Refusal{File: f.Name, Row: row, Reason: err.Error()}
			if stepped := (badRow{}); !errors.As(err, &stepped) {
				f.done = true
				refusal.Reason += "; the rest of the file was not read"
			}
			return Raw{}, refusal
		}
		if !allBlank(cells) {
			return f.raw(cells, row)
		}
	}
	return Raw{}, io.EOF
}

func (f *File) raw(cells []string, row int) (Raw, error) {
	if f.header.repeats(cells) {
		return Raw{}, &Refusal{File: f.Name, Row: row, Reason: "the header stands here a second time: if two files were joined, remove this row"}
	}
	width := len(f.header.names)
	if f.Detected.Format == XLS { // a workbook does not store empty cells at the end of a row
		for len(cells) < width {
			cells = append(cells, "")
		}
	}
	if len(cells) < width || !allBlank(cells[width:]) {
		return Raw{}, &Refusal{File: f.Name, Row: row, Value: shown(strings.Join(cells, " | ")),
			Reason: fmt.Sprintf("the row has %s, the header %d", Plural(len(cells), "column"), width)}
	}
	raw := Raw{Row: row}
	for field, column := range f.header.column {
		if column >= 0 {
			raw.cells[field] = clean(cells[column])
		}
	}
	return raw, nil
}

// Raw is one row as the file has it, cleaned.
type Raw struct {
	Row   int // line as an editor counts, or row of the spreadsheet
	cells [fieldCount]string
}

// Progress says how much of the file was read, in a unit of its own.
func (f *File) Progress() (done, total int64) { return f.rows.progress() }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

func allBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimFunc(cell, isBlank) != "" {
			return false
		}
	}
	return true
}
