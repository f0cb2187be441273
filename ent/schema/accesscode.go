package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// AccessCode lets organisations apply for one meeting, or a whole round, outside of the call.
type AccessCode struct{ ent.Schema }

// Mixin of the AccessCode.
func (AccessCode) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the AccessCode: the program alone reads and writes; internal/presession looks who may.
func (AccessCode) Policy() ent.Policy { return policy.Identity() }

// Fields of the AccessCode.
func (AccessCode) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.Int("meeting_id").Optional().Nillable().Immutable().Comment("absent: any of the round"),
		field.String("digest").Unique().NotEmpty().Immutable().Sensitive(),
		field.String("label").NotEmpty().Immutable().Comment("for whom it is meant"),
		field.Int("maximum_uses").Default(1).Positive().Immutable(),
		field.Int("uses").Default(0),
		field.Time("valid_until").Immutable(),
		field.Time("created_at").Immutable(),
		field.Time("withdrawn_at").Optional().Nillable(),
	}
}

// Edges of the AccessCode.
func (AccessCode) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable(),
		edge.To("meeting", PreSession.Type).Field("meeting_id").Unique().Immutable(),
	}
}

// Indexes of the AccessCode.
func (AccessCode) Indexes() []ent.Index { return []ent.Index{index.Fields("round_id")} }
