package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ProgrammeState says in which years a programme worked in or with a State.
type ProgrammeState struct{ ent.Schema }

// Fields of the ProgrammeState.
func (ProgrammeState) Fields() []ent.Field {
	return []ent.Field{
		field.Int("from_year").Optional().Nillable(),
		field.Int("to_year").Optional().Nillable(),
		field.Int("programme_id"),
		field.Int("state_id"),
	}
}

// Edges of the ProgrammeState.
func (ProgrammeState) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("programme", Programme.Type).Field("programme_id").Unique().Required(),
		edge.To("state", State.Type).Field("state_id").Unique().Required(),
	}
}

// Indexes of the ProgrammeState.
func (ProgrammeState) Indexes() []ent.Index {
	return []ent.Index{index.Fields("programme_id", "state_id").Unique()}
}
