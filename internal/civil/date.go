// Package civil has calendar dates without a time or a zone: the date of a
// review is the same day for every reader.
package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Date is a day written YYYY-MM-DD, so that dates compare as strings.
// The zero value is an unknown date.
type Date string

// Parse reads YYYY-MM-DD and refuses days that do not exist, as those of a year 0.
func Parse(s string) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() == 0 {
		return "", fmt.Errorf("%q is not a date like 2008-04-07", s)
	}
	return Date(s), nil
}

// Of returns the day of t in UTC.
func Of(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// Known tells a date from the absence of one.
func (d Date) Known() bool { return d != "" }

// Scan reads a date column as PostgreSQL (a time) and SQLite (text) give it.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = ""
	case time.Time:
		*d = Date(v.Format(time.DateOnly))
	case string:
		*d = Date(v)
	case []byte:
		*d = Date(v)
	default:
		return fmt.Errorf("cannot read a date from %T", src)
	}
	return nil
}

// Value writes an unknown date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil //nolint:nilnil // how a driver.Valuer says NULL
	}
	return string(d), nil
}
