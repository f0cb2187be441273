package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Organisation is an institution that takes part in the UPR or works with UPR Info.
type Organisation struct{ ent.Schema }

// Mixin of the Organisation.
func (Organisation) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Fields of the Organisation.
func (Organisation) Fields() []ent.Field {
	return []ent.Field{
		field.String("slug").Unique().NotEmpty(),
		field.String("name").NotEmpty(),
		field.Enum("kind").Values("STATE", "PARLIAMENT", "NHRI", "CSO", "UN_ENTITY", "ACADEMIC", "REGIONAL_BODY", "YOUTH_GROUP"),
		field.Int("country_id").Optional().Nillable(),
	}
}

// Edges of the Organisation.
func (Organisation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("country", State.Type).Field("country_id").Unique(),
		edge.From("links", OrganisationLink.Type).Ref("organisation"),
		edge.From("programmes", Programme.Type).Ref("organisations"),
	}
}
