package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/upr-info/upr/internal/slice"
)

// PullCmd keeps a local folder in step with a server.
type PullCmd struct {
	URL   string        `arg:"" help:"Address of the server, as in https://upr.example.org."`
	To    string        `type:"path" default:"upr-data" help:"Folder with a file of NDJSON for each kind; made where it is missing."`
	Key   string        `env:"UPR_KEY" help:"API key with the scope changes:read; none is needed."`
	Every time.Duration `help:"Go on, and look again so often, as in 1m; else look once."`
}

// Run brings the folder up to date, once or until it is stopped.
func (c PullCmd) Run(ctx context.Context, to streams) error {
	for {
		pulled, err := slice.Copy{Folder: c.To, Server: c.URL, Key: c.Key}.Pull(ctx)
		for _, sentence := range pulled.Mended {
			fmt.Fprintf(to.out, "%s: %s\n", c.To, sentence)
		}
		switch {
		case err != nil && (c.Every == 0 || ctx.Err() != nil):
			return err
		case err != nil:
			slog.WarnContext(ctx, "the copy could not be brought up to date; it is tried again", "error", err)
		default:
			fmt.Fprintf(to.out, "%s: %d written, %d deleted, up to %s\n", c.To, pulled.Written, pulled.Deleted, pulled.Cursor)
		}
		if c.Every == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(c.Every):
		}
	}
}
