package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// Options say how to import. The zero value detects encodings, imports for
// "UPR Info" and writes.
type Options struct {
	DryRun    bool // do everything and then roll it back
	Encoding  Encoding
	Source    string // whose data it is
	Decisions Decisions
	Now       func() time.Time
	Progress  func(Progress) // called often, from one goroutine
}

// Progress says how far one step is. Done and Total are in a unit of the step's own.
type Progress struct {
	Step        string // as in "reading 1-5.csv"
	Rows        int    // so far in this step
	Done, Total int64
}

// DefaultSource is whose exports these are.
const DefaultSource = "UPR Info"

// errRollBack ends the transaction of a dry run and of an import that was refused.
var errRollBack = errors.New("rolled back on purpose")

// Import takes the files in, in their order and in one transaction. When anything
// is refused nothing is written and the report says what and why; that is no error.
// An error means that the report could not be made: a file could not be read, the
// database failed, or ctx was cancelled; then nothing is written either.
func Import(ctx context.Context, db *database.DB, files []string, reference Reference, opts Options) (*Report, error) {
	i := newImporter(ctx, reference, opts)
	began := time.Now()
	for _, path := range files {
		if err := i.read(path); err != nil {
			return nil, err
		}
	}
	_, err := changelog.Write(ctx, db, i.because(), i.inTransaction)
	if err != nil && !errors.Is(err, errRollBack) {
		return nil, err
	}
	i.report.Written = err == nil
	i.report.finish(time.Since(began))
	return i.report, nil
}

// because names the files as what the change is made for.
func (i *importer) because() changelog.Because {
	files := make([]string, len(i.report.Files))
	for n, f := range i.report.Files {
		files[n] = f.File
	}
	return changelog.Because{Actor: "program:import", Origin: changelog.Import, At: i.opts.Now(),
		Reason: i.opts.Source + ": " + strings.Join(files, ", ")}
}

// importer is one import on its way.
type importer struct {
	ctx       context.Context
	opts      Options
	reference Reference
	report    *Report
	runs      []*run
}

func newImporter(ctx context.Context, reference Reference, opts Options) *importer {
	if opts.Source == "" {
		opts.Source = DefaultSource
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Progress == nil {
		opts.Progress = func(Progress) {}
	}
	return &importer{ctx: ctx, opts: opts, reference: reference,
		report: &Report{Source: opts.Source, DryRun: opts.DryRun, Files: []*FileReport{}}}
}

// read understands all rows of a file before the database is touched, so that the
// transaction is short.
func (i *importer) read(path string) error {
	r := &run{file: &FileReport{File: filepath.Base(path)}}
	i.report.Files = append(i.report.Files, r.file)
	i.runs = append(i.runs, r)
	file, err := Open(path, OpenOptions{Encoding: i.opts.Encoding})
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		i.report.refuse(r.file, refusal)
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	r.file.Detected, r.file.Summary, r.file.Notices = &file.Detected, file.Detected.String(), file.Notices
	if err := i.readRows(r, file); err != nil {
		return err
	}
	r.sha256, err = checksum(path)
	return err
}

func (i *importer) readRows(r *run, file *File) error {
	for {
		if r.file.Rows%1000 == 0 {
			i.showReading(r, file)
			if err := i.ctx.Err(); err != nil {
				return err
			}
		}
		raw, err := file.Next()
		if errors.Is(err, io.EOF) {
			i.showReading(r, file)
			if r.file.Rows == 0 {
				i.report.refuse(r.file, refuseFile(file.Name, "the file has no rows but its header: export it again"))
			}
			return nil
		}
		r.file.Rows++
		if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
			i.report.refuse(r.file, refusal)
			continue
		}
		if err != nil {
			return err
		}
		row, refusals := file.Understand(raw, i.reference)
		i.report.refuse(r.file, refusals...)
		if len(refusals) == 0 {
			r.rows = append(r.rows, &row)
		}
	}
}

func (i *importer) showReading(r *run, file *File) {
	done, total := file.Progress()
	i.opts.Progress(Progress{"reading " + file.Name, r.file.Rows, done, total})
}

func checksum(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
