package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Document is a United Nations document of a review.
type Document struct{ ent.Schema }

// Mixin of the Document.
func (Document) Mixin() []ent.Mixin { return []ent.Mixin{Published{}} }

// Fields of the Document.
func (Document) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("type").Values("NATIONAL_REPORT", "UN_COMPILATION", "STAKEHOLDER_SUMMARY",
			"WORKING_GROUP_REPORT", "ADDENDUM", "MID_TERM_REPORT", "OTHER"),
		field.String("symbol").NotEmpty().Comment("as in A/HRC/WG.6/13/MAR/1"),
		field.Int("review_id"),
	}
}

// Edges of the Document.
func (Document) Edges() []ent.Edge {
	return []ent.Edge{edge.To("review", Review.Type).Field("review_id").Unique().Required()}
}

// Indexes of the Document.
func (Document) Indexes() []ent.Index {
	return []ent.Index{index.Fields("review_id", "type", "symbol").Unique()}
}
