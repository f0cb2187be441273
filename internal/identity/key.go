package identity

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/apikey"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// keyPrefix makes keys recognisable, to people and to scanners for leaked secrets.
const keyPrefix = "upr_"

// usedEvery is how exactly it is known when a key was used.
const usedEvery = time.Minute

// maxKeyLifetime is the latest that a key may expire, from its creation.
const maxKeyLifetime = 2 * 366 * 24 * time.Hour

var scopeForm = regexp.MustCompile(`^[a-z]+:(read|write)$`)

// newKey is a key: prefix, 26 random characters, 7 of a checksum.
func newKey() string {
	token := newToken()
	return keyPrefix + token + checksum(token)
}

func checksum(token string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(token)))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum)
}

// wellFormed says whether a key has no typing error.
func wellFormed(key string) bool {
	const length, sum = 26, 7
	token, ok := strings.CutPrefix(key, keyPrefix)
	return ok && len(token) == length+sum && checksum(token[:length]) == token[length:]
}

// CreateKey makes a key for whoever asks, and returns it with its secret, which is not
// kept and cannot be shown again.
func (s *Service) CreateKey(ctx context.Context, name string, scopes []string, expires *time.Time) (*APIKey, string, error) {
	u, err := s.me(ctx)
	if err != nil {
		return nil, "", err
	}
	return s.CreateKeyFor(ctx, u, name, scopes, expires)
}

// CreateKeyFor makes a key for a user.
func (s *Service) CreateKeyFor(ctx context.Context, u *ent.User, name string, scopes []string, expires *time.Time) (*APIKey, string, error) {
	now := s.now().UTC()
	if name = strings.TrimSpace(name); name == "" || len(name) > 100 {
		return nil, "", fault.Invalid("name", "must say in 1 to 100 characters what uses the key")
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return nil, "", fault.Invalid("name", "must be one line, without control characters")
	}
	slices.Sort(scopes)
	if scopes = slices.Compact(scopes); len(scopes) == 0 || len(scopes) > 50 {
		return nil, "", fault.Invalid("scopes", "must name 1 to 50, as in recommendations:read")
	}
	for _, scope := range scopes {
		if !scopeForm.MatchString(scope) {
			return nil, "", fault.Invalid("scopes", "%q is none: one is like recommendations:read", scope)
		}
	}
	if expires != nil && (expires.Before(now) || expires.After(now.Add(maxKeyLifetime))) {
		return nil, "", fault.Invalid("expiresAt", "must lie ahead, by two years at most")
	}
	var made APIKey
	secret := newKey()
	err := s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		create := tx.Ent.APIKey.Create().SetUID(newUID("key")).SetUserID(u.ID).SetName(name).SetDigest(digest(secret)).SetScopes(scopes).SetCreatedAt(now)
		if expires != nil {
			create.SetExpiresAt(expires.UTC())
		}
		k, err := create.Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a key: %w", err)
		}
		made = keyOf(k)
		note(made.ID, opCreate)
		return nil
	})
	return &made, secret, err
}

// RevokeKey ends a key: one's own, or anybody's where an administrator or the program
// asks. Returns NotFound where it does not exist or is somebody else's.
func (s *Service) RevokeKey(ctx context.Context, uid string) (*APIKey, error) {
	if _, err := policy.RequireViewer(ctx); err != nil {
		return nil, err
	}
	k, err := s.db.Ent.APIKey.Query().Where(apikey.UID(uid)).Only(ctx) // as whoever asks
	if err != nil {
		return nil, notFound(err, "no key of yours has the id %s", uid)
	}
	if k.RevokedAt != nil {
		revoked := keyOf(k)
		return &revoked, nil
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(k.UID, opWithdraw)
		k, err = tx.Ent.APIKey.UpdateOneID(k.ID).SetRevokedAt(s.now().UTC()).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("revoke a key: %w", err)
	}
	revoked := keyOf(k)
	return &revoked, nil
}

// byKey returns who asks with a key; Unauthenticated, which says why, where nobody does.
func (s *Service) byKey(ctx context.Context, secret string) (*viewer.Viewer, error) {
	if !wellFormed(secret) {
		return nil, fault.Unauthenticated("this is no API key: one is like upr_ and 33 letters and digits; its checksum finds typing errors")
	}
	reading, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	k, err := s.db.Ent.APIKey.Query().Where(apikey.Digest(digest(secret))).WithUser().Only(asProgram(reading))
	now := s.now().UTC()
	switch {
	case ent.IsNotFound(err):
		return nil, fault.Unauthenticated("this API key is not known here")
	case err != nil:
		return nil, fmt.Errorf("find a key: %w", err)
	case k.RevokedAt != nil:
		return nil, fault.Unauthenticated("this API key was revoked on %s", k.RevokedAt.Format(time.DateOnly))
	case k.ExpiresAt != nil && !k.ExpiresAt.After(now):
		return nil, fault.Unauthenticated("this API key expired on %s", k.ExpiresAt.Format(time.DateOnly))
	case k.Edges.User.DisabledAt != nil:
		return nil, fault.Unauthenticated("the owner of this API key is disabled")
	}
	if err := s.used(reading, k, now); err != nil { // a database that takes no changes can still be read
		s.complained.Do(func() { slog.WarnContext(ctx, "the last use of a key is not kept", "error", err) })
	}
	v, err := s.viewerOf(ctx, k.UserID, false)
	if err != nil {
		return nil, err
	}
	v.Grants = withoutStaff(v.Grants) // also where staff need no second factor
	v.KeyUID, v.KeyScopes = k.UID, k.Scopes
	return v, nil
}

func (s *Service) used(ctx context.Context, k *ent.APIKey, now time.Time) error {
	if k.LastUsedAt != nil && now.Sub(*k.LastUsedAt) < usedEvery {
		return nil
	}
	noting, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	return s.keep(noting, func(ctx context.Context, tx *database.Tx) error {
		return tx.Ent.APIKey.UpdateOneID(k.ID).SetLastUsedAt(now).Exec(ctx)
	})
}
