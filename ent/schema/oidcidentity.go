package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// OIDCIdentity is a user as a provider of OpenID Connect knows them.
type OIDCIdentity struct{ ent.Schema }

// Mixin of the OIDCIdentity.
func (OIDCIdentity) Mixin() []ent.Mixin { return []ent.Mixin{Owned{}} }

// Fields of the OIDCIdentity.
func (OIDCIdentity) Fields() []ent.Field {
	return []ent.Field{
		field.String("issuer").NotEmpty().Immutable(),
		field.String("subject").NotEmpty().Immutable(),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the OIDCIdentity.
func (OIDCIdentity) Edges() []ent.Edge { return owner("oidc_identities") }

// Indexes of the OIDCIdentity.
func (OIDCIdentity) Indexes() []ent.Index {
	return []ent.Index{index.Fields("issuer", "subject").Unique()}
}
