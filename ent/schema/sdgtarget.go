package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// SDGTarget is one of the 169 targets of the goals.
type SDGTarget struct{ ent.Schema }

// Mixin of the SDGTarget.
func (SDGTarget) Mixin() []ent.Mixin { return []ent.Mixin{Titles{}} }

// Fields of the SDGTarget.
func (SDGTarget) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable().Comment("as in 16.3 or 16.a"),
		field.Int("position").Comment("official order, over all goals"),
		field.Int("goal_id"),
	}
}

// Edges of the SDGTarget.
func (SDGTarget) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("goal", SDGGoal.Type).Field("goal_id").Unique().Required(),
		edge.From("indicators", SDGIndicator.Type).Ref("target"),
	}
}
