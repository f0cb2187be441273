package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/reference"
)

// ImportCmd imports UPR Info's exports.
type ImportCmd struct {
	Files     []string `arg:"" name:"file" type:"path" help:"CSV or .xls files; all of them are one import."`
	DryRun    bool     `help:"Do everything, report it, and write nothing."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
	Report    string   `type:"path" placeholder:"FILE" help:"Also write the report, as JSON, to this file."`
	Encoding  string   `default:"auto" help:"utf-8, utf-16le, utf-16be, mac-roman or windows-1252, for files where it cannot be detected."`
	Source    string   `default:"UPR Info" help:"Whose data it is."`
	Decisions string   `type:"path" placeholder:"FILE" help:"CSV with the columns file, row and id: says for rows that were refused as ambiguous which recommendation they are, or new."`
}

// Run imports the files and prints the report. Refused rows make it an error. What can
// be found wrong before the database is opened is.
func (c ImportCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	opts, err := c.options()
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	var file *reportFile
	if c.Report != "" {
		if file, err = openReport(c.Report); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
		defer file.discard()
	}
	report, err := c.importInto(ctx, cfg, opts, to)
	if err != nil {
		return err
	}
	err = c.print(report, to)
	if file != nil {
		err = errors.Join(err, file.save(report))
	}
	return outcome(report, err)
}

// outcome says first what became of the import: a report that could not be written
// does not undo it.
func outcome(report *ingest.Report, unwritten error) error {
	switch {
	case unwritten != nil && report.Written:
		return fmt.Errorf("the import was made, but its report could not be written: %w", unwritten)
	case unwritten != nil:
		return fmt.Errorf("nothing was imported, and the report could not be written: %w", unwritten)
	case !report.OK():
		return fmt.Errorf("nothing was imported: %s; see the report", ingest.Plural(report.RefusalCount, "refusal"))
	}
	return nil
}

func (c ImportCmd) importInto(ctx context.Context, cfg *config.Config, opts ingest.Options, to streams) (*ingest.Report, error) {
	names, err := reference.Read()
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	report, err := c.importFiles(ctx, db, names, opts, to)
	if err != nil && ctx.Err() != nil {
		return nil, errors.New("interrupted: nothing was imported")
	}
	if err != nil {
		return nil, fmt.Errorf("nothing was imported: %w", err)
	}
	return report, nil
}

func (c ImportCmd) options() (ingest.Options, error) {
	encoding, err := ingest.ParseEncoding(c.Encoding)
	if err != nil {
		return ingest.Options{}, err
	}
	for _, path := range c.Files {
		file, err := openFile(path)
		if err != nil {
			return ingest.Options{}, err
		}
		_ = file.Close()
	}
	opts := ingest.Options{DryRun: c.DryRun, Encoding: encoding, Source: c.Source}
	if c.Decisions == "" {
		return opts, nil
	}
	file, err := openFile(c.Decisions)
	if err != nil {
		return opts, err
	}
	defer file.Close()
	opts.Decisions, err = ingest.ReadDecisions(file, filepath.Base(c.Decisions))
	return opts, err
}

// openFile says in words what is wrong with a file that cannot be read.
func openFile(path string) (*os.File, error) {
	if path == "-" {
		return nil, errors.New("standard input cannot be read: save it as a file and name that")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("cannot open %s: it is a folder; name the files in it", path)
	}
	file, err := os.Open(path)
	if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
		return nil, fmt.Errorf("cannot open %s: %w", path, cause.Err)
	}
	return file, err
}

func (c ImportCmd) importFiles(ctx context.Context, db *database.DB, names ingest.Reference, opts ingest.Options, to streams) (*ingest.Report, error) {
	meter := newMeter(to.log)
	defer meter.Close()
	opts.Progress = meter.Show
	return ingest.Import(ctx, db, c.Files, names, opts)
}

func (c ImportCmd) print(report *ingest.Report, to streams) error {
	if c.JSON {
		return report.WriteJSON(to.out)
	}
	return report.WriteText(to.out)
}
