package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ResponseEvent is one position that the State under review took on a
// recommendation. Positions change, so they are events; the latest one holds.
type ResponseEvent struct{ ent.Schema }

// Mixin of the ResponseEvent.
func (ResponseEvent) Mixin() []ent.Mixin { return []ent.Mixin{Published{}} }

// Fields of the ResponseEvent.
func (ResponseEvent) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("response").Values("SUPPORTED", "PARTIALLY_SUPPORTED", "NOTED",
			"NO_CLEAR_POSITION", "NO_RESPONSE", "PENDING"),
		field.String("source_word").Comment("the source's own word, as in \"Accepted\""),
		date("date"),
		field.Time("recorded_at").Comment("when this platform learnt of it"),
		field.Int("recommendation_id"),
		field.Int("document_id").Optional().Nillable(),
		field.Int("run_id"),
	}
}

// Edges of the ResponseEvent.
func (ResponseEvent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("recommendation", Recommendation.Type).Field("recommendation_id").Unique().Required(),
		edge.To("document", Document.Type).Field("document_id").Unique(),
		edge.To("run", ImportRun.Type).Field("run_id").Unique().Required(),
	}
}

// Indexes of the ResponseEvent.
func (ResponseEvent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("recommendation_id")}
}
