package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// command runs a command that must succeed, and returns what it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}

func TestUsersAndKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		key, db := "--secret-key-file="+secretKeyFile(t), "--database-url="+url
		out := command(t, "user", "add", "Admin@example.org", "--name=Admin", "--role=ADMIN", "--role=OFFICER=state:EGY", key, db)
		if !regexp.MustCompile(`^usr_\w+ admin@example.org\npassword: \w{5}-\w{5}-\w{5}-\w{5}\n$`).MatchString(out) {
			t.Errorf("user add: %s", out)
		}
		for _, args := range [][]string{{"user", "add", "officer@example.org", "--name=Officer", "--role=OFFICER=state:XXX"}, {"user", "role", "admin@example.org", "REVIEWER=round:rnd_none"}} {
			if err := run(t.Context(), append(args, key, db), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), " is no ") {
				t.Errorf("%v: %v", args, err)
			}
		}
		command(t, "user", "add", "officer@example.org", "--name=Officer", "--role=OFFICER=state:KEN", key, db) // which was not made before
		command(t, "user", "role", "admin@example.org", "PARTNER", key, db)
		command(t, "user", "role", "admin@example.org", "OFFICER=state:EGY", "--revoke", key, db)
		if out := command(t, "user", "reset", "admin@example.org", key, db); !strings.HasPrefix(out, "password: ") {
			t.Errorf("user reset: %s", out)
		}
		id, secret, _ := strings.Cut(strings.TrimSpace(command(t, "key", "add", "admin@example.org", "--name=test", "--scopes=changes:read", key, db)), "\n")
		if !strings.HasPrefix(secret, "upr_") {
			t.Errorf("key add: %s", secret)
		}
		list := command(t, "key", "list", "admin@example.org", key, db)
		if !strings.Contains(list, id) || strings.Contains(list, secret) {
			t.Errorf("key list: %s", list)
		}
		command(t, "key", "revoke", id, key, db)
		command(t, "user", "disable", "admin@example.org", key, db)
		for sentence, args := range map[string][]string{
			"no user has the e-mail address": {"user", "reset", "nobody@example.org"},
			"KING is none":                   {"user", "role", "admin@example.org", "KING"},
			"belongs to another user":        {"user", "add", "admin@example.org", "--name=Again"},
			"was not granted":                {"user", "role", "admin@example.org", "EDITOR", "--revoke"},
			"no key of yours":                {"key", "revoke", "key_unknown"},
		} {
			if err := run(t.Context(), append(args, key, db), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), sentence) {
				t.Errorf("%v: %v", args, err)
			}
		}
	})
}

func TestSecretKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "upr.db")
	command(t, "user", "add", "a@example.org", "--name=A", "--database-url=sqlite:"+file)
	info, err := os.Stat(strings.TrimSuffix(file, ".db") + ".key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info, err)
	}
	err = run(t.Context(), []string{"user", "add", "a@example.org", "--name=A", "--database-url=postgres://localhost/upr"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "openssl rand -base64 32") {
		t.Errorf("PostgreSQL without a key: %v", err)
	}
}

// TestAKeyThatIsAway: no other key is made beside a database with secrets, which it would not open.
func TestAKeyThatIsAway(t *testing.T) {
	folder := t.TempDir()
	url, key := "sqlite:"+filepath.Join(folder, "upr.db"), filepath.Join(folder, "upr.key")
	add := func(email string) error {
		return run(t.Context(), []string{"user", "add", email, "--name=Ann", "--role=PARTNER", "--database-url=" + url}, io.Discard, io.Discard)
	}
	for _, email := range []string{"ann@example.org", "bob@example.org"} { // nothing is sealed yet
		if err := add(email); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(key); err != nil {
			t.Fatal(err)
		}
	}
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.SQL.Exec(`UPDATE users SET totp_secret = $1`, []byte("sealed"))
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	if err := add("eve@example.org"); err == nil || !strings.Contains(err.Error(), "put the file back") {
		t.Errorf("without the key: %v", err)
	}
	if _, err := os.Stat(key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another key is made: %v", err)
	}
}
