package file

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gocloud.dev/gcerrors"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/ent/uploadpermit"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
)

// Accept takes a file, in the transaction and the change of whoever calls, who has looked who may.
// From then on only what is without metadata is kept. Where this server has no antivirus, accepting
// a file in quarantine says that a person looked at it. Returns NotFound, and Conflict for a file
// that is not ready.
func (s *Service) Accept(ctx context.Context, tx *database.Tx, id string) error {
	row, err := s.row(ctx, tx.Ent, id)
	if err != nil {
		return err
	}
	from := []State{Clean}
	if s.antivirus == nil {
		from = append(from, Quarantined)
	}
	n, err := tx.Ent.StoredFile.Update().Where(storedfile.ID(row.ID), storedfile.StateIn(from...)).SetState(Accepted).Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("accept file %s: %w", id, err)
	}
	if n == 0 {
		return fault.Conflict("file %s cannot be accepted: %s", id, stands(row))
	}
	if row.CleanSha256 != "" {
		if err := job.Insert(ctx, tx, removeJob{id, []string{original}}, job.When{}); err != nil {
			return err
		}
	}
	return s.tellNew(ctx, tx, id)
}

// Refuse takes a file's content away for a reason that whoever uploaded it reads, in the
// transaction of whoever calls. Returns NotFound, and Conflict for one that is refused or gone.
func (s *Service) Refuse(ctx context.Context, tx *database.Tx, id, reason string) error {
	row, err := s.row(ctx, tx.Ent, id)
	if err != nil {
		return err
	}
	refused, err := refuseIn(asProgram(ctx), tx, id, because{sentence: reason}, Uploaded, Quarantined, Clean, Accepted)
	if err != nil {
		return err
	}
	if !refused {
		return fault.Conflict("file %s cannot be refused: %s", id, stands(row))
	}
	return s.tellNew(ctx, tx, id)
}

// stands says why nothing can be decided of a file.
func stands(row *ent.StoredFile) string {
	switch row.State {
	case Uploaded:
		return "its metadata is still being removed; try again in a minute"
	case Quarantined:
		return "it is still being looked at for viruses; try again in a minute"
	case Accepted:
		return "it is accepted already"
	}
	return "it is " + strings.ToLower(string(row.State)) + ", and its content is gone"
}

// because is why a file is refused: for pages, where that is in the list, and in words.
type because struct {
	why      Why
	sentence string
}

// refuse refuses a file that still has a state.
func (s *Service) refuse(ctx context.Context, id string, why because, from State) error {
	return s.move(ctx, id, func(ctx context.Context, tx *database.Tx) (bool, error) {
		return refuseIn(ctx, tx, id, why, from)
	})
}

func refuseIn(ctx context.Context, tx *database.Tx, id string, why because, from ...State) (bool, error) {
	update := tx.Ent.StoredFile.Update().Where(storedfile.UID(id), storedfile.StateIn(from...)).SetState(Refused).SetReason(why.sentence).ClearDataKey()
	if why.why != "" {
		update.SetRefusal(string(why.why))
	}
	n, err := update.Save(ctx)
	if err != nil {
		return false, fmt.Errorf("refuse file %s: %w", id, err)
	}
	if n == 0 {
		return false, nil
	}
	return true, job.Insert(ctx, tx, removeJob{id, []string{original, cleaned}}, job.When{})
}

// Purge takes away all files of a thing, in the transaction of whoever calls: their keys with it,
// so that nobody can read them from then on, and their contents soon after. Rows stay, and say
// that there were files. Permits for more go as well.
func Purge(ctx context.Context, tx *database.Tx, about string) error {
	ctx = asProgram(ctx)
	if _, err := tx.Ent.UploadPermit.Delete().Where(uploadpermit.About(about)).Exec(ctx); err != nil {
		return fmt.Errorf("purge permits: %w", err)
	}
	ids, err := tx.Ent.StoredFile.Query().Where(storedfile.About(about), storedfile.StateNEQ(Purged)).Order(ent.Asc(storedfile.FieldID)).
		Select(storedfile.FieldUID).Strings(ctx)
	if err != nil {
		return fmt.Errorf("list files to purge: %w", err)
	}
	for _, id := range ids {
		err := tx.Ent.StoredFile.Update().Where(storedfile.UID(id)).SetState(Purged).SetPurgedAt(time.Now().UTC().Truncate(time.Second)).
			ClearDataKey().ClearMissingAt().SetReason("").ClearRefusal().SetSha256("").SetCleanSha256("").Exec(ctx)
		if err != nil {
			return fmt.Errorf("purge file %s: %w", id, err)
		}
		if err := job.Insert(ctx, tx, removeJob{id, []string{original, cleaned}}, job.When{}); err != nil {
			return err
		}
	}
	return nil
}

// removeJob takes contents out of the store.
type removeJob struct {
	ID       string
	Contents []string
}

func (removeJob) Kind() string { return "file_remove" }

func (s *Service) remove(ctx context.Context, args removeJob) error {
	for _, content := range args.Contents {
		if err := s.bucket.Delete(ctx, blobName(args.ID, content)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("remove a content of file %s: %w", args.ID, err)
		}
	}
	return nil
}

// Open gives the content of a file without its metadata; of a recording, as it came. Whoever calls
// has looked who may, and shows nobody but staff what is not accepted yet. Returns NotFound, and
// Conflict for a file that is not ready; reading ends with ctx.
func (s *Service) Open(ctx context.Context, id string) (*Content, *Info, error) {
	row, err := s.row(ctx, s.db.Ent, id)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case row.State == Purged:
		return nil, nil, fault.NotFound("the content of file %s is gone", id)
	case row.State == Uploaded, row.State == Refused, row.State == Quarantined && s.antivirus != nil:
		return nil, nil, fault.Conflict("file %s cannot be opened: %s", id, stands(row))
	}
	info, content := InfoOf(row), original
	if info.Stripped {
		content = cleaned
	}
	opened, err := s.load(ctx, row, content, info.Size)
	return opened, info, err
}
