package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// SignInAttempt is one try to sign in, counted against an account or an address.
type SignInAttempt struct{ ent.Schema }

// Mixin of the SignInAttempt.
func (SignInAttempt) Mixin() []ent.Mixin { return []ent.Mixin{Identity{}} }

// Fields of the SignInAttempt.
func (SignInAttempt) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject").NotEmpty().Immutable().Comment("what is limited and a keyed digest of whom: nobody's address is kept"),
		field.Time("at").Immutable(),
	}
}

// Indexes of the SignInAttempt.
func (SignInAttempt) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject", "at"), index.Fields("at")}
}
