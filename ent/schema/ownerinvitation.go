package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// OwnerInvitation is that somebody is to own a registration with others, once they have signed in. It
// goes when they have.
type OwnerInvitation struct{ ent.Schema }

// Mixin of the OwnerInvitation.
func (OwnerInvitation) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the OwnerInvitation: the program alone reads and writes; internal/presession looks who may.
func (OwnerInvitation) Policy() ent.Policy { return policy.Identity() }

// Fields of the OwnerInvitation.
func (OwnerInvitation) Fields() []ent.Field {
	return []ent.Field{
		field.Int("registration_id").Immutable(),
		field.String("email").NotEmpty().Immutable().Comment("in lower case"),
		field.Time("expires_at"),
		field.Int("invited_by").Optional().Nillable().Immutable().Comment("id of the user, with whose owning or acting it ends"),
	}
}

// Edges of the OwnerInvitation.
func (OwnerInvitation) Edges() []ent.Edge {
	return []ent.Edge{edge.To("registration", Registration.Type).Field("registration_id").Unique().Required().Immutable()}
}

// Indexes of the OwnerInvitation.
func (OwnerInvitation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("registration_id", "email").Unique(), index.Fields("email")}
}
