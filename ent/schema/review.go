package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Review is the review of one State in one cycle, placed in the session that holds it.
type Review struct{ ent.Schema }

// Mixin of the Review.
func (Review) Mixin() []ent.Mixin { return []ent.Mixin{Published{}} }

// Fields of the Review.
func (Review) Fields() []ent.Field {
	return []ent.Field{
		field.Int("cycle").Range(1, 9),
		field.Int("position").Optional().Nillable().Comment("order in the session's list, where known"),
		date("date"),
		date("report_adopted"),
		field.String("list_source").Default("").Comment("who says that the State is reviewed in this session"),
		field.String("date_source").Default(""),
		field.Int("state_id"),
		field.Int("session_id"),
	}
}

// Edges of the Review.
func (Review) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("state", State.Type).Field("state_id").Unique().Required(),
		edge.To("session", Session.Type).Field("session_id").Unique().Required(),
		edge.From("troika", TroikaMember.Type).Ref("review"),
		edge.From("documents", Document.Type).Ref("review"),
		edge.From("postponements", Postponement.Type).Ref("review"),
		edge.From("recommendations", Recommendation.Type).Ref("review"),
		edge.From("pledges", Pledge.Type).Ref("review"),
	}
}

// Indexes of the Review.
func (Review) Indexes() []ent.Index {
	return []ent.Index{index.Fields("state_id", "cycle").Unique()}
}
