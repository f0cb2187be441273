package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// ImportRun is one file that was imported and changed something.
type ImportRun struct{ ent.Schema }

// Fields of the ImportRun.
func (ImportRun) Fields() []ent.Field {
	return []ent.Field{
		field.String("source").NotEmpty().Comment("whose data it is, as in \"UPR Info\""),
		field.String("file").Comment("name without folder"),
		field.String("sha256"),
		field.String("format").Comment("what was detected, as in \"CSV, Mac Roman, CR line ends\""),
		field.Bool("synthetic").Default(false).Comment("made up by upr sample"),
		field.Time("imported_at"),
		field.Int("rows_read"),
		field.Int("added"),
		field.Int("changed"),
		field.Int("unchanged"),
	}
}
