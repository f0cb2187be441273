package changelog_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
)

// filled is a database with the lists and a small sample.
func filled(t *testing.T, url string) *database.DB {
	t.Helper()
	db := sampletest.Filled(t, url, 300)
	return db
}

var because = changelog.Because{Actor: "usr_test", Origin: changelog.Desk, Reason: "for the test"}

func write(t *testing.T, db *database.DB, fn func(tx *database.Tx, log *changelog.Log) error) changelog.Head {
	t.Helper()
	head, err := changelog.Write(t.Context(), db, because, fn)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func exec(ctx context.Context, tx *database.Tx, query string, args ...any) error {
	_, err := tx.ExecContext(ctx, query, args...)
	return err
}

func scan[T any](t *testing.T, db *database.DB, query string, args ...any) (value T) {
	t.Helper()
	if err := db.SQL.QueryRow(query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// replay applies the public part of the log from zero, as a partner does.
func replay(t *testing.T, db *database.DB) map[string]string {
	t.Helper()
	seen, version := map[string]string{}, int64(0)
	for {
		entries, err := changelog.Since(t.Context(), db.SQL, version, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Version != version+1 {
				t.Fatalf("version %d comes after %d", e.Version, version)
			}
			version = e.Version
			switch {
			case e.Redacted: // its later entry says what readers see
			case e.Projection == nil:
				delete(seen, e.Node)
			default:
				seen[e.Node] = *e.Projection
			}
		}
		if len(entries) == 0 {
			return seen
		}
	}
}

func export(t *testing.T, db *database.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := changelog.Export(t.Context(), db.SQL, func(node string, projection []byte) error {
		all[node] = string(bytes.Clone(projection))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestReplayGivesTheSameExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		if diff := cmp.Diff(export(t, db), replay(t, db)); diff != "" {
			t.Fatalf("after the sample (-export +replay):\n%s", diff)
		}
		ctx := t.Context()
		rec := scan[int](t, db, `SELECT MIN(id) FROM recommendations`)
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Correct, rec)
			return exec(ctx, tx, `UPDATE recommendations SET text = 'Corrected <&> "text"' WHERE id = $1`, rec)
		})
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Withdraw, rec+1)
			return exec(ctx, tx, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, rec+1)
		})
		review := scan[int](t, db, `SELECT d.review_id FROM documents d JOIN response_events e ON e.document_id = d.id LIMIT 1`)
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Review, changelog.Correct, review)
			return exec(ctx, tx, `UPDATE documents SET symbol = symbol || '/Corr.1' WHERE review_id = $1`, review)
		})
		got := replay(t, db)
		if diff := cmp.Diff(export(t, db), got); diff != "" {
			t.Errorf("after edits (-export +replay):\n%s", diff)
		}
		text, named := 0, 0
		for node, projection := range got {
			if strings.Contains(projection, `"text":"Corrected <&> \"text\""`) {
				text++
			}
			if strings.HasPrefix(node, "rec_") && strings.Contains(projection, "/Corr.1") {
				named++
			}
		}
		if text != 1 || named == 0 {
			t.Errorf("%d corrected texts, want 1; %d recommendations name the corrected document, want some", text, named)
		}
	})
}

// A draft moves no version, and its values are not in the log.
// TestStatementsFollowTheirReview hides a review and shows it again: the log says of each of
// its recommendations and pledges that readers do not see it, and then that they do.
func TestStatementsFollowTheirReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		review := scan[int](t, db, `SELECT review_id FROM pledges p WHERE EXISTS (SELECT 1 FROM recommendations r WHERE r.review_id = p.review_id) ORDER BY id LIMIT 1`)
		before := replay(t, db)
		for _, status := range []string{"WITHDRAWN", "PUBLISHED"} {
			write(t, db, func(tx *database.Tx, log *changelog.Log) error {
				log.Touch(changelog.Review, changelog.Correct, review)
				return exec(t.Context(), tx, `UPDATE reviews SET status = $1 WHERE id = $2`, status, review)
			})
			if diff := cmp.Diff(export(t, db), replay(t, db)); diff != "" {
				t.Errorf("%s (-export +replay):\n%s", status, diff)
			}
			if gone := len(before) - len(replay(t, db)); (status == "WITHDRAWN") != (gone >= 3) {
				t.Errorf("%s: %d things are gone", status, gone)
			}
		}
	})
}

func TestPrivateChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		ctx := t.Context()
		rec := scan[int](t, db, `SELECT MIN(id) FROM recommendations`)
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Withdraw, rec)
			return exec(ctx, tx, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, rec)
		})
		before, _ := changelog.ReadHead(ctx, db.SQL)
		after := write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Correct, rec)
			log.Note("usr_1", "CREATE")
			return exec(ctx, tx, `UPDATE recommendations SET text = 'Zyxwv plan' WHERE id = $1`, rec)
		})
		if after.Version != before.Version || after.Number != before.Number+2 {
			t.Errorf("from %+v to %+v", before, after)
		}
		if n := scan[int](t, db, `SELECT COUNT(*) FROM change_entries WHERE projection LIKE '%Zyxwv%'`); n != 0 {
			t.Errorf("the text of a draft is in the log")
		}
	})
}

func TestRollBackLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		before, _ := changelog.ReadHead(t.Context(), db.SQL)
		wrong := errors.New("on purpose")
		_, err := changelog.Write(t.Context(), db, because, func(_ *database.Tx, log *changelog.Log) error {
			log.Note("usr_1", "CREATE")
			return wrong
		})
		if after, _ := changelog.ReadHead(t.Context(), db.SQL); !errors.Is(err, wrong) || after != before {
			t.Errorf("%v; from %+v to %+v", err, before, after)
		}
	})
}

// TestWritersLeaveNoGap has 8 writers change the same few recommendations and their tags.
func TestWritersLeaveNoGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		first := scan[int](t, db, `SELECT MIN(id) FROM recommendations`)
		var wait sync.WaitGroup
		for writer := range 8 {
			wait.Go(func() {
				for i := range 20 {
					_, err := changelog.Write(t.Context(), db, because, func(tx *database.Tx, log *changelog.Log) error {
						rec := first + (writer+i)%3
						log.Touch(changelog.Recommendation, changelog.Tag, rec)
						return exec(t.Context(), tx, `INSERT INTO issue_tags (recommendation_id, issue_id, source, method, confidence)
							VALUES ($1, (SELECT MIN(id) FROM issues), $2, 'CURATED', 1)`, rec, fmt.Sprintf("writer %d.%d", writer, i))
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wait.Wait()
		if diff := cmp.Diff(export(t, db), replay(t, db)); diff != "" {
			t.Errorf("the log lost a change (-export +replay):\n%s", diff)
		}
		head, _ := changelog.ReadHead(t.Context(), db.SQL)
		if n := scan[int64](t, db, `SELECT COUNT(*) FROM change_entries`); n != head.Number {
			t.Errorf("%d entries, the last has the number %d", n, head.Number)
		}
	})
}

func TestRedaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		ctx := t.Context()
		rec := scan[int](t, db, `SELECT MIN(id) FROM recommendations`)
		uid := scan[string](t, db, `SELECT uid FROM recommendations WHERE id = $1`, rec)
		for _, text := range []string{"names Jane Doe", "names nobody"} {
			write(t, db, func(tx *database.Tx, log *changelog.Log) error {
				log.Touch(changelog.Recommendation, changelog.Correct, rec)
				return exec(ctx, tx, `UPDATE recommendations SET text = $1 WHERE id = $2`, text, rec)
			})
		}
		before, _ := changelog.ReadHead(ctx, db.SQL)
		after := write(t, db, func(_ *database.Tx, log *changelog.Log) error { return log.Redact(uid) })
		if after.Version != before.Version+1 {
			t.Errorf("from %+v to %+v, want one version more", before, after)
		}
		if n := scan[int](t, db, `SELECT COUNT(*) FROM change_entries WHERE projection LIKE '%Jane%'`); n != 0 {
			t.Error("the name is still in the log")
		}
		if n := scan[int](t, db, `SELECT COUNT(*) FROM changes c JOIN change_entries e ON e.change_id = c.id WHERE e.node = $1 AND c.origin = 'DESK' AND c.reason <> ''`, uid); n != 1 {
			t.Errorf("%d reasons are left, want the redaction's own", n)
		}
		if diff := cmp.Diff(export(t, db), replay(t, db)); diff != "" {
			t.Errorf("replay (-export +replay):\n%s", diff)
		}
		exported := export(t, db)
		redaction := scan[int](t, db, `SELECT MAX(id) FROM changes`)
		_, err := changelog.Write(ctx, db, because, func(_ *database.Tx, log *changelog.Log) error {
			_, err := log.Undo(redaction)
			return err
		})
		if diff := cmp.Diff(exported, export(t, db)); fault.CodeOf(err) != fault.CodeConflict || diff != "" {
			t.Errorf("undoing a redaction: %v\n%s", err, diff)
		}
	})
}

// A database that is older than the change log begins it with what is there.
func TestLogOfAnOlderDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		for _, table := range []string{"change_entries", "changes", "log_heads"} {
			if _, err := db.SQL.Exec("DELETE FROM " + table); err != nil {
				t.Fatal(err)
			}
		}
		write(t, db, func(*database.Tx, *changelog.Log) error { return nil })
		if diff := cmp.Diff(export(t, db), replay(t, db)); diff != "" {
			t.Errorf("replay (-export +replay):\n%s", diff)
		}
	})
}
