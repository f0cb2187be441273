package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Programme is one of UPR Info's programmes.
type Programme struct{ ent.Schema }

// Mixin of the Programme.
func (Programme) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Names{}} }

// Fields of the Programme.
func (Programme) Fields() []ent.Field {
	return []ent.Field{
		field.String("slug").Unique().NotEmpty(),
		field.Text("description_en").Default(""),
		field.Text("description_fr").Default(""),
		field.Text("description_es").Default(""),
		field.Int("start_year").Optional().Nillable(),
		field.Int("end_year").Optional().Nillable().Comment("empty: it goes on"),
		field.Int("position").Comment("order in lists"),
	}
}

// Edges of the Programme.
func (Programme) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("former_names", ProgrammeName.Type).Ref("programme"),
		edge.From("states", ProgrammeState.Type).Ref("programme"),
		edge.To("organisations", Organisation.Type).Annotations(entsql.OnDelete(entsql.Restrict)),
		edge.To("goals", SDGGoal.Type).Annotations(entsql.OnDelete(entsql.Restrict)),
	}
}
