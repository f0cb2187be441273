package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestSettingsThatCannotWork refuses each by its name, before anybody is served.
func TestSettingsThatCannotWork(t *testing.T) {
	folder := t.TempDir()
	empty := filepath.Join(folder, "empty")
	for path, text := range map[string]string{empty: "", filepath.Join(folder, "wrong.graphql"): "{ nothing }"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ flags, sentence string }{
		{"--rate-limit=9223372036854775807", "UPR_RATE_LIMIT: 9223372036854775807 is not between 0 and 1000000000"}, // ten times as much is less than nothing
		{"--stream-limit=9223372036854775807", "UPR_STREAM_LIMIT: "},
		{"--key-quota=-1", "UPR_KEY_QUOTA: -1 is not between 0 and"},
		{"--public-url=https://somebody:hidden@upr.example.org", "UPR_PUBLIC_URL: must be an address like"},
		{"--data-licence-url=javascript:alert(1)", "UPR_DATA_LICENCE_URL: must be an address like"},
		{"--oidc-issuer=nonsense --oidc-client-id=a --oidc-client-secret-file=" + empty, "UPR_OIDC_ISSUER: must be an address like"},
		{"--oidc-issuer=https://login.example.org --oidc-client-id=a --oidc-client-secret-file=" + empty, "UPR_OIDC_CLIENT_SECRET_FILE: " + empty + " is empty"},
		{"--oidc-client-id=a", "UPR_OIDC_ISSUER: is needed beside"},
		{"--smtp-url=smtp://:hidden@mail.example.org:99999?from=upr@example.org", "UPR_SMTP_URL: must be like"},
		{"--trusted-documents=" + folder, "UPR_TRUSTED_DOCUMENTS: "},
		{"--database-url=sqlite:" + folder, "UPR_DATABASE_URL: " + folder + " is a folder"},
		{"--database-url=postgres://upr:hidden@127.0.0.1:1/upr", "UPR_DATABASE_URL: cannot open the database"},
	} {
		args := []string{"serve", "--addr=127.0.0.1:0", "--secret-key-file=" + filepath.Join(folder, "key"), "--database-url=" + dbtest.SQLite(t)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // of one that serves
		err := run(ctx, append(args, strings.Split(c.flags, " ")...), io.Discard, io.Discard)
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.sentence) {
			t.Errorf("%s: %v", c.flags, err)
		}
		if err != nil && strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the password is shown: %v", c.flags, err)
		}
	}
}

// TestPIDFilesThatCannotBeWritten are refused at the start, and not when people are served already.
func TestPIDFilesThatCannotBeWritten(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "none", "upr.pid")} {
		if _, err := newLine(t.Context(), &config.Config{PIDFile: path}); err == nil || !strings.Contains(err.Error(), "UPR_PID_FILE: "+path+" cannot be written: ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
