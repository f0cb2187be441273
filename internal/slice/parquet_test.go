package slice_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/slice"
)

// TestParquet reads every kind with Arrow's reader, which shares nothing with the writer, and
// compares it with NDJSON.
func TestParquet(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 300)
	for _, k := range slice.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			rows := rowsOf(t, h.must(t, "/export/"+k.Name+".ndjson", nil).body)
			table, err := pqarrow.ReadTable(t.Context(), bytes.NewReader(h.must(t, "/export/"+k.Name+".parquet", nil).body),
				parquet.NewReaderProperties(memory.DefaultAllocator), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Release()
			if int(table.NumRows()) != len(rows) {
				t.Fatalf("%d rows, want %d", table.NumRows(), len(rows))
			}
			for i, c := range k.Columns {
				if name := table.Schema().Field(i).Name; name != c.Name {
					t.Fatalf("column %d is %s, want %s", i, name, c.Name)
				}
				if got, want := fmt.Sprint(valuesOf(table.Column(i).Data().Chunks())), fmt.Sprint(wanted(rows, c)); got != want {
					t.Errorf("%s:\ngot  %.300s\nwant %.300s", c.Name, got, want)
				}
			}
		})
	}
}

func wanted(rows []map[string]any, c slice.Column) (values []string) {
	for _, row := range rows {
		value := row[c.Name]
		if list, is := value.([]any); is {
			value = strings.Trim(fmt.Sprintf("%q", list), "[]")
		}
		values = append(values, fmt.Sprint(value))
	}
	return values
}

func valuesOf(chunks []arrow.Array) (values []string) {
	for _, chunk := range chunks {
		for i := range chunk.Len() {
			values = append(values, valueOf(chunk, i))
		}
	}
	return values
}

func valueOf(from arrow.Array, i int) string {
	if from.IsNull(i) {
		return fmt.Sprint(nil)
	}
	switch a := from.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Binary:
		return string(a.Value(i))
	case *array.Int64:
		return fmt.Sprint(float64(a.Value(i)))
	case *array.Float32:
		return fmt.Sprint(a.Value(i))
	case *array.Boolean:
		return fmt.Sprint(a.Value(i))
	case *array.Date32:
		return a.Value(i).FormattedString()
	case *array.Timestamp:
		return a.Value(i).ToTime(arrow.Millisecond).UTC().Format("2006-01-02T15:04:05Z")
	case *array.List:
		from, to := a.ValueOffsets(i)
		return strings.Trim(fmt.Sprintf("%q", slices.Collect(func(yield func(string) bool) {
			for j := from; j < to; j++ {
				yield(valueOf(a.ListValues(), int(j)))
			}
		})), "[]")
	}
	panic(fmt.Sprintf("a %T", from))
}
