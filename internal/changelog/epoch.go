package changelog

import (
	"crypto/rand"
	"database/sql"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"github.com/upr-info/upr/internal/database"
)

// newEpoch is short, because it stands in each cursor, and has no point, which ends it there.
func newEpoch() string { return rand.Text()[:8] }

// epochSQL reads the epoch of a database. On PostgreSQL the timeline is part of it: a standby
// that is promoted, and an archive that is recovered up to a time, go on in one that was never
// seen, so that nobody takes the numbers that follow for those that they may know. Nothing has
// to be written for that, and nobody has to think of it.
func epochSQL(q Queryer) string {
	if !onPostgres(q) {
		return "epoch"
	}
	return `epoch || COALESCE(NULLIF(ltrim(CASE WHEN pg_is_in_recovery()
		THEN (SELECT lpad(to_hex(timeline_id), 8, '0') FROM pg_control_checkpoint())
		ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END, '0'), '1'), '')`
}

func onPostgres(q Queryer) bool {
	switch q := q.(type) {
	case *database.Tx:
		return q.Dialect == dialect.Postgres
	case *sql.DB:
		_, is := q.Driver().(*pq.Driver)
		return is
	}
	return false
}
