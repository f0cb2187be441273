package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// AffectedGroup is a group of persons whom a recommendation concerns.
type AffectedGroup struct{ ent.Schema }

// Mixin of the AffectedGroup.
func (AffectedGroup) Mixin() []ent.Mixin { return []ent.Mixin{Names{}} }

// Fields of the AffectedGroup.
func (AffectedGroup) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable(),
		field.Int("position").Comment("order in lists"),
	}
}
