package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Postponement says that a review was planned for another session than the one that held it.
type Postponement struct{ ent.Schema }

// Fields of the Postponement.
func (Postponement) Fields() []ent.Field {
	return []ent.Field{
		field.String("source").Default(""),
		field.Int("review_id"),
		field.Int("planned_session_id"),
	}
}

// Edges of the Postponement.
func (Postponement) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("review", Review.Type).Field("review_id").Unique().Required(),
		edge.To("planned_session", Session.Type).Field("planned_session_id").Unique().Required(),
	}
}

// Indexes of the Postponement.
func (Postponement) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "planned_session_id").Unique()}
}
