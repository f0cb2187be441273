package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// IssueTag says that a recommendation or pledge is about an issue.
type IssueTag struct{ ent.Schema }

// Mixin of the IssueTag.
func (IssueTag) Mixin() []ent.Mixin { return []ent.Mixin{Tag{}} }

// Fields of the IssueTag.
func (IssueTag) Fields() []ent.Field { return []ent.Field{field.Int("issue_id")} }

// Edges of the IssueTag.
func (IssueTag) Edges() []ent.Edge {
	return []ent.Edge{edge.To("issue", Issue.Type).Field("issue_id").Unique().Required()}
}

// Indexes of the IssueTag.
func (IssueTag) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("recommendation_id", "issue_id", "source").Unique(),
		index.Fields("pledge_id", "issue_id", "source").Unique(),
	}
}
