package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// SignInLink is a link that was mailed and signs in once.
type SignInLink struct{ ent.Schema }

// Mixin of the SignInLink.
func (SignInLink) Mixin() []ent.Mixin { return []ent.Mixin{Owned{}} }

// Fields of the SignInLink.
func (SignInLink) Fields() []ent.Field {
	return []ent.Field{
		field.String("digest").Unique().NotEmpty().Immutable().Sensitive(),
		field.Time("created_at").Immutable(),
		field.Time("expires_at").Immutable(),
		field.Bytes("lead").Optional().Immutable().Sensitive().Comment("where it leads on to, sealed for its digest"),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Edges of the SignInLink.
func (SignInLink) Edges() []ent.Edge { return owner("sign_in_links") }
