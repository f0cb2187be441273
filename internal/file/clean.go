package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file/strip"
	"github.com/upr-info/upr/internal/job"
)

// cleanJob writes a file anew without metadata, or refuses it. Done twice, it writes the same.
type cleanJob struct{ ID string }

func (cleanJob) Kind() string { return "file_clean" }

// cleanWithin is how long one file may take: what takes longer was made to.
const cleanWithin = 40 * time.Second

var strippers = map[Kind]func(context.Context, []byte) ([]byte, error){
	PDF: strip.PDF, DOCX: strip.DOCX, ODT: strip.ODT, Text: strip.Text, JPEG: strip.JPEG, PNG: strip.PNG,
}

func (s *Service) clean(ctx context.Context, args cleanJob) error {
	row, err := s.row(ctx, s.db.Ent, args.ID)
	if err != nil || row.State != Uploaded {
		return err
	}
	content, err := s.load(ctx, row, original, row.Size)
	if err != nil {
		return err
	}
	if Kind(row.Kind).isRecording() {
		return s.quarantine(ctx, row, nil) // it stays as it is, and private
	}
	dirty, err := io.ReadAll(content)
	if err != nil {
		return fmt.Errorf("read file %s: %w", row.UID, err)
	}
	stripped, err := cleanBytes(ctx, Kind(row.Kind), dirty)
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return s.refuse(ctx, row.UID, because{whyOf(err), f.Message}, Uploaded)
	}
	if err != nil {
		return err
	}
	key, err := s.dataKey(row)
	if err != nil {
		return err
	}
	if err := s.store(ctx, key, blobName(row.UID, cleaned), bytes.NewReader(stripped)); err != nil {
		return err
	}
	return s.quarantine(ctx, row, stripped)
}

// cleanBytes removes the metadata of a content. Errors are faults, unless ctx itself ended.
func cleanBytes(ctx context.Context, kind Kind, dirty []byte) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, cleanWithin)
	defer cancel()
	stripped, err := strippers[kind](within, dirty)
	if err == nil || ctx.Err() != nil {
		return stripped, errors.Join(err, ctx.Err())
	}
	if within.Err() != nil {
		return nil, &strip.Refusal{Why: strip.TooMuch, Fault: fault.Invalid("file", "takes too long to read: save it anew, in a simpler form")}
	}
	return nil, err
}

// whyOf is "" for what was refused without one.
func whyOf(err error) Why {
	if refused := (*strip.Refusal)(nil); errors.As(err, &refused) {
		return refused.Why
	}
	return ""
}

func (s *Service) quarantine(ctx context.Context, row *ent.StoredFile, stripped []byte) error {
	return s.move(ctx, row.UID, func(ctx context.Context, tx *database.Tx) (bool, error) {
		update := tx.Ent.StoredFile.Update().Where(storedfile.UID(row.UID), storedfile.StateEQ(Uploaded)).SetState(Quarantined)
		if stripped != nil {
			sum := sha256.Sum256(stripped)
			update.SetCleanSize(int64(len(stripped))).SetCleanSha256(hex.EncodeToString(sum[:]))
		}
		n, err := update.Save(ctx)
		if err != nil || n == 0 || s.antivirus == nil {
			return n > 0, err
		}
		return true, job.Insert(ctx, tx, scanJob{row.UID}, job.When{})
	})
}

// opState notes that a file has another state.
const opState = changelog.Operation("CHANGE_STATE")

// errElsewhere ends a transaction in which nothing was to be done any more.
var errElsewhere = errors.New("the file has another state by now")

// move gives a file another state in a transaction of its own, unless it has one by now.
func (s *Service) move(ctx context.Context, id string, fn func(ctx context.Context, tx *database.Tx) (moved bool, err error)) error {
	err := s.write(ctx, id, opState, func(ctx context.Context, tx *database.Tx) error {
		moved, err := fn(ctx, tx)
		if err != nil {
			return fmt.Errorf("change the state of file %s: %w", id, err)
		}
		if !moved {
			return errElsewhere
		}
		return s.tellNew(ctx, tx, id)
	})
	if errors.Is(err, errElsewhere) {
		return nil
	}
	return err
}

// tellNew has others learn of a state that was just written.
func (s *Service) tellNew(ctx context.Context, tx *database.Tx, id string) error {
	row, err := s.row(ctx, tx.Ent, id)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, row)
}
