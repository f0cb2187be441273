package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ProgrammeName is a name that a programme had before.
type ProgrammeName struct{ ent.Schema }

// Fields of the ProgrammeName.
func (ProgrammeName) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty(),
		field.Int("until_year").Optional().Nillable(),
		field.Int("programme_id"),
	}
}

// Edges of the ProgrammeName.
func (ProgrammeName) Edges() []ent.Edge {
	return []ent.Edge{edge.To("programme", Programme.Type).Field("programme_id").Unique().Required()}
}

// Indexes of the ProgrammeName.
func (ProgrammeName) Indexes() []ent.Index {
	return []ent.Index{index.Fields("programme_id", "name").Unique()}
}
