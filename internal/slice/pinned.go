package slice

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/record"
)

// kept are the rows of a pinned slice, as they are kept.
type kept struct {
	version, digest string
	count           int
	synthetic       bool
	published       time.Time
	body            []byte
}

// keep writes the rows of a table, with its lists.
func keep(t *Table) (*kept, error) {
	var body bytes.Buffer
	packed, sum := gzip.NewWriter(&body), sha256.New()
	if err := writeNDJSON(io.MultiWriter(packed, sum), t); err != nil {
		return nil, err
	}
	if err := packed.Close(); err != nil {
		return nil, err
	}
	return &kept{t.Version.String(), hex.EncodeToString(sum.Sum(nil)), t.Count, t.Synthetic, t.Published, body.Bytes()}, nil
}

func (k *kept) save(ctx context.Context, tx *database.Tx) (int, error) {
	row, err := tx.Ent.SliceContent.Create().SetDigest(k.digest).SetBody(k.body).SetCount(k.count).SetSynthetic(k.synthetic).SetPublishedAt(k.published).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("keep the rows: %w", err)
	}
	return row.ID, nil
}

// pinned answers a slice from what was kept, in the columns that a format can have.
func (s *Service) pinned(ctx context.Context, saved *Saved, q *Question, lists bool) (t *Table, digest string, err error) {
	row, err := s.db.Ent.SliceContent.Get(asProgram(ctx), saved.content)
	if err != nil {
		return nil, "", fmt.Errorf("read what was kept: %w", err)
	}
	epoch, number, _ := strings.Cut(*saved.Version, ".")
	t = &Table{Question: q, Count: row.Count, Published: row.PublishedAt.UTC(), Synthetic: row.Synthetic, About: s.about, Version: record.Version{Epoch: epoch}, link: saved.URL(), failed: new(error)}
	if _, err := fmt.Sscan(number, &t.Version.Number); err != nil {
		return nil, "", fmt.Errorf("read what was kept: %w", err)
	}
	for _, p := range q.chosen(lists) {
		t.Columns = append(t.Columns, q.Kind.Columns[p])
	}
	t.Rows = func(yield func([]Cell) bool) {
		cells := make([]Cell, len(t.Columns))
		*t.failed = eachKept(row.Body, func(_ []byte, object map[string]json.RawMessage) (bool, error) {
			for i, c := range t.Columns {
				if cells[i], err = cellOf(c.Type, object[c.Name]); err != nil {
					return false, fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			return yield(cells), nil
		})
	}
	return t, row.Digest, nil
}

// eachKept reads rows until fn has enough.
func eachKept(body []byte, fn func(line []byte, object map[string]json.RawMessage) (more bool, err error)) error {
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("read what was kept: %w", err)
	}
	for in := bufio.NewReaderSize(unpacked, bufferSize); ; {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what was kept: %w", err)
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(line, &object); err != nil {
			return fmt.Errorf("read what was kept: %w", err)
		}
		if more, err := fn(line, object); err != nil || !more {
			return err
		}
	}
}

func cellOf(as Type, raw json.RawMessage) (c Cell, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return Cell{Null: true}, nil
	}
	switch as {
	case Integer:
		err = json.Unmarshal(raw, &c.Integer)
	case Number:
		err = json.Unmarshal(raw, &c.Number)
	case Boolean:
		err = json.Unmarshal(raw, &c.Boolean)
	case DateTime:
		err = json.Unmarshal(raw, &c.Time)
	case List:
		err = json.Unmarshal(raw, &c.List)
	default:
		err = json.Unmarshal(raw, &c.Text)
	}
	return c, err
}

// redacted stands for texts that were taken away from what was kept.
const redacted = "[redacted]"

func init() { //nolint:gochecknoinits // what is kept hears of every redaction
	changelog.OnRedact(redactKept)
}

// redactKept takes the texts of a thing out of all that was kept, in the transaction of the
// redaction. Rows stay, with their keys and what they refer to.
func redactKept(ctx context.Context, tx *database.Tx, node string) error {
	ctx = asProgram(ctx)
	ids, err := tx.Ent.SliceContent.Query().IDs(ctx)
	if err != nil {
		return fmt.Errorf("list what was kept: %w", err)
	}
	for _, id := range ids {
		row, err := tx.Ent.SliceContent.Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read what was kept: %w", err)
		}
		body, digest, changed, err := withoutTexts(row.Body, node)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := tx.Ent.SliceContent.UpdateOneID(id).SetBody(body).SetDigest(digest).Exec(ctx); err != nil {
			return fmt.Errorf("redact what was kept: %w", err)
		}
	}
	return nil
}

func withoutTexts(body []byte, node string) (_ []byte, digest string, changed bool, err error) {
	var out bytes.Buffer
	packed, sum := gzip.NewWriter(&out), sha256.New()
	to := io.MultiWriter(packed, sum)
	quoted := appendText(nil, node)
	err = eachKept(body, func(line []byte, _ map[string]json.RawMessage) (bool, error) {
		if bytes.Contains(line, quoted) { // as its id, or as that of what it belongs to
			changed = true
			if line, err = blank(line); err != nil {
				return false, err
			}
		}
		_, err := to.Write(line)
		return true, err
	})
	if err == nil {
		err = packed.Close()
	}
	return out.Bytes(), hex.EncodeToString(sum.Sum(nil)), changed, err
}

// free are columns in which people write what they like: all texts that are neither codes nor
// ids nor names of what the row refers to.
var free = []string{"text", "number", "source_word", "source_file", "alias", "label", "description", "definition", "formal_name", "url"}

func blank(line []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	b := []byte{'{'}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		if slices.Contains(free, name.(string)) && string(value) != "null" {
			value = appendText(nil, redacted)
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(appendText(b, name.(string)), ':'), value...)
	}
	return append(b, '}', '\n'), nil
}
