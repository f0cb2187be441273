package identity

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// sampleEditor is who tries the sample out.
const sampleEditor = "editor@example.org"

// SampleEditor makes the editor of a sample, and returns how to sign in as them. The
// password is a random one of this instance and kept in a file that its owner alone reads;
// where the file is gone there is a new one.
func (s *Service) SampleEditor(ctx context.Context, file string) (email, password string, err error) {
	u, err := s.findByEmail(ctx, sampleEditor)
	if ent.IsNotFound(err) {
		if u, err = s.makeSampleEditor(ctx); err != nil {
			return "", "", err
		}
	}
	if err != nil {
		return "", "", err
	}
	text, err := os.ReadFile(file)
	if err == nil && fits(strings.TrimSpace(string(text)), u.PasswordHash) {
		return u.Email, strings.TrimSpace(string(text)), nil
	}
	if err == nil {
		err = os.Remove(file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("the password of %s: %w", sampleEditor, err)
	}
	if password, err = s.ResetUser(ctx, u); err != nil {
		return "", "", err
	}
	if err := secret.MakeFile(file, password+"\n"); err != nil {
		return "", "", fmt.Errorf("keep the password of %s: %w", sampleEditor, err)
	}
	return u.Email, password, nil
}

func (s *Service) makeSampleEditor(ctx context.Context) (*ent.User, error) {
	u, err := s.CreateUser(ctx, sampleEditor, "Sample Editor", "EN", "")
	if err != nil {
		return nil, err
	}
	for _, role := range []viewer.Role{viewer.Editor, viewer.Publisher, viewer.Author, viewer.Manager, viewer.Officer, viewer.ProtectionOfficer, viewer.Reviewer, viewer.Partner, viewer.Admin} {
		if _, err := s.GrantRole(ctx, u.UID, viewer.Grant{Role: role}); err != nil {
			return nil, err
		}
	}
	return u, nil
}
