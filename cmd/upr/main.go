// Command upr serves and maintains the record of the Universal Periodic Review.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/server"
)

type commands struct {
	config.Config

	Serve   ServeCmd   `cmd:"" help:"Serve the platform; migrates the database first."`
	Migrate MigrateCmd `cmd:"" help:"Bring the database's schema and reference data up to date."`
	Import  ImportCmd  `cmd:"" help:"Import recommendations and pledges from UPR Info's exports."`
	Export  ExportCmd  `cmd:"" help:"Write recommendations, pledges or any other public kind into a file."`
	Pull    PullCmd    `cmd:"" help:"Keep a local folder in step with a server, by its changes."`
	Sample  SampleCmd  `cmd:"" help:"Fill an empty database with synthetic recommendations."`
	Backup  BackupCmd  `cmd:"" help:"Copy a SQLite database into a file, while it is served."`
	Restore RestoreCmd `cmd:"" help:"Put a backup into the place of a SQLite database."`
	Epoch   EpochCmd   `cmd:"" help:"Begin a new epoch of the change log, as after pg_restore."`
	User    UserCmd    `cmd:"" help:"Add users, grant roles, disable, reset."`
	Key     KeyCmd     `cmd:"" help:"Make, list and revoke API keys."`
	Rotate  RotateCmd  `cmd:"" help:"Seal anew, under the first key of UPR_SECRET_KEY_FILE, what its other keys have sealed."`
	Show    ConfigCmd  `cmd:"" name:"config" help:"Print the settings in force, without secrets."`
	Version VersionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := runProgram(ctx, os.Args[1:], os.Stdout, os.Stderr, newLine)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "upr:", err)
		os.Exit(1)
	}
}

// streams are where a command writes: results to out, progress and warnings to log.
type streams struct{ out, log io.Writer }

// beginning makes the process that a server runs in; nil: a lone one.
type beginning func(context.Context, *config.Config) (process, error)

// runProgram is the whole program but for the process around it.
func runProgram(ctx context.Context, args []string, out, log io.Writer, begin beginning) error {
	var cli commands
	parser, err := kong.New(&cli, kong.Name("upr"), kong.Writers(out, log), kong.UsageOnError(),
		kong.Description("The record of the Universal Periodic Review. Settings are flags or UPR_… variables."))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; upr --help lists the commands", err)
	}
	slog.SetDefault(slog.New(server.RequestID{Handler: logHandler(&cli.Config, os.Stderr)}))
	command.BindTo(ctx, (*context.Context)(nil))
	return database.Explain(command.Run(&cli.Config, streams{out, log}, begin), cli.DatabaseURL)
}

func logHandler(cfg *config.Config, log io.Writer) slog.Handler {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // one of those that the setting allows
	options := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.NewJSONHandler(log, options)
	}
	return slog.NewTextHandler(log, options)
}
