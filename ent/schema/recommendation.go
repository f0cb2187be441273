package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Recommendation is UPR Info's unit: one text by one recommending State. Several
// of them may stand in one numbered paragraph of the Working Group's report.
type Recommendation struct{ ent.Schema }

// Mixin of the Recommendation.
func (Recommendation) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Published{}, Provenance{}} }

// Fields of the Recommendation.
func (Recommendation) Fields() []ent.Field {
	return []ent.Field{
		field.Text("text").NotEmpty(),
		field.String("number").Default("").Comment("paragraph in the Working Group's report, as in 140.7"),
		field.Int("review_id"),
		field.Int("recommending_state_id").Optional().Nillable().Comment("empty where the source does not know it"),
		field.Int("action_category_id").Optional().Nillable(),
	}
}

// Edges of the Recommendation. Its current response is the latest of its responses.
func (Recommendation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("review", Review.Type).Field("review_id").Unique().Required(),
		edge.To("recommending_state", State.Type).Field("recommending_state_id").Unique(),
		edge.To("action_category", ActionCategory.Type).Field("action_category_id").Unique(),
		edge.From("responses", ResponseEvent.Type).Ref("recommendation"),
		edge.From("issue_tags", IssueTag.Type).Ref("recommendation"),
		edge.From("sdg_tags", SDGTag.Type).Ref("recommendation"),
		edge.From("affected_group_tags", AffectedGroupTag.Type).Ref("recommendation"),
	}
}

// Indexes of the Recommendation.
func (Recommendation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "recommending_state_id")}
}
