package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// IssueSuccessor says that an issue was merged into another, or split into several: who
// asks for the old one is led to the new ones, for ever.
type IssueSuccessor struct{ ent.Schema }

// Fields of the IssueSuccessor.
func (IssueSuccessor) Fields() []ent.Field {
	return []ent.Field{
		field.Int("issue_id").Comment("the old one"),
		field.Int("successor_id"),
	}
}

// Edges of the IssueSuccessor.
func (IssueSuccessor) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("issue", Issue.Type).Field("issue_id").Unique().Required(),
		edge.To("successor", Issue.Type).Field("successor_id").Unique().Required(),
	}
}

// Indexes of the IssueSuccessor.
func (IssueSuccessor) Indexes() []ent.Index {
	return []ent.Index{index.Fields("issue_id", "successor_id").Unique()}
}
