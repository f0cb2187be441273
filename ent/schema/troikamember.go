package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// TroikaMember is one of the three States that facilitate a review as rapporteurs.
type TroikaMember struct{ ent.Schema }

// Fields of the TroikaMember.
func (TroikaMember) Fields() []ent.Field {
	return []ent.Field{
		field.Int("position").Comment("order in the source, from 1"),
		field.Int("review_id"),
		field.Int("state_id"),
	}
}

// Edges of the TroikaMember.
func (TroikaMember) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("review", Review.Type).Field("review_id").Unique().Required(),
		edge.To("state", State.Type).Field("state_id").Unique().Required(),
	}
}

// Indexes of the TroikaMember.
func (TroikaMember) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "state_id").Unique()}
}
