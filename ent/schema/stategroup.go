package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// StateGroup is a regional group of the United Nations or an organisation of States.
type StateGroup struct{ ent.Schema }

// Mixin of the StateGroup.
func (StateGroup) Mixin() []ent.Mixin { return []ent.Mixin{Names{}, Published{}} }

// Fields of the StateGroup.
func (StateGroup) Fields() []ent.Field {
	return []ent.Field{
		field.String("code").Unique().Immutable(),
		field.Enum("kind").Values("REGIONAL", "ORGANISATION"),
		field.Int("position").Comment("order in lists"),
	}
}

// Edges of the StateGroup.
func (StateGroup) Edges() []ent.Edge {
	return []ent.Edge{edge.From("memberships", StateGroupMembership.Type).Ref("group")}
}
