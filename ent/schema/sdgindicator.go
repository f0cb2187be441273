package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// SDGIndicator measures progress towards a target.
type SDGIndicator struct{ ent.Schema }

// Mixin of the SDGIndicator.
func (SDGIndicator) Mixin() []ent.Mixin { return []ent.Mixin{Titles{}} }

// Fields of the SDGIndicator.
func (SDGIndicator) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable().Comment("as in 16.3.1"),
		field.Int("position").Comment("official order, over all targets"),
		field.Int("target_id"),
	}
}

// Edges of the SDGIndicator.
func (SDGIndicator) Edges() []ent.Edge {
	return []ent.Edge{edge.To("target", SDGTarget.Type).Field("target_id").Unique().Required()}
}
