package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// ActionCategory is one of McMahon's five kinds of action that a recommendation asks for.
type ActionCategory struct{ ent.Schema }

// Fields of the ActionCategory.
func (ActionCategory) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Unique().Immutable().Range(1, 5),
		field.String("name").NotEmpty(),
		field.Text("definition").NotEmpty(),
		field.Strings("verbs").Comment("verbs that often open such a recommendation"),
		field.Text("example").Default(""),
	}
}
