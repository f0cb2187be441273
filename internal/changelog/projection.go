package changelog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// projected is a thing as readers see it.
type projected struct {
	row    int
	node   string
	public bool
	object []byte // JSON; nil where readers do not see it
}

// project reads things of one kind by the ids of their rows, sorted by these.
func project(ctx context.Context, q Queryer, k kind, rows []int) ([]*projected, error) {
	things, err := k.roots(ctx, q, rows)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", k.table, err)
	}
	for _, c := range k.children {
		if err := c.attach(ctx, q, things); err != nil {
			return nil, fmt.Errorf("project %s of %s: %w", c.name, k.table, err)
		}
	}
	for _, t := range things {
		if !t.public {
			t.object = nil
			continue
		}
		t.object = append(t.object, '}')
	}
	return things, nil
}

func (k kind) roots(ctx context.Context, q Queryer, rows []int) ([]*projected, error) {
	public := k.public
	if public == "" {
		public = "TRUE"
	}
	wanted, args := in(rows)
	query := fmt.Sprintf("SELECT t.id, %s, CASE WHEN %s THEN 1 ELSE 0 END%s FROM %s t %s WHERE t.id IN %s ORDER BY t.id",
		k.node, public, expressions(k.columns), k.table, k.joins, wanted)
	things := make([]*projected, 0, len(rows))
	err := each(ctx, q, query, args, func(scan func(...any) error) error {
		t := &projected{}
		values, err := scanColumns(scan, k.columns, &t.row, &t.node, &t.public)
		if err != nil {
			return err
		}
		t.object = appendMember([]byte{'{'}, "id", t.node)
		t.object, err = appendColumns(t.object, k.columns, values)
		things = append(things, t)
		return err
	})
	return things, err
}

// attach adds the list of a thing's rows to each of the things, which are sorted.
func (c child) attach(ctx context.Context, q Queryer, things []*projected) error {
	if len(things) == 0 {
		return nil
	}
	owners := make([]int, len(things))
	lists := make(map[int][]byte, len(things))
	for i, t := range things {
		owners[i] = t.row
	}
	wanted, args := in(owners)
	where := ""
	if c.where != "" {
		where = " AND " + c.where
	}
	query := fmt.Sprintf("SELECT %s%s FROM %s WHERE %s IN %s%s ORDER BY %s, %s",
		c.owner, expressions(c.columns), c.from, c.owner, wanted, where, c.owner, c.order)
	err := each(ctx, q, query, args, func(scan func(...any) error) error {
		var owner int
		values, err := scanColumns(scan, c.columns, &owner)
		if err != nil {
			return err
		}
		list := append(lists[owner], map[bool]byte{true: '[', false: ','}[lists[owner] == nil])
		lists[owner], err = c.appendItem(list, values)
		return err
	})
	for _, t := range things {
		if list := lists[t.row]; list != nil {
			t.object = append(append(append(t.object, `,"`+c.name+`":`...), list...), ']')
		}
	}
	return err
}

func (c child) appendItem(list []byte, values []any) ([]byte, error) {
	if c.columns[0].name == "" {
		value, err := c.columns[0].as.write(values[0])
		return append(list, value...), err
	}
	object, err := appendColumns([]byte{'{'}, c.columns, values)
	return append(append(list, object...), '}'), err
}

func expressions(columns []column) string {
	var all strings.Builder
	for _, c := range columns {
		all.WriteString(", " + c.sql)
	}
	return all.String()
}

func scanColumns(scan func(...any) error, columns []column, first ...any) ([]any, error) {
	values := make([]any, len(columns))
	into := slices.Clone(first)
	for i := range values {
		into = append(into, &values[i])
	}
	return values, scan(into...)
}

func appendColumns(object []byte, columns []column, values []any) ([]byte, error) {
	for i, c := range columns {
		value, err := c.as.write(values[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		if value == nil {
			continue
		}
		if len(object) > 1 {
			object = append(object, ',')
		}
		object = append(append(object, `"`+c.name+`":`...), value...)
	}
	return object, nil
}

func appendMember(object []byte, name, value string) []byte {
	quoted, _ := quote(value)
	return append(append(object, `"`+name+`":`...), quoted...)
}

// write returns a value as JSON, nil where there is none. The two databases and their
// drivers give different types for the same; they are written alike.
func (f format) write(value any) ([]byte, error) {
	if raw, ok := value.([]byte); ok {
		value = string(raw)
	}
	if value == nil || value == "" {
		return nil, nil
	}
	switch v := value.(type) {
	case time.Time:
		if f == day {
			return quote(v.Format(time.DateOnly))
		}
		return quote(v.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
	case string:
		switch f {
		case list:
			var compact bytes.Buffer
			err := json.Compact(&compact, []byte(v))
			return compact.Bytes(), err
		case text, day:
			return quote(v)
		}
	case bool:
		return strconv.AppendBool(nil, v), nil
	case int64:
		if f == boolean {
			return strconv.AppendBool(nil, v != 0), nil
		}
		return strconv.AppendInt(nil, v, 10), nil
	case float64:
		return strconv.AppendFloat(nil, v, 'g', -1, 32), nil
	}
	return nil, fmt.Errorf("a %T cannot be written", value)
}

// quote leaves < > & as they are, as JSON has them.
func quote(value string) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), err
}

// Export yields everything that readers see, kind by kind, as the log has it. The
// projection is valid until yield returns.
func Export(ctx context.Context, q Queryer, yield func(node string, projection []byte) error) error {
	for _, name := range order {
		rows, err := kinds[name].all(ctx, q)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(rows, chunk) {
			things, err := project(ctx, q, kinds[name], part)
			if err != nil {
				return err
			}
			for _, t := range things {
				if !t.public {
					continue
				}
				if err := yield(t.node, t.object); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// all returns the rows of a kind.
func (k kind) all(ctx context.Context, q Queryer) (rows []int, err error) {
	err = each(ctx, q, "SELECT id FROM "+k.table+" ORDER BY id", nil, func(scan func(...any) error) error {
		var row int
		err := scan(&row)
		rows = append(rows, row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", k.table, err)
	}
	return rows, nil
}
