package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// ExportCmd writes what a server would send at /export/….
type ExportCmd struct {
	File     string `arg:"" help:"Where to: a path that ends in a kind and a format, as in recommendations.csv or out/pledges.xlsx. Formats: csv, excel.csv, ndjson, json, xlsx, parquet, zip. With --stdout its name alone counts."`
	Filter   string `placeholder:"JSON" help:"Which, as the schema has it: {\"cycles\": [3], \"issues\": [\"womens-rights\"]}."`
	Columns  string `help:"Names of columns, with commas."`
	Values   string `default:"both" enum:"both,codes,labels" help:"Codes, what people read for them, or both."`
	Language string `help:"Of names and titles: EN, FR, ES, AR, RU or ZH."`
	Order    string `help:"SESSION, STATE_UNDER_REVIEW or RECOMMENDING_STATE."`
	Stdout   bool   `help:"Write to standard output instead."`
}

// Run writes the file. It stands there when all of it is written, or not at all.
func (c ExportCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	kind, extension, _ := strings.Cut(filepath.Base(c.File), ".")
	format, err := slice.FindFormat(extension)
	if err != nil {
		return err
	}
	q, err := slice.Parse(kind, c.parameters())
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := record.Open(ctx, db, time.Now)
	if err != nil {
		return err
	}
	if err := partnergroup.New(db, r).NameAll(viewer.NewContext(ctx, viewer.Program("export")), q.Filter); err != nil {
		return err
	}
	snapshot := r.Snapshot()
	table, err := format.Answer(snapshot, q, aboutOf(cfg, cfg.PublicURL))
	if err != nil {
		return err
	}
	if c.Stdout {
		return format.Write(to.out, table)
	}
	if err := writeWhole(c.File, func(w io.Writer) error { return format.Write(w, table) }); err != nil {
		return err
	}
	fmt.Fprintf(to.log, "%s: %d rows of version %s\n", c.File, table.Count, table.Version)
	return nil
}

func (c ExportCmd) parameters() url.Values {
	values := url.Values{}
	for name, value := range map[string]string{"filter": c.Filter, "columns": c.Columns, "values": c.Values, "language": c.Language, "order": c.Order} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}

func aboutOf(cfg *config.Config, publicURL string) slice.About {
	return slice.About{PublicURL: publicURL, Licence: cfg.DataLicence, LicenceURL: cfg.DataLicenceURL}
}

// writeWhole writes a file beside its place and moves it there when it is whole.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".upr-")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(write(file), file.Chmod(0o644), file.Sync(), file.Close()); err != nil { //nolint:gosec // public data
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
