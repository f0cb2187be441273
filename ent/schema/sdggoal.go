package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// SDGGoal is one of the 17 Sustainable Development Goals.
type SDGGoal struct{ ent.Schema }

// Mixin of the SDGGoal.
func (SDGGoal) Mixin() []ent.Mixin { return []ent.Mixin{Titles{}} }

// Fields of the SDGGoal.
func (SDGGoal) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Unique().Immutable().Range(1, 17),
		field.String("short_en").NotEmpty(),
		field.String("short_fr").Default(""),
		field.String("short_es").Default(""),
		field.String("short_ar").Default(""),
		field.String("short_ru").Default(""),
		field.String("short_zh").Default(""),
	}
}

// Edges of the SDGGoal.
func (SDGGoal) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("targets", SDGTarget.Type).Ref("goal"),
		edge.From("programmes", Programme.Type).Ref("goals"),
	}
}
