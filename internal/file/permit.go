package file

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/uploadpermit"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

const permitPrefix = "prm_"

// Permit returns a token that lets who holds it upload one file about a thing, of one of some
// kinds and of at most maxSize bytes (0: as much as the kind may have), until it expires. Whoever
// calls has looked who may. Returns Invalid for kinds that do not exist.
func Permit(ctx context.Context, tx *database.Tx, about string, allowed []Kind, maxSize int64, expires time.Time) (token string, err error) {
	if len(allowed) == 0 {
		return "", fault.Invalid("kinds", "name at least one")
	}
	for _, kind := range allowed {
		if _, known := kinds[kind]; !known {
			return "", fault.Invalid("kinds", "%q is none", kind)
		}
	}
	if maxSize <= 0 {
		maxSize = largest
	}
	token = permitPrefix + strings.ToLower(rand.Text())
	err = tx.Ent.UploadPermit.Create().SetDigest(digest(token)).SetAbout(about).SetKinds(list(allowed)).SetMaxSize(maxSize).
		SetExpiresAt(expires.UTC()).Exec(asProgram(ctx))
	if err != nil {
		return "", fmt.Errorf("permit an upload: %w", err)
	}
	return token, nil
}

// EndPermits ends permits for more about some things, in the transaction of whoever calls. An upload that is
// about to end with one is there when it returns, or does not come.
func EndPermits(ctx context.Context, tx *database.Tx, about ...string) error {
	if _, err := tx.Ent.UploadPermit.Delete().Where(uploadpermit.AboutIn(about...), uploadpermit.UsedAtIsNil()).Exec(asProgram(ctx)); err != nil {
		return fmt.Errorf("end permits: %w", err)
	}
	return nil
}

// permit is what an upload may be.
type permit struct {
	row     *ent.UploadPermit
	allowed []Kind
}

// find returns the permit of a token while it can be used: NotFound, Conflict where it was used.
func (s *Service) findPermit(ctx context.Context, token string) (*permit, error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	row, err := s.db.Ent.UploadPermit.Query().Where(uploadpermit.Digest(digest(token)), uploadpermit.ExpiresAtGT(s.now().UTC())).Only(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, fault.NotFound("this permit does not exist, or has expired: ask for another")
	}
	if err != nil {
		return nil, fmt.Errorf("find a permit: %w", err)
	}
	if row.UsedAt != nil {
		return nil, permitUsed()
	}
	return &permit{row, listed(row.Kinds)}, nil
}

func permitUsed() error {
	return fault.Conflict("this permit was used already: it is for one file; ask for another")
}

// take uses a permit up. Of several uploads the first to end has it.
func (s *Service) take(ctx context.Context, tx *database.Tx, p *permit) error {
	now := s.now().UTC()
	n, err := tx.Ent.UploadPermit.Update().Where(uploadpermit.ID(p.row.ID), uploadpermit.UsedAtIsNil()).SetUsedAt(now).Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("use a permit: %w", err)
	}
	if n == 0 {
		return permitUsed()
	}
	return nil
}

// admit looks whether a file is what the permit is for, and returns the most bytes that it may have.
func (p *permit) admit(kind Kind) (int64, error) {
	if !slices.Contains(p.allowed, kind) {
		return 0, fault.Invalid("file", "is a %s file by its content; accepted here: %s", kind, strings.ReplaceAll(list(p.allowed), ",", ", "))
	}
	return min(p.row.MaxSize, kinds[kind].max), nil
}

// digest is what is kept of a token. Tokens are random, so that a plain hash is enough.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
