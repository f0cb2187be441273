package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// AffectedGroupSuccessor says that an affected group was merged into another, or split into
// several, as IssueSuccessor does of issues.
type AffectedGroupSuccessor struct{ ent.Schema }

// Fields of the AffectedGroupSuccessor.
func (AffectedGroupSuccessor) Fields() []ent.Field {
	return []ent.Field{
		field.Int("group_id").Comment("the old one"),
		field.Int("successor_id"),
	}
}

// Edges of the AffectedGroupSuccessor.
func (AffectedGroupSuccessor) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("group", AffectedGroup.Type).Field("group_id").Unique().Required(),
		edge.To("successor", AffectedGroup.Type).Field("successor_id").Unique().Required(),
	}
}

// Indexes of the AffectedGroupSuccessor.
func (AffectedGroupSuccessor) Indexes() []ent.Index {
	return []ent.Index{index.Fields("group_id", "successor_id").Unique()}
}
