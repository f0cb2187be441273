package slice

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowsOfGroup bounds what is in memory.
const rowsOfGroup = 50_000

// writeParquet writes typed columns: dates as DATE, moments as TIMESTAMP, lists as LIST.
func writeParquet(w io.Writer, t *Table) error {
	row := reflect.New(rowType(t.Columns)).Elem()
	out := parquet.NewWriter(w, parquet.SchemaOf(row.Addr().Interface()), parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowsOfGroup),
		parquet.CreatedBy("upr", layout, "0"),
		parquet.KeyValueMetadata("upr.kind", t.Question.Kind.Name), parquet.KeyValueMetadata("upr.version", t.Version.String()),
		parquet.KeyValueMetadata("upr.published", t.Published.Format(time.RFC3339)), parquet.KeyValueMetadata("upr.filter", t.Question.FilterText()),
		parquet.KeyValueMetadata("upr.count", decimal(t.Count)), parquet.KeyValueMetadata("upr.licence", t.Licence()), parquet.KeyValueMetadata("upr.citation", t.Citation()))
	for cells := range t.Rows {
		for i := range cells {
			if err := setField(row.Field(i), t.Columns[i].Type, &cells[i]); err != nil {
				return err
			}
		}
		if err := out.Write(row.Addr().Interface()); err != nil {
			return err
		}
	}
	return out.Close()
}

// rowType makes the struct that has a field for each column, in their order.
func rowType(columns []Column) reflect.Type {
	fields := make([]reflect.StructField, len(columns))
	for i, c := range columns {
		of, options := reflect.TypeFor[*string](), ",optional"
		switch c.Type {
		case Integer:
			of = reflect.TypeFor[*int64]()
		case Number:
			of = reflect.TypeFor[*float32]()
		case Boolean:
			of = reflect.TypeFor[*bool]()
		case Date:
			of, options = reflect.TypeFor[*int32](), ",optional,date"
		case DateTime:
			of, options = reflect.TypeFor[*int64](), ",optional,timestamp(millisecond)"
		case List:
			of, options = reflect.TypeFor[[]string](), ",list"
		}
		if c.Required && c.Type != List {
			of, options = of.Elem(), strings.TrimPrefix(options, ",optional")
		}
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: of, Tag: reflect.StructTag(fmt.Sprintf(`parquet:"%s%s"`, c.Name, options))}
	}
	return reflect.StructOf(fields)
}

func setField(field reflect.Value, as Type, c *Cell) error {
	if as == List {
		field.Set(reflect.ValueOf(c.List))
		return nil
	}
	if c.Null {
		field.SetZero()
		return nil
	}
	value, err := parquetValue(as, c)
	if err != nil {
		return err
	}
	if field.Kind() == reflect.Pointer {
		pointer := reflect.New(field.Type().Elem())
		pointer.Elem().Set(value)
		value = pointer
	}
	field.Set(value)
	return nil
}

func parquetValue(as Type, c *Cell) (reflect.Value, error) {
	switch as {
	case Integer:
		return reflect.ValueOf(c.Integer), nil
	case Number:
		return reflect.ValueOf(float32(c.Number)), nil
	case Boolean:
		return reflect.ValueOf(c.Boolean), nil
	case DateTime:
		return reflect.ValueOf(c.Time.UnixMilli()), nil
	case Date:
		day, err := time.Parse(time.DateOnly, c.Text)
		if err != nil {
			return reflect.Value{}, fmt.Errorf("a date of the record: %w", err)
		}
		const secondsOfDay = 24 * 60 * 60
		return reflect.ValueOf(int32(day.Unix() / secondsOfDay)), nil
	}
	return reflect.ValueOf(c.Text), nil
}
