package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/websession"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	sessionLifetime = 7 * 24 * time.Hour
	// seenEvery is how exactly it is known when a session was used: more would write often.
	seenEvery = 5 * time.Minute
	// askWithin is how long it may take to read who asks: what is public is answered without it. A
	// host that takes no connections is to be found out within it.
	askWithin = 6 * time.Second
	// noteWithin is how long somebody who only reads may wait for a note that they were here.
	noteWithin = time.Second
)

// What a session holds.
const (
	keyUser   = "user"   // row of the user, once somebody has signed in
	keyID     = "id"     // ses_…
	keySecond = "second" // confirmed by a second factor
	keyClient = "client"
)

// newSessions keeps sessions in the database, by a digest of the token in the cookie.
func newSessions(kept scs.CtxStore, public *url.URL) *scs.SessionManager {
	m := scs.New()
	m.Store, m.HashTokenInStore, m.Lifetime = kept, true, sessionLifetime
	m.Cookie.Name, m.Cookie.HttpOnly, m.Cookie.SameSite = "upr_session", true, http.SameSiteLaxMode
	m.Cookie.Secure = public.Scheme == "https" || !isLoopback(public.Hostname())
	return m
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// begin signs a user in: a new token, so that nobody knows it from before.
func (s *Service) begin(ctx context.Context, u *ent.User, second bool) (*viewer.Viewer, error) {
	if err := s.sessions.Clear(ctx); err != nil {
		return nil, fmt.Errorf("begin a session: %w", err)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return nil, fmt.Errorf("begin a session: %w", err)
	}
	s.sessions.SetDeadline(ctx, s.now().Add(sessionLifetime).UTC())
	s.sessions.Put(ctx, keyUser, u.ID)
	s.sessions.Put(ctx, keyID, newUID("ses"))
	s.sessions.Put(ctx, keySecond, second)
	s.sessions.Put(ctx, keyClient, callerOf(ctx).Client)
	return s.viewerOf(ctx, u.ID, second)
}

// RevokeSession ends one of the sessions of whoever asks, or all but the one that asks
// where uid is empty. Returns NotFound where it is nobody's or somebody else's.
func (s *Service) RevokeSession(ctx context.Context, uid string) error {
	me, err := s.me(ctx)
	if err != nil {
		return err
	}
	return s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		which := tx.Ent.WebSession.Delete().Where(websession.UserID(me.ID))
		if uid == "" {
			_, err := which.Where(websession.UIDNEQ(s.sessions.GetString(ctx, keyID))).Exec(ctx)
			return err
		}
		n, err := which.Where(websession.UID(uid)).Exec(ctx)
		if err == nil && n == 0 {
			return fault.NotFound("no session of yours has the id %s", uid)
		}
		return err
	})
}

// endSessions ends the sessions and links of a user, but for one.
func endSessions(ctx context.Context, tx *database.Tx, u *ent.User, but string) error {
	_, err := tx.Ent.WebSession.Delete().Where(websession.UserID(u.ID), websession.UIDNEQ(but)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return spendLinks(ctx, tx, u)
}

// EndAllSessions ends everybody's sessions and links, as after a restore: what was ended since
// the backup would hold again.
func EndAllSessions(ctx context.Context, tx *database.Tx) error {
	ctx = asProgram(ctx)
	if _, err := tx.Ent.WebSession.Delete().Exec(ctx); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	if _, err := tx.Ent.SignInLink.Delete().Exec(ctx); err != nil {
		return fmt.Errorf("end links: %w", err)
	}
	return nil
}

// store is where scs keeps sessions. Tokens arrive as digests.
type store struct{ s *Service }

// FindCtx returns a session's data.
func (k store) FindCtx(ctx context.Context, digest string) ([]byte, bool, error) {
	reading, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	found, err := k.s.db.Ent.WebSession.Query().
		Where(websession.Digest(digest), websession.ExpiresAtGT(k.s.now().UTC())).Only(asProgram(reading))
	if ent.IsNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find a session: %w", err)
	}
	if err := k.seen(reading, found); err != nil { // a database that takes no changes can still be read
		k.s.complained.Do(func() { slog.WarnContext(ctx, "the last use of a session is not kept", "error", err) })
	}
	return found.Data, true, nil
}

// seen notes that a session is in use.
func (k store) seen(ctx context.Context, found *ent.WebSession) error {
	now := k.s.now().UTC()
	if now.Sub(found.SeenAt) < seenEvery {
		return nil
	}
	noting, cancel := context.WithTimeout(ctx, noteWithin)
	defer cancel()
	return k.s.keep(noting, func(ctx context.Context, tx *database.Tx) error {
		return tx.Ent.WebSession.Update().Where(websession.ID(found.ID)).SetSeenAt(now).Exec(ctx)
	})
}

// CommitCtx writes a session's data.
func (k store) CommitCtx(ctx context.Context, digest string, data []byte, expires time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return fmt.Errorf("read a session: %w", err)
	}
	now := k.s.now().UTC()
	return k.s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Ent.WebSession.Update().Where(websession.Digest(digest)).
			SetData(data).SetExpiresAt(expires.UTC()).SetSeenAt(now).Save(ctx)
		if err != nil || n > 0 {
			return err
		}
		if _, err := tx.Ent.WebSession.Delete().Where(websession.ExpiresAtLT(now)).Exec(ctx); err != nil {
			return err
		}
		create := tx.Ent.WebSession.Create().SetDigest(digest).SetData(data).SetCreatedAt(now).SetSeenAt(now).SetExpiresAt(expires.UTC())
		if id, ok := values[keyUser].(int); ok {
			create.SetUserID(id)
		}
		uid, ok := values[keyID].(string)
		if !ok {
			uid = newUID("ses")
		}
		client, _ := values[keyClient].(string)
		return create.SetUID(uid).SetClient(client).Exec(ctx)
	})
}

// DeleteCtx ends a session.
func (k store) DeleteCtx(ctx context.Context, digest string) error {
	return k.s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Ent.WebSession.Delete().Where(websession.Digest(digest)).Exec(ctx)
		return err
	})
}

var errWithoutContext = errors.New("sessions need a context")

// Find, Commit and Delete are never called: scs prefers those with a context.
func (store) Find(string) ([]byte, bool, error) { return nil, false, errWithoutContext }

// Commit is never called.
func (store) Commit(string, []byte, time.Time) error { return errWithoutContext }

// Delete is never called.
func (store) Delete(string) error { return errWithoutContext }
