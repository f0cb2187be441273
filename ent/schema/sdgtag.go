package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// SDGTag links a recommendation or pledge to an SDG target.
type SDGTag struct{ ent.Schema }

// Mixin of the SDGTag.
func (SDGTag) Mixin() []ent.Mixin { return []ent.Mixin{Tag{}} }

// Fields of the SDGTag.
func (SDGTag) Fields() []ent.Field { return []ent.Field{field.Int("target_id")} }

// Edges of the SDGTag.
func (SDGTag) Edges() []ent.Edge {
	return []ent.Edge{edge.To("target", SDGTarget.Type).Field("target_id").Unique().Required()}
}

// Indexes of the SDGTag.
func (SDGTag) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("recommendation_id", "target_id", "source").Unique(),
		index.Fields("pledge_id", "target_id", "source").Unique(),
	}
}
