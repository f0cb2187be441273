package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// RoundTally is what is told for ever of a round that is over, in numbers. It is made once: what
// changes afterwards would tell, by the difference, of who has changed.
type RoundTally struct{ ent.Schema }

// Policy of the RoundTally: the program alone reads and writes. Its figures are for everybody.
func (RoundTally) Policy() ent.Policy { return policy.Identity() }

// Fields of the RoundTally.
func (RoundTally) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.Time("made_at").Immutable(),
		field.Text("figures").Immutable().Comment("JSON: tables of which everybody may know what they hold"),
		field.Text("research").Immutable().Comment("JSON: a row for each registration, as alike as four others; for managers"),
	}
}

// Edges of the RoundTally.
func (RoundTally) Edges() []ent.Edge {
	return []ent.Edge{edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable()}
}

// Indexes of the RoundTally.
func (RoundTally) Indexes() []ent.Index { return []ent.Index{index.Fields("round_id").Unique()} }
