package changelog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
)

// TestRestoreEverything damages a thing of each kind and restores it from the log.
func TestRestoreEverything(t *testing.T) {
	damages := map[string][]string{
		"sta": {`UPDATE states SET name_en = 'Nowhere', un_member = FALSE WHERE id = $1`, `DELETE FROM state_alias WHERE state_id = $1`},
		"grp": {`UPDATE state_groups SET name_fr = '' WHERE id = $1`, `UPDATE state_group_memberships SET to_date = '2020-01-01' WHERE group_id = $1`,
			`DELETE FROM state_group_memberships WHERE id = (SELECT MIN(id) FROM state_group_memberships WHERE group_id = $1)`},
		"ses": {`UPDATE sessions SET start_date = NULL WHERE id = $1`},
		"rev": {`UPDATE reviews SET date = '2011-11-11', session_id = (SELECT MAX(id) FROM sessions) WHERE id = $1`, `DELETE FROM troika_members WHERE review_id = $1`,
			`UPDATE documents SET status = 'WITHDRAWN' WHERE review_id = $1`},
		"iss": {`UPDATE issues SET name_en = 'Nothing' WHERE id = $1`, `DELETE FROM issue_labels WHERE issue_id = $1`},
		"act": {`UPDATE action_categories SET verbs = '[]' WHERE id = $1`},
		"aff": {`UPDATE affected_groups SET name_es = 'Nada' WHERE id = $1`},
		"sdg": {`UPDATE sdg_goals SET title_ar = '' WHERE id = $1`},
		"tgt": {`UPDATE sdg_targets SET goal_id = (SELECT MAX(id) FROM sdg_goals) WHERE id = $1`},
		"org": {`UPDATE organisations SET country_id = NULL, name = 'Nobody' WHERE id = $1`, `DELETE FROM organisation_links WHERE organisation_id = $1`},
		"prg": {`UPDATE programmes SET description_en = '' WHERE id = $1`, `DELETE FROM programme_goals WHERE programme_id = $1`, `DELETE FROM programme_states WHERE programme_id = $1`},
		"rec": {`UPDATE recommendations SET text = 'Nothing', recommending_state_id = NULL, action_category_id = NULL, status = 'WITHDRAWN' WHERE id = $1`,
			`UPDATE response_events SET status = 'WITHDRAWN' WHERE recommendation_id = $1`, `DELETE FROM issue_tags WHERE recommendation_id = $1`,
			`UPDATE sdg_tags SET rejected = TRUE WHERE recommendation_id = $1`},
		"plg": {`UPDATE pledges SET text = 'Nothing' WHERE id = $1`, `DELETE FROM affected_group_tags WHERE pledge_id = $1`},
	}
	tables := map[string]string{"sta": "states", "grp": "state_groups", "ses": "sessions", "rev": "reviews", "iss": "issues", "act": "action_categories",
		"aff": "affected_groups", "sdg": "sdg_goals", "tgt": "sdg_targets", "org": "organisations", "prg": "programmes", "rec": "recommendations", "plg": "pledges"}
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		before := export(t, db)
		for kind, statements := range damages {
			row := scan[int](t, db, `SELECT MIN(id) FROM `+tables[kind])
			write(t, db, func(tx *database.Tx, log *changelog.Log) error {
				log.Touch(kind, changelog.Correct, row)
				for _, statement := range statements {
					if err := exec(t.Context(), tx, statement, row); err != nil {
						return err
					}
				}
				return nil
			})
			damaged := scan[string](t, db, `SELECT node FROM change_entries WHERE id = (SELECT number FROM log_heads)`)
			write(t, db, func(_ *database.Tx, log *changelog.Log) error {
				log.Touch(kind, changelog.Restore, row)
				return log.RestoreTo(kind, row, before[damaged])
			})
			if diff := cmp.Diff(before, export(t, db)); diff != "" {
				t.Errorf("%s is not as before (-before +restored):\n%s", kind, diff)
			}
		}
		if diff := cmp.Diff(before, replay(t, db)); diff != "" {
			t.Errorf("replay:\n%s", diff)
		}
	})
}

func TestUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := filled(t, url)
		before := export(t, db)
		rec := scan[int](t, db, `SELECT MIN(id) FROM recommendations`)
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Correct, rec, rec+1, rec+2)
			return errors.Join(exec(t.Context(), tx, `UPDATE recommendations SET text = 'Nothing' WHERE id IN ($1, $2)`, rec, rec+1),
				exec(t.Context(), tx, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, rec+2))
		})
		change := scan[int](t, db, `SELECT MAX(id) FROM changes`)
		after := export(t, db)
		undo := func(change, want int) {
			t.Helper()
			write(t, db, func(_ *database.Tx, log *changelog.Log) error {
				n, err := log.Undo(change)
				if n != want {
					t.Errorf("%d things undone, want %d", n, want)
				}
				return err
			})
		}
		undo(change, 3)
		if diff := cmp.Diff(before, export(t, db)); diff != "" {
			t.Errorf("undone (-before +undone):\n%s", diff)
		}
		undo(scan[int](t, db, `SELECT MAX(id) FROM changes`), 3)
		if diff := cmp.Diff(after, export(t, db)); diff != "" {
			t.Errorf("the undoing undone (-after +redone):\n%s", diff)
		}
		write(t, db, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Correct, rec)
			return exec(t.Context(), tx, `UPDATE recommendations SET text = 'Something' WHERE id = $1`, rec)
		})
		_, err := changelog.Write(t.Context(), db, because, func(_ *database.Tx, log *changelog.Log) error {
			_, err := log.Undo(change)
			return err
		})
		if fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "1 of 3 things were changed since") {
			t.Errorf("undoing what was changed since: %v", err)
		}
		sample := scan[int](t, db, `SELECT MIN(id) FROM changes WHERE origin = 'SAMPLE'`)
		_, err = changelog.Write(t.Context(), db, because, func(_ *database.Tx, log *changelog.Log) error {
			_, err := log.Undo(sample)
			return err
		})
		if fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("undoing the sample: %v", err)
		}
	})
}
