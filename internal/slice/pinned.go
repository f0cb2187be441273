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
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/savedslice"
	"github.com/upr-info/upr/ent/slicecontent"
	"github.com/upr-info/upr/ent/slicepart"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// kept are the rows of a pinned slice, as they are kept.
type kept struct {
	version, digest string
	count, whole    int // whole: of the kind in the record
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
	return &kept{version: t.Version.String(), digest: hex.EncodeToString(sum.Sum(nil)), count: t.Count, synthetic: t.Synthetic, published: t.Published, body: body.Bytes()}, nil
}

func (k *kept) save(ctx context.Context, tx *database.Tx) (int, error) {
	row, err := tx.Ent.SliceContent.Create().SetDigest(k.digest).SetBody(k.body).SetCount(k.count).SetSynthetic(k.synthetic).SetPublishedAt(k.published).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("keep the rows: %w", err)
	}
	return row.ID, nil
}

// keptPart is a list of the package of a pinned slice.
type keptPart struct {
	kind string
	*kept
}

// maxPackaged is how many rows the lists of a package may have that are kept beside those of a slice.
const maxPackaged = 500_000

// keepParts writes the lists that the package of a table has beside it, so that what its rows
// name is there as it was; none, where they are too long.
func keepParts(t *Table) (parts []keptPart, err error) {
	tables, err := t.packaged()
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, list := range tables[1:] {
		rows += list.Count
	}
	if rows > maxPackaged {
		return nil, nil
	}
	for _, list := range tables[1:] {
		k, err := keep(list)
		if err != nil {
			return nil, err
		}
		parts = append(parts, keptPart{list.Question.Kind.Name, k})
	}
	return parts, nil
}

// save keeps a list for a slice, once for all slices of which it is the same.
func (k keptPart) save(ctx context.Context, tx *database.Tx, slice int) error {
	content, err := tx.Ent.SliceContent.Query().Where(slicecontent.Digest(k.digest)).Order(ent.Asc(slicecontent.FieldID)).FirstID(ctx)
	if ent.IsNotFound(err) {
		content, err = k.kept.save(ctx, tx)
	}
	if err != nil {
		return fmt.Errorf("keep the list of %s: %w", k.kind, err)
	}
	if err := tx.Ent.SlicePart.Create().SetSliceID(slice).SetContentID(content).SetKind(k.kind).Exec(ctx); err != nil {
		return fmt.Errorf("keep the list of %s: %w", k.kind, err)
	}
	return nil
}

// content reads rows that were kept.
func (s *Service) content(ctx context.Context, id int) (*ent.SliceContent, error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	row, err := s.db.Ent.SliceContent.Get(asProgram(ctx), id)
	if err != nil {
		return nil, fmt.Errorf("read what was kept: %w", err)
	}
	return row, nil
}

// parts returns the lists of the package of a pinned slice, in the order in which they were kept,
// and their digests. Returns Invalid where there are none.
func (s *Service) parts(ctx context.Context, saved *Saved, t *Table) (digests string, err error) {
	asking, cancel := database.Patient(ctx)
	defer cancel()
	rows, err := s.db.Ent.SlicePart.Query().Where(slicepart.HasSliceWith(savedslice.UID(saved.ID))).Order(ent.Asc(slicepart.FieldID)).
		WithContent(func(q *ent.SliceContentQuery) {
			q.Select(slicecontent.FieldDigest, slicecontent.FieldCount, slicecontent.FieldSynthetic, slicecontent.FieldPublishedAt)
		}).All(asProgram(asking))
	if err != nil {
		return "", fmt.Errorf("read what was kept: %w", err)
	}
	if len(rows) == 0 {
		return "", fault.Invalid("", "the lists that the rows of this slice name were not kept: it was pinned before they were, or they have more than %d rows; take csv, or pin it anew", maxPackaged)
	}
	t.parts = []*Table{}
	for _, row := range rows {
		k, err := Find(row.Kind)
		if err != nil {
			return "", err
		}
		content := row.Edges.Content
		part := &Table{Question: t.partQuestion(k), Count: content.Count, Version: t.Version, Published: t.Published, Synthetic: content.Synthetic, About: s.about, failed: new(error)}
		s.readKept(ctx, part, false, func() ([]byte, error) {
			whole, err := s.content(ctx, content.ID)
			if err != nil {
				return nil, err
			}
			return whole.Body, nil
		})
		t.parts = append(t.parts, part)
		digests += content.Digest
	}
	return digests, nil
}

// pinned answers a slice from what was kept, in the columns that a format can have.
func (s *Service) pinned(ctx context.Context, saved *Saved, q *Question, lists bool) (t *Table, digest string, err error) {
	row, err := s.content(ctx, saved.content)
	if err != nil {
		return nil, "", err
	}
	epoch, number, _ := strings.Cut(*saved.Version, ".")
	t = &Table{Question: q, Count: row.Count, Published: row.PublishedAt.UTC(), Synthetic: row.Synthetic, About: s.about, Version: record.Version{Epoch: epoch}, link: saved.URL(), whole: saved.whole, failed: new(error)}
	if _, err := fmt.Sscan(number, &t.Version.Number); err != nil {
		return nil, "", fmt.Errorf("read what was kept: %w", err)
	}
	s.readKept(ctx, t, lists, func() ([]byte, error) { return row.Body, nil })
	return t, row.Digest, nil
}

// readKept lets a table read its rows from what was kept, in the columns that a format can have.
func (s *Service) readKept(ctx context.Context, t *Table, lists bool, body func() ([]byte, error)) {
	for _, p := range t.Question.chosen(lists) {
		t.Columns = append(t.Columns, t.Question.Kind.Columns[p])
	}
	t.Rows = func(yield func([]Cell) bool) {
		packed, err := body()
		if err != nil {
			*t.failed = err
			return
		}
		cells := make([]Cell, len(t.Columns))
		*t.failed = eachKept(packed, func(_ []byte, object map[string]json.RawMessage) (bool, error) {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			for i, c := range t.Columns {
				if cells[i], err = cellOf(c.Type, object[c.Name]); err != nil {
					return false, fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			return yield(cells), nil
		})
	}
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
