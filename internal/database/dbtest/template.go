package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Template is what many tests begin with. It is made once in a test binary, of each kind,
// and copied for every test.
type Template struct {
	fill     func(ctx context.Context, address string) error
	sqlite   func() ([]byte, error)
	postgres func() (name string, err error)
}

// NewTemplate has what fill writes to an empty database, which it must close.
func NewTemplate(fill func(ctx context.Context, address string) error) *Template {
	t := &Template{fill: fill}
	t.sqlite = sync.OnceValues(t.makeSQLite)
	t.postgres = sync.OnceValues(t.makePostgres)
	return t
}

// Into copies the template over an empty database that this package gave.
func (t *Template) Into(tb testing.TB, address string) {
	tb.Helper()
	if err := t.into(tb.Context(), address); err != nil {
		tb.Fatalf("copy what the test begins with: %v", err)
	}
}

func (t *Template) into(ctx context.Context, address string) error {
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		content, err := t.sqlite()
		if err != nil {
			return err
		}
		return os.WriteFile(file, content, 0o600)
	}
	if !throwAway() {
		return t.fill(ctx, address) // a template would stay on the server
	}
	template, err := t.postgres()
	if err != nil {
		return err
	}
	own, err := server()
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if err := dropDatabase(own, address); err != nil {
		return err
	}
	return copyDatabase(own, template, path.Base(u.Path))
}

func (t *Template) makeSQLite() ([]byte, error) {
	folder, err := os.MkdirTemp("", "upr-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "upr.db")
	if err := t.fill(context.Background(), "sqlite:"+file); err != nil {
		return nil, err
	}
	if left, err := os.Stat(file + "-wal"); err == nil && left.Size() > 0 {
		return nil, fmt.Errorf("%s is not closed", file)
	}
	return os.ReadFile(file)
}

func (t *Template) makePostgres() (string, error) {
	own, err := server()
	if err != nil {
		return "", err
	}
	address, err := createDatabase(own)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return path.Base(u.Path), t.fill(context.Background(), address)
}
