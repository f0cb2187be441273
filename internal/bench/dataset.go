package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	_ "github.com/lib/pq" // the driver "postgres"

	"github.com/upr-info/upr/internal/bench/rival"
)

// serverVariable names the PostgreSQL server, as it does for the tests.
const serverVariable = "UPR_TEST_DATABASE_URL"

// dataset is a database of our own on that server.
type dataset struct {
	*sql.DB
	url     string
	server  *sql.DB
	name    string
	version string
}

func createDataset(ctx context.Context) (*dataset, error) {
	address, err := url.Parse(os.Getenv(serverVariable))
	if err != nil || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return nil, errors.New(serverVariable + " must lead to a PostgreSQL server on this machine where databases may be created; `make bench` starts one")
	}
	db := &dataset{name: "upr_bench_" + strings.ToLower(rand.Text())}
	if db.server, err = sql.Open("postgres", address.String()); err != nil {
		return nil, err
	}
	if err := db.server.QueryRowContext(ctx, "SHOW server_version").Scan(&db.version); err != nil {
		return nil, errors.Join(err, db.server.Close())
	}
	if _, err := db.server.ExecContext(ctx, "CREATE DATABASE "+db.name+" TEMPLATE template0"); err != nil {
		return nil, errors.Join(err, db.server.Close())
	}
	address.Path = "/" + db.name
	db.url = address.String()
	if db.DB, err = rival.Open(db.url); err != nil {
		return nil, errors.Join(err, db.drop())
	}
	return db, nil
}

// drop also works when ctx of the run has ended.
func (db *dataset) drop() error {
	if db.DB != nil {
		_ = db.Close() // what follows ends its connections in any case
	}
	_, err := db.server.Exec("DROP DATABASE " + db.name + " WITH (FORCE)")
	return errors.Join(err, db.server.Close())
}

// fill makes the recommendations, which serve all contestants, and what SQL adds to them.
func (db *dataset) fill(ctx context.Context, program string, recommendations int) error {
	say("making %d recommendations", recommendations)
	settings := []string{"UPR_DATABASE_URL=" + db.url}
	if err := execute(ctx, settings, program, "sample", "--recommendations", strconv.Itoa(recommendations)); err != nil {
		return err
	}
	say("preparing tables and indexes for SQL")
	return rival.Prepare(ctx, db.DB)
}

// fillIDs replaces ids that depend on the data: "@0.25" is the recommendation a quarter of the way through.
func fillIDs(ctx context.Context, db *sql.DB, variables []map[string]any) error {
	for _, v := range variables {
		text, _ := v["id"].(string)
		share, found := strings.CutPrefix(text, "@")
		if !found {
			continue
		}
		at, err := strconv.ParseFloat(share, 64)
		if err != nil {
			return fmt.Errorf("id %q: after @ stands a number from 0 to 1: %w", text, err)
		}
		var id string
		err = db.QueryRowContext(ctx, `SELECT uid FROM recommendations ORDER BY id
			OFFSET (SELECT floor($1::float8 * count(*))::bigint FROM recommendations) LIMIT 1`, at).Scan(&id)
		if err != nil {
			return fmt.Errorf("id %q: %w", text, err)
		}
		v["id"] = id
	}
	return nil
}

// workers are the server's processes that work for the rival.
func (db *dataset) workers(ctx context.Context) ([]int, error) {
	rows, err := db.server.QueryContext(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND application_name = $2",
		db.name, rival.ApplicationName)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pids []int
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, rows.Err()
}
