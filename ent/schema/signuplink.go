package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// SignUpLink is a link that was mailed to somebody who has no account yet, and makes one, once.
type SignUpLink struct{ ent.Schema }

// Policy of the SignUpLink: the program alone reads and writes.
func (SignUpLink) Policy() ent.Policy { return policy.Identity() }

// Fields of the SignUpLink.
func (SignUpLink) Fields() []ent.Field {
	return []ent.Field{
		field.String("digest").Unique().NotEmpty().Immutable().Sensitive().Comment("of the token"),
		field.String("email").NotEmpty().Immutable(),
		field.String("name").NotEmpty().Immutable(),
		field.String("language").NotEmpty().Immutable(),
		field.Time("expires_at").Immutable(),
		field.Bytes("lead").Optional().Immutable().Sensitive().Comment("where it leads on to, sealed for its digest"),
	}
}

// Indexes of the SignUpLink.
func (SignUpLink) Indexes() []ent.Index { return []ent.Index{index.Fields("expires_at")} }
