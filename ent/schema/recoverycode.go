package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// RecoveryCode is one of the codes that replace a lost second factor, once each.
type RecoveryCode struct{ ent.Schema }

// Mixin of the RecoveryCode.
func (RecoveryCode) Mixin() []ent.Mixin { return []ent.Mixin{Owned{}} }

// Fields of the RecoveryCode.
func (RecoveryCode) Fields() []ent.Field {
	return []ent.Field{
		field.String("digest").NotEmpty().Immutable().Sensitive(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Edges of the RecoveryCode.
func (RecoveryCode) Edges() []ent.Edge { return owner("recovery_codes") }
