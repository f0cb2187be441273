package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// IssueLabel is what one version of the vocabulary calls an issue.
type IssueLabel struct{ ent.Schema }

// Fields of the IssueLabel.
func (IssueLabel) Fields() []ent.Field {
	return []ent.Field{
		field.String("label").NotEmpty(),
		field.Enum("status").Values("FIRST", "KEPT", "RENAMED", "ADDED").Comment("against the version before"),
		field.Int("issue_id"),
		field.Int("vocabulary_id"),
	}
}

// Edges of the IssueLabel.
func (IssueLabel) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("issue", Issue.Type).Field("issue_id").Unique().Required(),
		edge.To("vocabulary", IssueVocabulary.Type).Field("vocabulary_id").Unique().Required(),
	}
}

// Indexes of the IssueLabel.
func (IssueLabel) Indexes() []ent.Index {
	return []ent.Index{index.Fields("vocabulary_id", "issue_id").Unique()}
}
