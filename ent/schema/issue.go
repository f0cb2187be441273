package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Issue is a subject by which UPR Info classifies recommendations and pledges.
type Issue struct{ ent.Schema }

// Mixin of the Issue.
func (Issue) Mixin() []ent.Mixin { return []ent.Mixin{Names{}} }

// Fields of the Issue.
func (Issue) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable().Comment("slug of the 2015 label, kept for ever"),
		field.Int("position").Comment("order in lists"),
	}
}

// Edges of the Issue.
func (Issue) Edges() []ent.Edge {
	return []ent.Edge{edge.From("labels", IssueLabel.Type).Ref("issue")}
}
