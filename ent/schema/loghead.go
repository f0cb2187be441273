package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// LogHead is where the change log ends. There is one, with the id 1.
type LogHead struct{ ent.Schema }

// Fields of the LogHead.
func (LogHead) Fields() []ent.Field {
	return []ent.Field{
		field.String("epoch").NotEmpty().Comment("changes when a backup is restored or another server promoted: numbers before it may have meant something else"),
		field.Int64("number").Default(0).Comment("of the last entry"),
		field.Int64("version").Default(0).Comment("of the last entry about something public: the record's version"),
	}
}
