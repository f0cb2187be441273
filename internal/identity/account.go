package identity

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/privacy"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/apikey"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/organisationmembership"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/ent/websession"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// Account is a user as they and administrators see them.
type Account struct {
	ID           string
	Email        string
	Name         string
	Language     record.Language
	SecondFactor bool // enrolled
	HasPassword  bool
	DisabledAt   *time.Time
	CreatedAt    time.Time

	row int
	s   *Service
	as  *viewer.Viewer // who reads it, also where a request signs somebody in
}

// Session is one place where a user is signed in.
type Session struct {
	ID        string
	Client    string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	Current   bool // it asks
}

func (s *Service) account(ctx context.Context, u *ent.User) *Account {
	v, _ := viewer.From(ctx)
	return &Account{ID: u.UID, Email: u.Email, Name: u.Name, Language: record.Language(u.Language), SecondFactor: len(u.TotpSecret) > 0,
		HasPassword: u.PasswordHash != "", DisabledAt: u.DisabledAt, CreatedAt: u.CreatedAt, row: u.ID, s: s, as: v}
}

// Own is the account of whoever asks.
func (s *Service) Own(ctx context.Context) (*Account, error) {
	u, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	return s.account(ctx, u), nil
}

// Account returns a user by id; NotFound where there is none that whoever asks may see.
func (s *Service) Account(ctx context.Context, uid string) (*Account, error) {
	u, err := s.byUID(ctx, uid)
	if err != nil {
		return nil, err
	}
	return s.account(ctx, u), nil
}

// AccountOf shows users whom whoever asks has changed.
func (s *Service) AccountOf(ctx context.Context) func(*ent.User) *Account {
	return func(u *ent.User) *Account { return s.account(ctx, u) }
}

// OwnIfPerson is the account of whoever asks; none where a key asks.
func (s *Service) OwnIfPerson(ctx context.Context) (*Account, error) {
	if v, _ := viewer.From(ctx); v.IsKey() {
		return nil, nil //nolint:nilnil // null is the answer
	}
	return s.Own(ctx)
}

// Email is the address of whoever asks; none where a key asks.
func (s *Service) Email(ctx context.Context) (*string, error) {
	a, err := s.OwnIfPerson(ctx)
	if err != nil || a == nil {
		return nil, err
	}
	return &a.Email, nil
}

// Grants are all that were granted, also those that a session lacks without a second factor. Which registrations somebody
// owns is told to nobody else: it says who is behind one whose people are protected.
func (a *Account) Grants(ctx context.Context) ([]viewer.Grant, error) {
	ctx = viewer.NewContext(ctx, a.as)
	rows, err := a.s.db.Ent.Grant.Query().Where(grant.UserID(a.row)).Order(grant.ByRole(), grant.ByScope()).All(ctx)
	grants := make([]viewer.Grant, len(rows))
	for i, g := range rows {
		grants[i] = viewer.Grant{Role: viewer.Role(g.Role), Scope: g.Scope}
		if grants[i].Role == viewer.Applicant && a.as.UID != a.ID {
			grants[i].Scope = ""
		}
	}
	return grants, notFound(err, "these grants cannot be seen")
}

// Organisations are the slugs of those that the user speaks for.
func (a *Account) Organisations(ctx context.Context) ([]string, error) {
	ctx = viewer.NewContext(ctx, a.as)
	rows, err := a.s.db.Ent.OrganisationMembership.Query().Where(organisationmembership.UserID(a.row)).
		WithOrganisation().Order(organisationmembership.ByID()).All(ctx)
	slugs := make([]string, len(rows))
	for i, m := range rows {
		slugs[i] = m.Edges.Organisation.Slug
	}
	return slugs, notFound(err, "these organisations cannot be seen")
}

// Sessions are where the user is signed in, last seen first.
func (a *Account) Sessions(ctx context.Context) ([]Session, error) {
	ctx = viewer.NewContext(ctx, a.as)
	rows, err := a.s.db.Ent.WebSession.Query().Where(websession.UserID(a.row), websession.ExpiresAtGT(a.s.now().UTC())).
		Order(websession.BySeenAt(sql.OrderDesc())).Limit(maxPage).All(ctx)
	current := ""
	if callerOf(ctx).session {
		current = a.s.sessions.GetString(ctx, keyID)
	}
	sessions := make([]Session, len(rows))
	for i, r := range rows {
		sessions[i] = Session{ID: r.UID, Client: r.Client, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, ExpiresAt: r.ExpiresAt, Current: r.UID == current}
	}
	return sessions, notFound(err, "these sessions cannot be seen")
}

// Keys are the user's API keys, the newest first.
func (a *Account) Keys(ctx context.Context) ([]APIKey, error) {
	ctx = viewer.NewContext(ctx, a.as)
	rows, err := a.s.db.Ent.APIKey.Query().Where(apikey.UserID(a.row)).Order(apikey.ByID(sql.OrderDesc())).Limit(maxPage).All(ctx)
	keys := make([]APIKey, len(rows))
	for i, r := range rows {
		keys[i] = keyOf(r)
	}
	return keys, notFound(err, "these keys cannot be seen")
}

// APIKey is a key without its secret.
type APIKey struct {
	ID         string
	Name       string
	Scopes     []string
	CreatedAt  time.Time
	ExpiresAt  *time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time
}

func keyOf(k *ent.APIKey) APIKey {
	return APIKey{k.UID, k.Name, k.Scopes, k.CreatedAt, k.ExpiresAt, k.LastUsedAt, k.RevokedAt}
}

// Pages of users have 20 by default.
const (
	unpaged = 20
	maxPage = 500
)

// UserFilter restricts a list of users. Fields combine with AND.
type UserFilter struct {
	Search   *string
	Role     *viewer.Role
	Disabled *bool
}

// Accounts is a page of users, by e-mail address.
type Accounts struct {
	Nodes       []Account
	HasNextPage bool
	EndCursor   *string

	matching *ent.UserQuery
}

// TotalCount is how many users there are on all pages.
func (a *Accounts) TotalCount(ctx context.Context) (int, error) { return a.matching.Count(ctx) }

// Accounts lists users for whoever may see them.
func (s *Service) Accounts(ctx context.Context, filter *UserFilter, first *int, after *string) (*Accounts, error) {
	n := unpaged
	if first != nil {
		n = *first
	}
	if n < 0 || n > maxPage {
		return nil, fault.Invalid("first", "must lie between 0 and %d", maxPage)
	}
	matching := s.db.Ent.User.Query()
	filter.apply(matching)
	page := matching.Clone()
	if after != nil {
		email, err := base64.RawURLEncoding.DecodeString(*after)
		if err != nil {
			return nil, fault.Invalid("after", "is no cursor of this list")
		}
		page.Where(user.EmailGT(string(email)))
	}
	users, err := page.Order(user.ByEmail()).Limit(n + 1).All(ctx)
	if err != nil {
		return nil, notFound(err, "these users cannot be seen")
	}
	found := &Accounts{HasNextPage: len(users) > n, matching: matching}
	for _, u := range users[:min(n, len(users))] {
		found.Nodes = append(found.Nodes, *s.account(ctx, u))
	}
	if len(found.Nodes) > 0 {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(found.Nodes[len(found.Nodes)-1].Email))
		found.EndCursor = &cursor
	}
	return found, nil
}

func (f *UserFilter) apply(q *ent.UserQuery) {
	if f == nil {
		return
	}
	if f.Search != nil && strings.TrimSpace(*f.Search) != "" {
		text := strings.TrimSpace(*f.Search)
		q.Where(user.Or(user.EmailContainsFold(text), user.NameContainsFold(text)))
	}
	if f.Role != nil {
		q.Where(user.HasGrantsWith(grant.Role(string(*f.Role))))
	}
	if f.Disabled != nil && *f.Disabled {
		q.Where(user.DisabledAtNotNil())
	} else if f.Disabled != nil {
		q.Where(user.DisabledAtIsNil())
	}
}

// notFound words an error of reading: what may not be seen is not there.
func notFound(err error, format string, args ...any) error {
	switch {
	case err == nil:
		return nil
	case ent.IsNotFound(err), errors.Is(err, privacy.Deny):
		return fault.NotFound(format, args...)
	}
	return fmt.Errorf("read: %w", err)
}
