package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AffectedGroupTag says whom a recommendation or pledge concerns.
type AffectedGroupTag struct{ ent.Schema }

// Mixin of the AffectedGroupTag.
func (AffectedGroupTag) Mixin() []ent.Mixin { return []ent.Mixin{Tag{}} }

// Fields of the AffectedGroupTag.
func (AffectedGroupTag) Fields() []ent.Field { return []ent.Field{field.Int("group_id")} }

// Edges of the AffectedGroupTag.
func (AffectedGroupTag) Edges() []ent.Edge {
	return []ent.Edge{edge.To("group", AffectedGroup.Type).Field("group_id").Unique().Required()}
}

// Indexes of the AffectedGroupTag.
func (AffectedGroupTag) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("recommendation_id", "group_id", "source").Unique(),
		index.Fields("pledge_id", "group_id", "source").Unique(),
	}
}
