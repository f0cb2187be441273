package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/upr-info/upr/internal/policy"
)

// User is a person who can sign in.
type User struct{ ent.Schema }

// Mixin of the User.
func (User) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the User.
func (User) Policy() ent.Policy { return policy.Self() }

// Fields of the User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("email").Unique().NotEmpty().Comment("in lower case"),
		field.String("name").NotEmpty(),
		field.String("language").Default("EN"),
		field.String("password_hash").Default("").Sensitive().Comment("argon2id with its parameters; empty: no password"),
		field.Bytes("totp_secret").Optional().Sensitive().Comment("sealed; empty: no second factor"),
		field.Bytes("totp_pending").Optional().Sensitive().Comment("sealed; enrolled and not yet confirmed by a code"),
		field.Int64("totp_step").Default(0).Comment("the last period whose code was taken: none is taken twice"),
		field.Time("news_until").Optional().Nillable().Comment("until when an officer or a manager of Pre-sessions was told of registrations"),
		field.Time("disabled_at").Optional().Nillable(),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the User.
func (User) Edges() []ent.Edge {
	cascade := entsql.OnDelete(entsql.Cascade)
	return []ent.Edge{
		edge.To("grants", Grant.Type).Annotations(cascade),
		edge.To("memberships", OrganisationMembership.Type).Annotations(cascade),
		edge.To("recovery_codes", RecoveryCode.Type).Annotations(cascade),
		edge.To("sign_in_links", SignInLink.Type).Annotations(cascade),
		edge.To("oidc_identities", OIDCIdentity.Type).Annotations(cascade),
		edge.To("web_sessions", WebSession.Type).Annotations(cascade),
		edge.To("api_keys", APIKey.Type).Annotations(cascade),
		edge.To("saved_slices", SavedSlice.Type).Annotations(cascade),
		edge.To("webhooks", Webhook.Type).Annotations(cascade),
		edge.To("partner_groups", PartnerGroup.Type).Annotations(cascade),
	}
}
