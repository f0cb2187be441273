package identity

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/oidcidentity"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// OIDC is a provider of OpenID Connect. An empty issuer: none.
type OIDC struct{ Issuer, ClientID, ClientSecret string }

const (
	oidcCallback = "/sign-in/oidc/callback"
	oidcTime     = 10 * time.Minute // to sign in at the provider
	keyState     = "oidc state"
	keyNonce     = "oidc nonce"
	keyVerifier  = "oidc verifier"
)

// provider is found when it is first needed: it may be down while this server starts.
type provider struct {
	settings Settings
	mu       sync.Mutex
	found    *client
}

// client is what is asked of a provider.
type client struct {
	*oauth2.Config
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
}

func (p *provider) get(ctx context.Context) (*client, error) {
	set := p.settings.OIDC
	if set.Issuer == "" {
		return nil, fault.NotFound("no provider is configured: sign in with a password or by mail")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The provider's keys are fetched again later, when this request is over.
	found, err := oidc.NewProvider(context.WithoutCancel(ctx), set.Issuer)
	if err != nil {
		slog.ErrorContext(ctx, "the provider of OpenID Connect does not answer", "issuer", set.Issuer, "error", err)
		return nil, fault.Unavailable("the provider does not answer: try again, or sign in with a password or by mail")
	}
	p.found = &client{provider: found, verifier: found.Verifier(&oidc.Config{ClientID: set.ClientID}), Config: &oauth2.Config{
		ClientID: set.ClientID, ClientSecret: set.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.settings.PublicURL + oidcCallback, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}}
	return p.found, nil
}

// startOIDC returns where to sign in, and remembers in the session what must come back.
func (s *Service) startOIDC(ctx context.Context) (string, error) {
	at, err := s.provider.get(ctx)
	if err != nil {
		return "", err
	}
	if err := s.attempt(ctx, "address", callerOf(ctx).Address, perAddress); err != nil {
		return "", err
	}
	state, nonce, verifier := newToken(), newToken(), oauth2.GenerateVerifier()
	if s.sessions.GetInt(ctx, keyUser) == 0 {
		s.sessions.SetDeadline(ctx, s.now().Add(oidcTime).UTC())
	}
	s.sessions.Put(ctx, keyState, state)
	s.sessions.Put(ctx, keyNonce, nonce)
	s.sessions.Put(ctx, keyVerifier, verifier)
	return at.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// claims are what this program reads of a provider's statement.
type claims struct {
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
}

// finishOIDC signs in whoever the provider vouches for.
func (s *Service) finishOIDC(ctx context.Context, state, code string) error {
	at, err := s.provider.get(ctx)
	if err != nil {
		return err
	}
	want, nonce, proof := s.sessions.PopString(ctx, keyState), s.sessions.PopString(ctx, keyNonce), s.sessions.PopString(ctx, keyVerifier)
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(state)) != 1 || code == "" {
		return fault.Invalid("", "this sign-in was not begun here, or took too long: begin again")
	}
	token, err := at.Exchange(ctx, code, oauth2.VerifierOption(proof))
	if err != nil {
		return refusedBy(ctx, err)
	}
	raw, _ := token.Extra("id_token").(string)
	stated, err := at.verifier.Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(stated.Nonce), []byte(nonce)) != 1 {
		return refusedBy(ctx, err)
	}
	said, err := claimsOf(ctx, at, stated, token)
	if err != nil {
		return refusedBy(ctx, err)
	}
	u, err := s.userOf(ctx, stated, said)
	if err != nil {
		return err
	}
	_, err = s.begin(ctx, u, false)
	return err
}

// claimsOf reads the e-mail address: from the ID token, else from where the provider tells it.
func claimsOf(ctx context.Context, at *client, stated *oidc.IDToken, token *oauth2.Token) (claims, error) {
	var said claims
	if err := stated.Claims(&said); err != nil || said.Email != "" {
		return said, err
	}
	info, err := at.provider.UserInfo(ctx, at.TokenSource(ctx, token))
	if err != nil {
		return said, err
	}
	if info.Subject != stated.Subject {
		return said, fmt.Errorf("the provider speaks of somebody else")
	}
	return claims{info.Email, info.EmailVerified}, nil
}

func refusedBy(ctx context.Context, err error) error {
	slog.WarnContext(ctx, "an OpenID Connect sign-in was refused", "error", err)
	return fault.Invalid("", "the provider's answer was not accepted: begin again")
}

// userOf finds the user of a provider's subject, else the one with the verified e-mail
// address, who is linked. Nobody is created: a provider decides who somebody is, not who
// may come in.
func (s *Service) userOf(ctx context.Context, stated *oidc.IDToken, said claims) (*ent.User, error) {
	u, err := s.db.Ent.OIDCIdentity.Query().Where(oidcidentity.Issuer(stated.Issuer), oidcidentity.Subject(stated.Subject)).
		QueryUser().Only(asProgram(ctx))
	if ent.IsNotFound(err) && said.EmailVerified {
		u, err = s.linkOIDC(ctx, stated, normalEmail(said.Email))
	}
	if ent.IsNotFound(err) || err == nil && u.DisabledAt != nil {
		return nil, fault.Forbidden("nobody here has the e-mail address that your provider verified: ask an administrator for an account")
	}
	return u, err
}

func (s *Service) linkOIDC(ctx context.Context, stated *oidc.IDToken, email string) (*ent.User, error) {
	u, err := s.findByEmail(ctx, email)
	if err != nil || u.DisabledAt != nil {
		return u, err
	}
	return u, s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opLink)
		return tx.Ent.OIDCIdentity.Create().SetUserID(u.ID).SetIssuer(stated.Issuer).SetSubject(stated.Subject).SetCreatedAt(s.now().UTC()).Exec(ctx)
	})
}
