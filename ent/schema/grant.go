package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Grant is a role of a user within a scope.
type Grant struct{ ent.Schema }

// Mixin of the Grant.
func (Grant) Mixin() []ent.Mixin { return []ent.Mixin{Owned{}} }

// Fields of the Grant.
func (Grant) Fields() []ent.Field {
	return []ent.Field{
		field.String("role").NotEmpty().Immutable(),
		field.String("scope").Default("").Immutable().Comment("as in state:EGY; empty: everywhere"),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the Grant.
func (Grant) Edges() []ent.Edge { return owner("grants") }

// Indexes of the Grant.
func (Grant) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "role", "scope").Unique()}
}
