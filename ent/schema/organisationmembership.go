package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// OrganisationMembership says for which organisation a user speaks.
type OrganisationMembership struct{ ent.Schema }

// Mixin of the OrganisationMembership.
func (OrganisationMembership) Mixin() []ent.Mixin { return []ent.Mixin{Owned{}} }

// Fields of the OrganisationMembership.
func (OrganisationMembership) Fields() []ent.Field {
	return []ent.Field{
		field.Int("organisation_id").Immutable(),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the OrganisationMembership.
func (OrganisationMembership) Edges() []ent.Edge {
	return append(owner("memberships"), edge.To("organisation", Organisation.Type).Field("organisation_id").
		Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Restrict)))
}

// Indexes of the OrganisationMembership.
func (OrganisationMembership) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id", "organisation_id").Unique()}
}
