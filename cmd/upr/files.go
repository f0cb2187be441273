package main

import (
	"strings"

	"gocloud.dev/blob"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
)

// openFiles wires what people upload to its store, its antivirus and the queue. Its store is to be
// closed after the queue has ended; there is none on PostgreSQL where none is named.
func openFiles(db *database.DB, cfg *config.Config, secrets secret.Box, queue *job.Queue) (files *file.Service, closeStore func(), err error) {
	var antivirus file.Scanner
	if cfg.Antivirus != "" {
		if antivirus, err = file.NewScanner(cfg.Antivirus); err != nil {
			return nil, nil, err
		}
	}
	bucket, err := openStore(cfg)
	if err != nil {
		return nil, nil, err
	}
	return file.New(db, secrets, bucket, antivirus, queue), func() {
		if bucket != nil {
			_ = bucket.Close()
		}
	}, nil
}

func openStore(cfg *config.Config) (*blob.Bucket, error) {
	if cfg.FilesURL != "" {
		return file.OpenBucket(cfg.FilesURL)
	}
	if path, sqlite := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); sqlite {
		return file.OpenFolder(beside(path, ".files"))
	}
	return nil, nil //nolint:nilnil // no files is a way to run
}
