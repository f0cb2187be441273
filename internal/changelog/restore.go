package changelog

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// RestoreTo writes a thing back as readers saw it: a projection of the log. Of what belongs
// to it, rows that are not in the projection are hidden, or deleted where nothing private
// is lost with them. Returns Conflict where it names what is not there any more.
func (l *Log) RestoreTo(kind string, row int, projection string) error {
	k := kinds[kind]
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(projection), &object); err != nil {
		return fmt.Errorf("read a projection: %w", err)
	}
	values, err := l.valuesOf(k.columns, object, row)
	if err != nil {
		return err
	}
	if k.public != "" {
		values = append(values, assignment{column: "status", value: "PUBLISHED"})
	}
	if err := l.update(k.table, row, values); err != nil {
		return err
	}
	for _, c := range k.children {
		var items []json.RawMessage
		if list := object[c.name]; list != nil {
			if err := json.Unmarshal(list, &items); err != nil {
				return fmt.Errorf("read a projection: %w", err)
			}
		}
		if err := l.restoreChildren(c, row, items); err != nil {
			return fmt.Errorf("restore %s: %w", c.name, err)
		}
	}
	return nil
}

// assignment is a value for a column.
type assignment struct {
	column string
	value  any
	ifNone bool // a value that there is stays
}

// valuesOf reads what is to be written from the members of an object.
func (l *Log) valuesOf(columns []column, object map[string]json.RawMessage, owner int) ([]assignment, error) {
	var values []assignment
	for _, c := range columns {
		target := c.target()
		if target == "" {
			continue
		}
		value, err := c.read(object[c.name])
		if err != nil {
			return nil, fmt.Errorf("read %s of a projection: %w", c.name, err)
		}
		if c.lookup != "" && value != nil {
			if value, err = l.lookup(c, value, owner); err != nil {
				return nil, err
			}
		}
		if target == reviewedAt {
			values = append(values, reviewed(value)...)
			continue
		}
		values = append(values, assignment{column: target, value: value})
	}
	return values, nil
}

// reviewed says that a person has looked at a tag, or that nobody has.
func reviewed(value any) []assignment {
	if value == true {
		return []assignment{{column: reviewedAt, value: time.Now().UTC().Truncate(time.Microsecond), ifNone: true}}
	}
	return []assignment{{column: reviewedAt, value: nil}, {column: "reviewer", value: nil}}
}

func (l *Log) lookup(c column, value any, owner int) (any, error) {
	args := []any{value, owner}
	var id int
	err := l.tx.QueryRowContext(l.ctx, c.lookup, args[:strings.Count(c.lookup, "$")]...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.Conflict("that version names %v, which is not there any more: put that right first", value)
	}
	return id, err
}

// read turns a member of a projection into what its column takes. Absent is NULL, or the
// empty text.
func (c column) read(raw json.RawMessage) (any, error) {
	if raw == nil {
		if c.as == text && c.lookup == "" {
			return "", nil
		}
		return nil, nil //nolint:nilnil // NULL is a value
	}
	if c.as == list {
		return string(raw), nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	switch v := value.(type) {
	case json.Number:
		if c.as == number {
			return v.Int64()
		}
		return v.Float64()
	case string:
		if c.as == moment {
			return time.Parse(time.RFC3339Nano, v)
		}
	}
	return value, nil
}

func (l *Log) update(table string, row int, values []assignment) error {
	set, args := make([]string, len(values)), make([]any, 0, len(values)+1)
	for i, v := range values {
		set[i] = v.column + " = $" + strconv.Itoa(i+1)
		if v.ifNone {
			set[i] = fmt.Sprintf("%[1]s = COALESCE(%[1]s, $%[2]d)", v.column, i+1)
		}
		args = append(args, v.value)
	}
	query := fmt.Sprintf("UPDATE %s SET %s WHERE id = $%d", table, strings.Join(set, ", "), len(args)+1)
	if _, err := l.tx.ExecContext(l.ctx, query, append(args, row)...); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// belonging is a row that belongs to a thing, as it is now.
type belonging struct {
	id    int
	key   string
	shown bool
}

// restoreChildren makes the rows that readers see those of a list.
func (l *Log) restoreChildren(c child, owner int, items []json.RawMessage) error {
	present, err := l.present(c, owner)
	if err != nil {
		return err
	}
	var missing []int
	wanted := make([][]assignment, len(items))
	for i, item := range items {
		key, object, err := c.keyOf(item)
		if err != nil {
			return err
		}
		if wanted[i], err = l.valuesOf(c.columns, object, owner); err != nil {
			return err
		}
		if c.ordinal != "" {
			wanted[i] = append(wanted[i], assignment{column: c.ordinal, value: i + 1})
		}
		at := slices.IndexFunc(present, func(b belonging) bool { return b.key == key })
		if at < 0 {
			missing = append(missing, i)
			continue
		}
		if err := l.keep(c, present[at], wanted[i]); err != nil {
			return err
		}
		present = slices.Delete(present, at, at+1)
	}
	if err := l.remove(c, owner, present); err != nil {
		return err
	}
	for _, i := range missing {
		if err := l.add(c, owner, wanted[i]); err != nil {
			return err
		}
	}
	return nil
}

// present reads the rows that there are, hidden ones as well, those that readers see first.
func (l *Log) present(c child, owner int) ([]belonging, error) {
	if c.noID { // written anew
		return nil, nil
	}
	visible := "TRUE"
	if c.where != "" {
		visible = c.where
	}
	keys := c.keyColumns()
	query := fmt.Sprintf("SELECT c.id, CASE WHEN %s THEN 1 ELSE 0 END%s FROM %s WHERE %s = $1 ORDER BY 2 DESC, c.id", visible, expressions(keys), c.from, c.owner)
	var rows []belonging
	err := each(l.ctx, l.tx, query, []any{owner}, func(scan func(...any) error) error {
		var b belonging
		values, err := scanColumns(scan, keys, &b.id, &b.shown)
		if err != nil {
			return err
		}
		b.key, err = keyText(keys, func(i int) (json.RawMessage, error) { return keys[i].as.write(values[i]) })
		rows = append(rows, b)
		return err
	})
	return rows, err
}

// keyColumns are those by which rows are told apart.
func (c child) keyColumns() (keys []column) {
	for _, column := range c.columns {
		if column.target() != "" && (c.keys == 0 || len(keys) < c.keys) {
			keys = append(keys, column)
		}
	}
	return keys
}

func keyText(keys []column, value func(i int) (json.RawMessage, error)) (string, error) {
	parts := make([]string, len(keys))
	for i := range keys {
		raw, err := value(i)
		if err != nil {
			return "", err
		}
		parts[i] = string(raw)
	}
	return strings.Join(parts, "\x00"), nil
}

// keyOf reads an item of a list: an object, or a plain value.
func (c child) keyOf(item json.RawMessage) (key string, object map[string]json.RawMessage, err error) {
	if c.columns[0].name == "" {
		object = map[string]json.RawMessage{"": item}
	} else if err := json.Unmarshal(item, &object); err != nil {
		return "", nil, err
	}
	keys := c.keyColumns()
	key, err = keyText(keys, func(i int) (json.RawMessage, error) { return object[keys[i].name], nil })
	return key, object, err
}

func (l *Log) keep(c child, b belonging, values []assignment) error {
	if err := l.update(c.table, b.id, values); err != nil || b.shown || c.shown == "" {
		return err
	}
	_, err := l.tx.ExecContext(l.ctx, fmt.Sprintf("UPDATE %s SET %s WHERE id = $1", c.table, c.shown), b.id)
	return err
}

func (l *Log) remove(c child, owner int, rows []belonging) error {
	if c.noID {
		_, err := l.tx.ExecContext(l.ctx, fmt.Sprintf("DELETE FROM %s WHERE %s = $1", c.table, strings.TrimPrefix(c.owner, "c.")), owner)
		return err
	}
	action := "DELETE FROM " + c.table
	if c.hidden != "" {
		action = "UPDATE " + c.table + " SET " + c.hidden
	}
	for _, b := range rows {
		if !b.shown {
			continue
		}
		if _, err := l.tx.ExecContext(l.ctx, action+" WHERE id = $1", b.id); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) add(c child, owner int, values []assignment) error {
	if c.retired != "" {
		var successors int
		if err := l.tx.QueryRowContext(l.ctx, c.retired, values[0].value).Scan(&successors); err != nil {
			return err
		}
		if successors > 0 {
			return fault.Conflict("that version has among its %s one that is not used any more: give what came instead by hand", c.name)
		}
	}
	columns, row := []string{strings.TrimPrefix(c.owner, "c.")}, []any{owner}
	for _, v := range values {
		columns, row = append(columns, v.column), append(row, v.value)
	}
	return database.Insert(l.ctx, l.tx, c.table, columns, [][]any{row})
}
