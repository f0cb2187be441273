package slice

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"github.com/upr-info/upr/internal/fault"
)

const (
	stateFile = "upr-pull.json"
	lockFile  = "upr-pull.lock"
	// unfinished begins the names of files that are being written.
	unfinished = ".upr-"
)

// alone keeps others from bringing the same folder up to date, and takes away what was being written
// when one was killed: it may have what is redacted by now.
func (c Copy) alone() (leave func(), err error) {
	lock := flock.New(filepath.Join(c.Folder, lockFile))
	switch locked, err := lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("lock the folder: %w", err)
	case !locked:
		return nil, fault.Conflict("another upr pull is at work in %s: let it end, or take another folder", c.Folder)
	}
	leave = func() { _ = lock.Unlock() }
	files, err := os.ReadDir(c.Folder)
	for _, file := range files {
		if strings.HasPrefix(file.Name(), unfinished) && file.Type().IsRegular() {
			err = errors.Join(err, os.Remove(filepath.Join(c.Folder, file.Name())))
		}
	}
	if err != nil {
		leave()
		return nil, fmt.Errorf("take away what was not finished: %w", err)
	}
	return leave, nil
}

// state is what a copy knows of itself.
type state struct {
	Server string          `json:"server"`
	Cursor string          `json:"cursor"`
	Files  map[string]mark `json:"files"` // by kind, as they were left
	// Writing are those that are being replaced: each may be as it was, or as it is to be.
	Writing map[string]mark `json:"writing,omitempty"`
}

// mark tells whether a file is as it was left.
type mark struct {
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

func markOf(text []byte) mark {
	sum := sha256.Sum256(text)
	return mark{len(text), hex.EncodeToString(sum[:])}
}

func (c Copy) state() (*state, error) {
	s := &state{Server: c.Server, Files: map[string]mark{}}
	text, err := os.ReadFile(filepath.Join(c.Folder, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read; delete it to begin anew: %w", stateFile, err)
	}
	if strings.TrimRight(s.Server, "/") != strings.TrimRight(c.Server, "/") {
		return nil, fmt.Errorf("the folder is a copy of %s, not of %s: take another one", s.Server, c.Server)
	}
	return s, c.settle(s)
}

// settle finds out how far the writing of files came that did not come to its end.
func (c Copy) settle(s *state) error {
	for kind, next := range s.Writing {
		m, err := c.mark(kind)
		if err != nil {
			return err
		}
		if m != nil && *m == next {
			s.Files[kind] = next
		}
	}
	s.Writing = nil
	return nil
}

// mark is that of a kind's file as it is; nil: there is none.
func (c Copy) mark(kind string) (*mark, error) {
	text, err := os.ReadFile(filepath.Join(c.Folder, nameOfFile(kind)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	m := markOf(text)
	return &m, nil
}

func (c Copy) save(s *state) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return c.write(stateFile, append(text, '\n'))
}

func (c Copy) write(name string, text []byte) error {
	path := filepath.Join(c.Folder, name)
	file, err := os.CreateTemp(c.Folder, unfinished)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close()) //nolint:gosec // public data
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// objects are the lines of one kind by id.
type objects map[string]json.RawMessage

func nameOfFile(kind string) string { return kind + ".ndjson" }

// read returns what a file has that was left; nothing of a kind that the copy has not had.
func (c Copy) read(s *state, kind string) (objects, error) {
	all := objects{}
	if _, known := s.Files[kind]; !known {
		return all, nil
	}
	text, err := os.ReadFile(filepath.Join(c.Folder, nameOfFile(kind)))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	if s.Files[kind] != markOf(text) {
		return nil, fmt.Errorf("%s was changed meanwhile: try again", nameOfFile(kind))
	}
	for line := range bytes.Lines(text) {
		var object struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(line, &object); err != nil {
			return nil, fmt.Errorf("read %s: %w", nameOfFile(kind), err)
		}
		all[object.ID] = json.RawMessage(bytes.TrimSuffix(line, []byte("\n")))
	}
	return all, nil
}

// setAside keeps a file that somebody else has written beside what is going to take its place, and
// returns its new name.
func (c Copy) setAside(kind string, m mark) (string, error) {
	aside := nameOfFile(kind) + ".changed-" + m.SHA256[:8]
	if err := os.Rename(filepath.Join(c.Folder, nameOfFile(kind)), filepath.Join(c.Folder, aside)); err != nil {
		return "", fmt.Errorf("keep %s: %w", nameOfFile(kind), err)
	}
	return aside, nil
}

// damaged sets aside what is not as it was left, and returns the kinds, with a sentence about each.
func (c Copy) damaged(s *state) (kinds, said []string, err error) {
	for _, kind := range slices.Sorted(maps.Keys(s.Files)) {
		m, err := c.mark(kind)
		if err != nil {
			return nil, said, err
		}
		if m == nil {
			kinds, said = append(kinds, kind), append(said, nameOfFile(kind)+" was missing: it is taken anew")
			continue
		}
		if *m == s.Files[kind] {
			continue
		}
		aside, err := c.setAside(kind, *m)
		if err != nil {
			return nil, said, err
		}
		kinds, said = append(kinds, kind), append(said, fmt.Sprintf("%s was changed or cut off: it is taken anew, and what it was is kept as %s", nameOfFile(kind), aside))
	}
	return kinds, said, nil
}

// replace writes kinds as they are now, and how far the copy has come. What is going to be written
// is told before, so that a crash in between does not look like somebody's changes.
func (c Copy) replace(s *state, kinds map[string]objects, cursor string) (said []string, err error) {
	texts := map[string][]byte{}
	s.Writing = map[string]mark{}
	for kind, all := range kinds {
		var text bytes.Buffer
		for _, id := range slices.Sorted(maps.Keys(all)) {
			text.Write(all[id])
			text.WriteByte('\n')
		}
		texts[kind], s.Writing[kind] = text.Bytes(), markOf(text.Bytes())
	}
	if len(kinds) > 0 {
		if err := c.save(s); err != nil {
			return nil, err
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(texts)) {
		m, err := c.mark(kind)
		if err != nil {
			return said, err
		}
		if m != nil && *m != s.Files[kind] {
			aside, err := c.setAside(kind, *m)
			if err != nil {
				return said, err
			}
			said = append(said, fmt.Sprintf("%s was written by somebody else: it is kept as %s", nameOfFile(kind), aside))
		}
		if err := c.write(nameOfFile(kind), texts[kind]); err != nil {
			return said, err
		}
		s.Files[kind] = s.Writing[kind]
	}
	s.Cursor, s.Writing = cursor, nil
	return said, c.save(s)
}
