package slice

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	sqldialect "entgo.io/ent/dialect"

	"github.com/upr-info/upr/ent/changeentry"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/record"
)

// redacted stands for texts that were taken away from what was kept.
const redacted = "[redacted]"

func init() { //nolint:gochecknoinits // what is kept hears of every redaction
	changelog.OnRedact(redactKept)
}

// holdKept has slices that are pinned and redactions wait for each other, or a slice could keep what a
// redaction that goes on at the same time takes away. On SQLite the transaction itself does.
func holdKept(ctx context.Context, tx *database.Tx) error {
	if tx.Dialect != sqldialect.Postgres {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "LOCK TABLE slice_contents IN SHARE ROW EXCLUSIVE MODE"); err != nil {
		return fmt.Errorf("wait for what is kept: %w", err)
	}
	return nil
}

// redactKept takes the texts of a thing out of all that was kept, in the transaction of the
// redaction. Rows stay, with their keys and what they refer to.
func redactKept(ctx context.Context, tx *database.Tx, node string) error {
	ctx = asProgram(ctx)
	if err := holdKept(ctx, tx); err != nil {
		return err
	}
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

// redactedSince are the things that were redacted after a version, from which something is about to be kept.
func redactedSince(ctx context.Context, tx *database.Tx, v record.Version) ([]string, error) {
	if err := holdKept(ctx, tx); err != nil {
		return nil, err
	}
	nodes, err := tx.Ent.ChangeEntry.Query().Where(changeentry.VersionGT(v.Number), changeentry.Operation(string(changelog.Redact))).Unique(true).Select(changeentry.FieldNode).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("find what was redacted: %w", err)
	}
	return nodes, nil
}

// redact takes the texts of things out of rows that are about to be kept.
func (k *kept) redact(nodes []string) error {
	for _, node := range nodes {
		body, digest, changed, err := withoutTexts(k.body, node)
		if err != nil {
			return err
		}
		if changed {
			k.body, k.digest = body, digest
		}
	}
	return nil
}

func withoutTexts(body []byte, node string) (_ []byte, digest string, changed bool, err error) {
	var out bytes.Buffer
	packed, sum := gzip.NewWriter(&out), sha256.New()
	to := io.MultiWriter(packed, sum)
	quoted := appendText(nil, node)
	err = eachKept(body, func(line []byte, object map[string]json.RawMessage) (bool, error) {
		if bytes.Contains(line, quoted) { // as its id, or as that of what it belongs to
			changed = true
			if line, err = blank(line, bytes.Equal(object["id"], quoted)); err != nil {
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

// own are columns that tell of the thing itself who or what it is, and what is left of them. They stay in
// rows of what belongs to it, or refers to it, where they tell of something else.
var own = map[string]string{
	"name": `"` + redacted + `"`, "title": `"` + redacted + `"`, "function": `"` + redacted + `"`, "organisation_name": `"` + redacted + `"`, "sha256": `"` + redacted + `"`,
	"organisation_id": "null", "mission_count": "null", "issue": "null", "sdg_target": "null", "addressed_state": "null",
	"missions": "[]", "taken_up_by": "[]", "former_names": "[]",
}

func blank(line []byte, itself bool) ([]byte, error) {
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
		if string(value) != "null" {
			left, tells := own[name.(string)]
			switch {
			case slices.Contains(free, name.(string)):
				value = appendText(nil, redacted)
			case itself && tells:
				value = json.RawMessage(left)
			}
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(appendText(b, name.(string)), ':'), value...)
	}
	return append(b, '}', '\n'), nil
}
