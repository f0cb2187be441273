package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/reference"
)

// ImportCmd imports UPR Info's exports.
type ImportCmd struct {
	Files     []string `arg:"" name:"file" type:"existingfile" help:"CSV or .xls files; all of them are one import."`
	DryRun    bool     `help:"Do everything, report it, and write nothing."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
	Report    string   `type:"path" placeholder:"FILE" help:"Also write the report, as JSON, to this file."`
	Encoding  string   `default:"auto" help:"utf-8, utf-16le, utf-16be, mac-roman or windows-1252, for files where it cannot be detected."`
	Source    string   `default:"UPR Info" help:"Whose data it is."`
	Decisions string   `type:"existingfile" placeholder:"FILE" help:"CSV with the columns file, row and id: says for rows that were refused as ambiguous which recommendation they are, or new."`
}

// Run imports the files and prints the report. Refused rows make it an error.
func (c ImportCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	names, err := reference.Read()
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := c.importFiles(ctx, db, names, opts, to)
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted: nothing was imported")
	}
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	if err := c.print(report, to); err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("nothing was imported: %s; see the report", ingest.Plural(report.RefusalCount, "refusal"))
	}
	return nil
}

func (c ImportCmd) options() (ingest.Options, error) {
	encoding, err := ingest.ParseEncoding(c.Encoding)
	if err != nil {
		return ingest.Options{}, err
	}
	opts := ingest.Options{DryRun: c.DryRun, Encoding: encoding, Source: c.Source}
	if c.Decisions == "" {
		return opts, nil
	}
	file, err := os.Open(c.Decisions)
	if err != nil {
		return opts, err
	}
	defer file.Close()
	opts.Decisions, err = ingest.ReadDecisions(file)
	return opts, err
}

func (c ImportCmd) importFiles(ctx context.Context, db *database.DB, names ingest.Reference, opts ingest.Options, to streams) (*ingest.Report, error) {
	meter := newMeter(to.log)
	defer meter.Close()
	opts.Progress = meter.Show
	return ingest.Import(ctx, db, c.Files, names, opts)
}

func (c ImportCmd) print(report *ingest.Report, to streams) error {
	if c.Report != "" {
		if err := writeReport(c.Report, report); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if c.JSON {
		return report.WriteJSON(to.out)
	}
	return report.WriteText(to.out)
}

func writeReport(path string, report *ingest.Report) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(report.WriteJSON(file), file.Close())
}
