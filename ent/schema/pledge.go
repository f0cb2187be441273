package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Pledge is a voluntary commitment that the State under review made around its review.
type Pledge struct{ ent.Schema }

// Mixin of the Pledge.
func (Pledge) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Published{}, Provenance{}} }

// Fields of the Pledge.
func (Pledge) Fields() []ent.Field {
	return []ent.Field{
		field.Text("text").NotEmpty(),
		field.Int("review_id"),
		field.Int("action_category_id").Optional().Nillable(),
	}
}

// Edges of the Pledge.
func (Pledge) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("review", Review.Type).Field("review_id").Unique().Required(),
		edge.To("action_category", ActionCategory.Type).Field("action_category_id").Unique(),
		edge.From("issue_tags", IssueTag.Type).Ref("pledge"),
		edge.From("sdg_tags", SDGTag.Type).Ref("pledge"),
		edge.From("affected_group_tags", AffectedGroupTag.Type).Ref("pledge"),
	}
}

// Indexes of the Pledge.
func (Pledge) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id")}
}
