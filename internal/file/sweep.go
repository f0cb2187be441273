package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/ent/uploadpermit"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/job"
)

const (
	sweepEvery = time.Hour
	// young contents may belong to uploads that have not ended; files that wait as long were forgotten.
	young = 2 * time.Hour
	// permitsFor is how long permits stay after they expired.
	permitsFor = 30 * 24 * time.Hour
)

// sweepJob looks whether store and rows fit, in both directions, and has forgotten files go on.
type sweepJob struct{}

func (sweepJob) Kind() string { return "file_sweep" }

func (s *Service) sweep(ctx context.Context, _ sweepJob) error {
	ctx = asProgram(ctx)
	err := database.WithTx(ctx, s.db, func(tx *database.Tx) error {
		_, err := tx.Ent.UploadPermit.Delete().Where(uploadpermit.ExpiresAtLT(s.now().Add(-permitsFor).UTC())).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget old permits: %w", err)
	}
	return errors.Join(s.sweepStore(ctx), s.sweepRows(ctx), s.goOn(ctx))
}

// sweepStore removes contents to which no row belongs: of uploads that ended before the row was
// written, and of files that are gone. Without its row a content has no key, so that nothing is lost.
func (s *Service) sweepStore(ctx context.Context) error {
	removed := 0
	for objects := s.bucket.List(nil); ; {
		object, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("list the file store: %w", err)
		}
		if s.now().Sub(object.ModTime) < young {
			continue
		}
		needed, err := s.needs(ctx, object)
		if err != nil {
			return err
		}
		if needed {
			continue
		}
		if err := s.bucket.Delete(ctx, object.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("remove what belongs to no file: %w", err)
		}
		removed++
	}
	if removed > 0 {
		slog.InfoContext(ctx, "contents that belong to no file were removed", "count", removed)
	}
	return nil
}

func (s *Service) needs(ctx context.Context, object *blob.ListObject) (bool, error) {
	id, content, _ := strings.Cut(object.Key, ".")
	row, err := s.db.Ent.StoredFile.Query().Where(storedfile.UID(id)).Only(ctx)
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find what a content belongs to: %w", err)
	}
	if content == cleaned {
		return len(row.DataKey) > 0, nil
	}
	return content == original && len(row.DataKey) > 0 && (row.State != Accepted || row.CleanSha256 == ""), nil
}

// sweepRows notes which files are not in the store. Nothing is given up: a store that is away for
// an hour is no loss, and one that comes back is noted as well.
func (s *Service) sweepRows(ctx context.Context) error {
	rows, err := s.db.Ent.StoredFile.Query().Where(storedfile.DataKeyNotNil()).All(ctx)
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	missing := 0
	for _, row := range rows {
		content := original
		if row.CleanSha256 != "" {
			content = cleaned
		}
		there, err := s.bucket.Exists(ctx, blobName(row.UID, content))
		if err != nil {
			return fmt.Errorf("look for file %s: %w", row.UID, err)
		}
		if there != (row.MissingAt == nil) {
			if err := s.note(ctx, row, there); err != nil {
				return fmt.Errorf("note that file %s is missing, or not any more: %w", row.UID, err)
			}
		}
		if !there {
			missing++
		}
	}
	if missing > 0 {
		slog.ErrorContext(ctx, "files are missing in the store: bring its folder back from a backup", "count", missing)
	}
	return nil
}

func (s *Service) note(ctx context.Context, row *ent.StoredFile, there bool) error {
	return database.WithTx(ctx, s.db, func(tx *database.Tx) error {
		update := tx.Ent.StoredFile.Update().Where(storedfile.ID(row.ID))
		if there {
			return update.ClearMissingAt().Exec(ctx)
		}
		return update.Where(storedfile.DataKeyNotNil()).SetMissingAt(s.now().UTC()).Exec(ctx)
	})
}

// goOn has files looked at whose jobs failed for good, or which were there before the antivirus.
func (s *Service) goOn(ctx context.Context) error {
	rows, err := s.db.Ent.StoredFile.Query().Where(storedfile.StateIn(Uploaded, Quarantined), storedfile.UploadedAtLT(s.now().Add(-young).UTC())).All(ctx)
	if err != nil {
		return fmt.Errorf("list files that wait: %w", err)
	}
	for _, row := range rows {
		if row.State == Quarantined && s.antivirus == nil {
			continue
		}
		err := database.WithTx(ctx, s.db, func(tx *database.Tx) error {
			if waits, err := waits(ctx, tx, row.UID); err != nil || waits {
				return err
			}
			if row.State == Quarantined {
				return job.Insert(ctx, tx, scanJob{row.UID}, job.When{})
			}
			return job.Insert(ctx, tx, cleanJob{row.UID}, job.When{})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// waits says whether a job of a file is still to be done.
func waits(ctx context.Context, tx *database.Tx, id string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM river_job WHERE kind IN ('file_clean', 'file_scan')
		AND state IN ('available', 'scheduled', 'pending', 'retryable', 'running') AND CAST(args AS TEXT) LIKE $1`, "%"+id+"%").Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for jobs of file %s: %w", id, err)
	}
	return n > 0, nil
}
