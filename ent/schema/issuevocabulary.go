package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// IssueVocabulary is one version of UPR Info's list of issues.
type IssueVocabulary struct{ ent.Schema }

// Fields of the IssueVocabulary.
func (IssueVocabulary) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable(),
		field.String("title").NotEmpty(),
		field.Int("year"),
		field.String("source").Default(""),
	}
}

// Edges of the IssueVocabulary.
func (IssueVocabulary) Edges() []ent.Edge {
	return []ent.Edge{edge.From("labels", IssueLabel.Type).Ref("vocabulary")}
}
