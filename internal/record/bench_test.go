package record_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/sampletest"
)

// recommendations is the size that the goals are set for.
const recommendations = 110_000

func BenchmarkLoad(b *testing.B) {
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(b), "postgres": dbtest.Postgres(b)} {
		b.Run(name, func(b *testing.B) {
			db := filled(b, url)
			for b.Loop() {
				if _, err := record.Load(b.Context(), db, time.Now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCatchUp measures how long the record takes to follow a change that was just
// made: what whoever made it waits for, once it is written.
func BenchmarkCatchUp(b *testing.B) {
	published := `SELECT id FROM recommendations WHERE status = 'PUBLISHED' AND id % 1000 = $1`
	reviews := `SELECT id FROM reviews WHERE status = 'PUBLISHED' AND id % 100 = $1 % 100`
	edits := []struct{ name, kind, rows, query string }{
		{"text", changelog.Recommendation, published, `UPDATE recommendations SET text = 'Ratify the convention against torture without further delay ' || id WHERE id = $1`},
		{"tags", changelog.Recommendation, published, `UPDATE issue_tags SET rejected = NOT rejected WHERE recommendation_id = $1`},
		{"withdraw", changelog.Recommendation, published, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`},
		{"restore", changelog.Recommendation, `SELECT id FROM recommendations WHERE status = 'WITHDRAWN' AND $1 >= 0`, `UPDATE recommendations SET status = 'PUBLISHED' WHERE id = $1`},
		{"move", changelog.Recommendation, published, `UPDATE recommendations SET source_row = source_row + 1 WHERE id = $1`},
		{"date of a review", changelog.Review, reviews, `UPDATE reviews SET date = '2011-11-11' WHERE id = $1`},
		{"session of a review", changelog.Review, reviews, `UPDATE reviews SET session_id = (SELECT MAX(id) FROM sessions) WHERE id = $1`},
		{"withdraw a review", changelog.Review, reviews, `UPDATE reviews SET status = 'WITHDRAWN' WHERE id = $1`},
		{"restore a review", changelog.Review, `SELECT id FROM reviews WHERE status = 'WITHDRAWN' AND $1 >= 0`, `UPDATE reviews SET status = 'PUBLISHED' WHERE id = $1`},
		{"document", changelog.Review, reviews, `UPDATE documents SET symbol = symbol || '/x' WHERE review_id = $1`},
		{"issue", changelog.Issue, `SELECT id FROM issues WHERE id % 50 = $1 % 50`, `UPDATE issues SET name_en = name_en || '.' WHERE id = $1`},
		{"group", changelog.Group, `SELECT id FROM state_groups WHERE id % 10 = $1 % 10`, `UPDATE state_groups SET name_en = name_en || '.' WHERE id = $1`},
		{"membership", changelog.Group, `SELECT id FROM state_groups WHERE id % 10 = $1 % 10`,
			`UPDATE state_group_memberships SET from_date = '2014-01-01' WHERE id = (SELECT MAX(id) FROM state_group_memberships WHERE group_id = $1)`},
	}
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(b), "postgres": dbtest.Postgres(b)} {
		db := filled(b, url)
		r, err := record.Open(b.Context(), db, time.Now)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, e := range edits {
			b.Run(name+"/"+e.name, func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					n++
					_, err := changelog.Write(b.Context(), db, changelog.Because{Actor: "usr_bench", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
						var row int
						if err := tx.QueryRowContext(b.Context(), e.rows+" ORDER BY id LIMIT 1", n%1000).Scan(&row); err != nil {
							return err
						}
						log.Touch(e.kind, changelog.Correct, row)
						_, err := tx.ExecContext(b.Context(), e.query, row)
						return err
					})
					if err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					if err := r.CatchUp(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(name+"/import of 3000", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				imported(b, db, 3000)
				b.StartTimer()
				if err := r.CatchUp(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// imported publishes recommendations that are not in the record yet, as an import does.
func imported(b *testing.B, db *database.DB, size int) {
	b.Helper()
	_, err := changelog.Write(b.Context(), db, changelog.Because{Actor: "program:import", Origin: changelog.Import}, func(tx *database.Tx, log *changelog.Log) error {
		for _, query := range []string{
			`INSERT INTO recommendations (uid, text, number, review_id, recommending_state_id, action_category_id, run_id, source_row, status)
				SELECT uid || '_' || (SELECT COUNT(*) FROM recommendations), text || ' again', number, review_id, recommending_state_id, action_category_id, run_id, source_row + 1, 'PUBLISHED'
				FROM recommendations WHERE status = 'PUBLISHED' ORDER BY id LIMIT ` + strconv.Itoa(size),
			`INSERT INTO response_events (response, source_word, run_id, recorded_at, recommendation_id, status)
				SELECT 'NOTED', 'Noted', run_id, (SELECT MIN(recorded_at) FROM response_events), id, 'PUBLISHED' FROM recommendations r
				WHERE NOT EXISTS (SELECT 1 FROM response_events e WHERE e.recommendation_id = r.id)`,
		} {
			if _, err := tx.ExecContext(b.Context(), query); err != nil {
				return err
			}
		}
		var last int
		if err := tx.QueryRowContext(b.Context(), `SELECT MAX(id) FROM recommendations`).Scan(&last); err != nil {
			return err
		}
		for row := last - size + 1; row <= last; row++ {
			log.Touch(changelog.Recommendation, changelog.Create, row)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func filled(b *testing.B, url string) *database.DB {
	b.Helper()
	db := sampletest.Filled(b, url, recommendations)
	if _, err := db.SQL.Exec("ANALYZE"); err != nil { // as PostgreSQL does by itself within a minute
		b.Fatal(err)
	}
	return db
}
