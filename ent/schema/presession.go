package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// PreSession is the meeting of a round about one State under review.
type PreSession struct{ ent.Schema }

// Mixin of the PreSession.
func (PreSession) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the PreSession: the program alone reads and writes; internal/presession looks who may.
func (PreSession) Policy() ent.Policy { return policy.Identity() }

// Fields of the PreSession.
func (PreSession) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.Int("review_id").Immutable(),
		field.Enum("state").Values("PROPOSED", "VIABLE", "SCHEDULED", "PUBLISHED", "HELD", "NOT_HELD", "POSTPONED").Default("PROPOSED"),
		field.Enum("mode").Values("IN_PERSON", "HYBRID", "VIRTUAL_RECORDED").Default("IN_PERSON"),
		field.Time("call_closes_at").Optional().Nillable().Comment("where it is another one than the round's"),
		field.Time("starts_at").Optional().Nillable().Comment("none while it is postponed"),
		field.Time("postponed_from").Optional().Nillable().Comment("when it was to begin, where it was postponed, until another time is published"),
		field.Time("missions_close_at").Optional().Nillable().Comment("the last second in which delegates register, where it is not two days before"),
		field.String("room").Default(""),
		field.Int("room_capacity").Default(0).NonNegative().Comment("people; 0: not known"),
		field.String("moderator").Default("").Comment("who chairs it, for staff alone: purged with the round"),
		field.Int("duration").Default(60).Positive().Comment("minutes, as are all of these"),
		field.Int("sur_minutes").Default(5).NonNegative().Comment("of the State under review"),
		field.Int("moderation_minutes").Default(5).NonNegative(),
		field.Int("question_minutes").Default(20).NonNegative(),
		field.Int("speaker_minutes").Default(5).Positive(),
		field.Int("slots").Default(6).NonNegative().Comment("how many may speak"),
		field.String("reason").Default("").Comment("why it is not held, or postponed"),
		field.Int("revision").Default(1),
	}
}

// Edges of the PreSession.
func (PreSession) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable(),
		edge.To("review", Review.Type).Field("review_id").Unique().Required().Immutable(),
		edge.From("registrations", Registration.Type).Ref("meeting"),
	}
}

// Indexes of the PreSession.
func (PreSession) Indexes() []ent.Index {
	return []ent.Index{index.Fields("round_id"), index.Fields("review_id").Unique()}
}
