package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// Evaluation is what a reviewer holds of a registration, or that they have a conflict of
// interest and must not see it.
type Evaluation struct{ ent.Schema }

// Policy of the Evaluation: the program alone reads and writes; internal/presession looks who may.
func (Evaluation) Policy() ent.Policy { return policy.Identity() }

// Fields of the Evaluation.
func (Evaluation) Fields() []ent.Field {
	return []ent.Field{
		field.Int("registration_id").Immutable(),
		field.Int("user_id").Immutable().Comment("the reviewer"),
		field.Int("score").Optional().Nillable().Range(1, 5),
		field.Text("notes").Default(""),
		field.Bool("conflict").Default(false).Comment("of interest, as the reviewer declares"),
		field.Time("created_at").Immutable(),
		field.Time("changed_at"),
	}
}

// Edges of the Evaluation.
func (Evaluation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("registration", Registration.Type).Field("registration_id").Unique().Required().Immutable(),
		edge.To("user", User.Type).Field("user_id").Unique().Required().Immutable(),
	}
}

// Indexes of the Evaluation.
func (Evaluation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("registration_id", "user_id").Unique()}
}
