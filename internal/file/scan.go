package file

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/internal/database"
)

// scanJob has a file looked at for viruses. While the antivirus is away it is done again later.
type scanJob struct{ ID string }

func (scanJob) Kind() string { return "file_scan" }

func (s *Service) scan(ctx context.Context, args scanJob) error {
	row, err := s.row(ctx, s.db.Ent, args.ID)
	if err != nil || row.State != Quarantined {
		return err
	}
	content, err := s.load(ctx, row, original, row.Size)
	if err != nil {
		return err
	}
	virus, err := s.antivirus.Scan(ctx, content)
	if err != nil {
		return fmt.Errorf("look at file %s for viruses: %w", row.UID, err)
	}
	if virus != "" {
		return s.refuse(ctx, row.UID, because{Virus, fmt.Sprintf("a virus was found in it (%s): have the machine looked at on which it was made", virus)}, Quarantined)
	}
	return s.move(ctx, row.UID, func(ctx context.Context, tx *database.Tx) (bool, error) {
		n, err := tx.Ent.StoredFile.Update().Where(storedfile.UID(row.UID), storedfile.StateEQ(Quarantined)).
			SetState(Clean).SetScannedAt(s.now().UTC()).Save(ctx)
		return n > 0, err
	})
}
