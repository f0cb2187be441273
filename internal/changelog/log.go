package changelog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/internal/database"
)

// Log collects what a transaction touches.
type Log struct {
	ctx     context.Context //nolint:containedctx // of the one transaction
	tx      *database.Tx
	because Because
	rows    map[string]map[int]Operation // by kind and row
	notes   []note

	head   Head // while it is written
	locked bool
	change int
}

type note struct {
	node      string
	operation Operation
}

func newLog(ctx context.Context, tx *database.Tx, because Because) *Log {
	return &Log{ctx: ctx, tx: tx, because: because, rows: map[string]map[int]Operation{}}
}

// Touch says that the things of a kind with these rows were changed, or rows that belong
// to them. What is touched more than once keeps the first operation.
func (l *Log) Touch(kind string, operation Operation, rows ...int) {
	if l.rows[kind] == nil {
		l.rows[kind] = map[int]Operation{}
	}
	for _, row := range rows {
		if _, known := l.rows[kind][row]; !known {
			l.rows[kind][row] = operation
		}
	}
}

// Note says that something was changed that readers never see, by its id: a user, a key.
// The log keeps that, and no value.
func (l *Log) Note(node string, operation Operation) {
	l.notes = append(l.notes, note{node, operation})
}

// Touched says whether there is anything to log.
func (l *Log) Touched() bool { return len(l.rows)+len(l.notes) > 0 }

// entry is a row of the log.
type entry struct {
	node       string
	operation  Operation
	projection []byte
	versioned  bool
}

// finish writes the entries. Numbers are taken as late as possible, because nobody else
// can take one until the transaction ends: for up to one chunk after all else is known.
func (l *Log) finish() (Head, error) {
	if !l.Touched() {
		return ReadHead(l.ctx, l.tx)
	}
	if err := l.follow(); err != nil {
		return Head{}, err
	}
	for _, name := range order {
		for rows := range slices.Chunk(slices.Sorted(maps.Keys(l.rows[name])), chunk) {
			entries, err := l.entriesOf(kinds[name], l.rows[name], rows)
			if err != nil {
				return Head{}, err
			}
			if err := l.append(entries); err != nil {
				return Head{}, err
			}
		}
	}
	notes := make([]entry, len(l.notes))
	for i, n := range l.notes {
		notes[i] = entry{node: n.node, operation: n.operation}
	}
	if err := l.append(notes); err != nil {
		return Head{}, err
	}
	return l.head, l.close()
}

// entriesOf compares what readers saw of things before with what they see now.
func (l *Log) entriesOf(k kind, operations map[int]Operation, rows []int) ([]entry, error) {
	if err := l.lock(k, operations, rows); err != nil {
		return nil, err
	}
	things, err := l.compare(k, operations, rows)
	if err != nil {
		return nil, err
	}
	entries := make([]entry, 0, len(things))
	for _, t := range things {
		e := entry{t.node, operations[t.row], t.object, t.differs()}
		switch {
		case e.operation == Redact:
			e.versioned = true
		case e.operation == follows && !e.versioned:
			continue
		case e.operation == follows:
			e.operation = Correct
		case !e.versioned:
			e.projection = nil // readers see what the last version says
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// compared is a thing, and what readers last saw of it.
type compared struct {
	*projected
	seen string // empty: nothing
}

// differs says whether readers see something else than before. A thing that they do not
// see has no object.
func (c compared) differs() bool { return c.seen != string(c.object) }

// compare reads things as they are now and as readers last saw them. What was just made,
// they never saw.
func (l *Log) compare(k kind, operations map[int]Operation, rows []int) ([]compared, error) {
	things, err := project(l.ctx, l.tx, k, rows)
	if err != nil {
		return nil, err
	}
	before, err := l.before(slices.DeleteFunc(slices.Clone(things), func(t *projected) bool { return operations[t.row] == Create }))
	if err != nil {
		return nil, err
	}
	both := make([]compared, len(things))
	for i, t := range things {
		both[i] = compared{t, before[t.node]}
	}
	return both, nil
}

// follows marks what shows something of another thing that was touched.
const follows Operation = ""

// follow touches the recommendations whose responses name a document of a touched review, and
// what belongs to a review that readers see now and did not before, or the other way round.
func (l *Log) follow() error {
	for rows := range slices.Chunk(slices.Sorted(maps.Keys(l.rows[Review])), chunk) {
		err := l.touchAll(Recommendation, `SELECT DISTINCT e.recommendation_id FROM response_events e JOIN documents d ON d.id = e.document_id WHERE d.review_id IN `, rows)
		if err != nil {
			return err
		}
		reviews, err := l.compare(kinds[Review], l.rows[Review], rows)
		if err != nil {
			return err
		}
		var shownOrHidden []int
		for _, r := range reviews {
			if (r.seen != "") != (r.object != nil) {
				shownOrHidden = append(shownOrHidden, r.row)
			}
		}
		if len(shownOrHidden) == 0 {
			continue
		}
		for _, kind := range []string{Recommendation, Pledge, Meeting} {
			if err := l.touchAll(kind, "SELECT id FROM "+kinds[kind].table+" WHERE review_id IN ", shownOrHidden); err != nil {
				return err
			}
		}
		for _, kind := range []string{Speaker, MeetingStatement} {
			if err := l.touchAll(kind, "SELECT k.id FROM "+kinds[kind].table+" k JOIN meetings m ON m.id = k.meeting_id WHERE m.review_id IN ", shownOrHidden); err != nil {
				return err
			}
		}
		err = l.touchAll(MeetingAsk, "SELECT k.id FROM meeting_asks k JOIN meeting_statements b ON b.id = k.statement_id JOIN meetings m ON m.id = b.meeting_id WHERE m.review_id IN ", shownOrHidden)
		if err != nil {
			return err
		}
	}
	return nil
}

// touchAll touches things of a kind that follow others: query finds them by their rows.
func (l *Log) touchAll(kind, query string, others []int) error {
	wanted, args := in(others)
	err := each(l.ctx, l.tx, query+wanted, args, func(scan func(...any) error) error {
		var row int
		err := scan(&row)
		l.Touch(kind, follows, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("find what follows: %w", err)
	}
	return nil
}

// lock keeps two changes of one thing from being projected without each other. On SQLite
// the transaction itself does.
func (l *Log) lock(k kind, operations map[int]Operation, rows []int) error {
	rows = slices.DeleteFunc(slices.Clone(rows), func(row int) bool { return operations[row] == Create })
	if l.tx.Dialect != dialect.Postgres || len(rows) == 0 {
		return nil
	}
	wanted, args := in(rows)
	_, err := l.tx.ExecContext(l.ctx, fmt.Sprintf("SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", k.table, wanted), args...)
	if err != nil {
		return fmt.Errorf("wait for other changes of %s: %w", k.table, err)
	}
	return nil
}

// before returns what readers last saw of things, those that they ever saw.
func (l *Log) before(things []*projected) (map[string]string, error) {
	nodes := make([]string, len(things))
	for i, t := range things {
		nodes[i] = t.node
	}
	before := map[string]string{}
	if len(nodes) == 0 {
		return before, nil
	}
	wanted, args := in(nodes)
	err := each(l.ctx, l.tx, `SELECT node, projection FROM change_entries WHERE id IN
		(SELECT MAX(id) FROM change_entries WHERE version IS NOT NULL AND node IN `+wanted+` GROUP BY node)`, args,
		func(scan func(...any) error) error {
			var node string
			var projection *string
			err := scan(&node, &projection)
			if projection != nil {
				before[node] = *projection
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read what was seen before: %w", err)
	}
	return before, nil
}

// append numbers entries and writes them.
func (l *Log) append(entries []entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := l.open(); err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		l.head.Number++
		var version, projection any
		if e.versioned {
			l.head.Version++
			version = l.head.Version
		}
		if e.projection != nil {
			projection = string(e.projection)
		}
		rows[i] = []any{l.head.Number, version, e.node, string(e.operation), projection, l.change}
	}
	return database.Insert(l.ctx, l.tx, "change_entries", []string{"id", "version", "node", "operation", "projection", "change_id"}, rows)
}

// open takes the head of the log until the transaction ends, and writes the change.
func (l *Log) open() (err error) {
	if l.locked {
		return nil
	}
	l.locked = true
	if l.head, err = l.TakeHead(); err != nil {
		return err
	}
	at := l.because.At
	if at.IsZero() {
		at = time.Now()
	}
	err = l.tx.QueryRowContext(l.ctx, `INSERT INTO changes (origin, actor, reason, request, at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		string(l.because.Origin), l.because.Actor, l.because.Reason, l.because.Request, at.UTC().Truncate(time.Microsecond)).Scan(&l.change)
	if err != nil {
		return fmt.Errorf("write the change: %w", err)
	}
	return nil
}

// close leaves the head where the entries end, and tells other processes.
func (l *Log) close() error {
	if !l.locked {
		return nil
	}
	_, err := l.tx.ExecContext(l.ctx, `UPDATE log_heads SET number = $1, version = $2 WHERE id = 1`, l.head.Number, l.head.Version)
	if err != nil {
		return fmt.Errorf("leave the head of the change log: %w", err)
	}
	if l.tx.Dialect == dialect.Postgres {
		if _, err := l.tx.ExecContext(l.ctx, "NOTIFY "+Channel); err != nil {
			return fmt.Errorf("tell other processes: %w", err)
		}
	}
	return nil
}

// Channel is where PostgreSQL tells of new entries.
const Channel = "upr_log"
