package rival

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/lib/pq"
)

//go:embed sql
var files embed.FS

// clients is how many connections are kept: one for each client of the benchmark.
const clients = 8

// ApplicationName is what the server's processes for our connections are known by.
const ApplicationName = "rival"

// settings suit short queries of which several run at once on few cores, with all data
// in memory. Without the last one PostgreSQL plans some of them anew each time, which
// takes longer than to run them, and plans the same.
const settings = "-c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=32MB -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"

// Open connects to the database at a postgres:// address.
func Open(address string) (*sql.DB, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	query.Set("application_name", ApplicationName)
	query.Set("options", settings)
	u.RawQuery = query.Encode()
	db, err := sql.Open("postgres", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	return db, nil
}

// Prepare adds to a database with recommendations the tables and indexes that the
// questions use, in a schema of their own.
func Prepare(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx) // temporary tables belong to one connection
	if err != nil {
		return err
	}
	defer conn.Close()
	script, err := files.ReadFile("sql/prepare.sql")
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, string(script)); err != nil {
		return fmt.Errorf("prepare.sql: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "VACUUM ANALYZE"); err != nil {
		return fmt.Errorf("vacuum: %w", err)
	}
	return nil
}

// request is what the questions have as variables.
type request struct {
	Variables struct {
		ID      string
		OrderBy string
		Filter  struct {
			Text                   string
			Codes                  []string
			Sessions, Cycles       []int64
			Responses, Issues      []string
			StateUnderReviewGroups []string
		}
	}
}

// parameters turn the variables of a question into the parameters of its SQL.
var parameters = map[string]func(*vocabulary, *request) []any{
	"q1": func(_ *vocabulary, r *request) []any { return []any{r.Variables.ID} },
	"q2": func(_ *vocabulary, r *request) []any { return []any{pq.Array(r.Variables.Filter.Sessions)} },
	"q3": func(v *vocabulary, r *request) []any {
		f := &r.Variables.Filter
		return []any{ids(v.groups, f.StateUnderReviewGroups), ids(v.issues, f.Issues), ids(v.responses, f.Responses)}
	},
	"q4": func(v *vocabulary, r *request) []any {
		f := &r.Variables.Filter
		return []any{ids(v.groups, f.StateUnderReviewGroups), pq.Array(f.Cycles)}
	},
	"q5": func(_ *vocabulary, r *request) []any { return []any{pq.Array(r.Variables.Filter.Codes)} },
	"q6": func(_ *vocabulary, r *request) []any { return []any{r.Variables.Filter.Text, r.Variables.OrderBy} },
}

// vocabulary has the ids of codes, as an application keeps them that looks up the same few all day.
type vocabulary struct{ groups, issues, responses map[string]int64 }

func ids(known map[string]int64, codes []string) any {
	list := make([]int64, len(codes))
	for i, code := range codes {
		list[i] = known[code]
	}
	return pq.Array(list)
}

// statements answers questions by their name.
type statements struct {
	vocabulary vocabulary
	byQuestion map[string]*sql.Stmt
}

func prepareStatements(ctx context.Context, db *sql.DB) (*statements, error) {
	s := &statements{byQuestion: map[string]*sql.Stmt{}}
	for query, into := range map[string]*map[string]int64{
		"SELECT code, id FROM state_groups":    &s.vocabulary.groups,
		"SELECT code, id FROM issues":          &s.vocabulary.issues,
		"SELECT code, id FROM rival.responses": &s.vocabulary.responses,
	} {
		var err error
		if *into, err = readIDs(ctx, db, query); err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
	}
	for question := range parameters {
		text, err := files.ReadFile("sql/" + question + ".sql")
		if err != nil {
			return nil, err
		}
		//nolint:sqlclosecheck // statements are kept until the server ends
		if s.byQuestion[question], err = db.PrepareContext(ctx, string(text)); err != nil {
			return nil, fmt.Errorf("%s.sql: %w", question, err)
		}
	}
	return s, nil
}

func readIDs(ctx context.Context, db *sql.DB, query string) (map[string]int64, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[string]int64{}
	for rows.Next() {
		var code string
		var id int64
		if err := rows.Scan(&code, &id); err != nil {
			return nil, err
		}
		known[code] = id
	}
	return known, rows.Err()
}

// ServeHTTP answers one question. Its SQL makes the whole answer.
func (s *statements) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	question := r.PathValue("question")
	statement, ok := s.byQuestion[question]
	if !ok {
		http.NotFound(w, r)
		return
	}
	var asked request
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	// lib/pq ends the connection of a query that is given up. A client that leaves must
	// not cost the next one a new connection and new plans.
	ctx := context.WithoutCancel(r.Context())
	var answer []byte
	if err := statement.QueryRowContext(ctx, parameters[question](&s.vocabulary, &asked)...).Scan(&answer); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, answer)
}
