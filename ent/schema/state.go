package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// State is a member State of the United Nations, or an observer that recommends.
type State struct{ ent.Schema }

// Mixin of the State.
func (State) Mixin() []ent.Mixin { return []ent.Mixin{Names{}} }

// Fields of the State.
func (State) Fields() []ent.Field {
	return []ent.Field{
		field.String("iso3").Unique().Immutable().Comment("ISO 3166-1 alpha-3"),
		field.String("iso2").Unique().Comment("ISO 3166-1 alpha-2"),
		field.String("m49").Unique().Comment("UN M49, three digits"),
		field.String("formal_name_en").Default(""),
		field.Bool("un_member"),
		field.Bool("observer").Comment("observer State at the United Nations"),
	}
}

// Edges of the State.
func (State) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("aliases", StateAlias.Type).Ref("state"),
		edge.From("memberships", StateGroupMembership.Type).Ref("state"),
		edge.From("reviews", Review.Type).Ref("state"),
	}
}
