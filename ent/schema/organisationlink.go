package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// OrganisationLink is a public page of an organisation.
type OrganisationLink struct{ ent.Schema }

// Fields of the OrganisationLink.
func (OrganisationLink) Fields() []ent.Field {
	return []ent.Field{
		field.String("label").NotEmpty(),
		field.String("url").NotEmpty(),
		field.Int("organisation_id"),
	}
}

// Edges of the OrganisationLink.
func (OrganisationLink) Edges() []ent.Edge {
	return []ent.Edge{edge.To("organisation", Organisation.Type).Field("organisation_id").Unique().Required()}
}

// Indexes of the OrganisationLink.
func (OrganisationLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("organisation_id", "url").Unique()}
}
