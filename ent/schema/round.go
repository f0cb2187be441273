package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/policy"
)

// Round is the Pre-sessions before one session of the Working Group: a meeting for each State
// under review.
type Round struct{ ent.Schema }

// Mixin of the Round.
func (Round) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Round: the program alone reads and writes; internal/presession looks who may.
func (Round) Policy() ent.Policy { return policy.Identity() }

// Fields of the Round.
func (Round) Fields() []ent.Field {
	return []ent.Field{
		field.Int("session_id").Immutable(),
		field.Enum("state").Values("DRAFT", "CALL_OPEN", "CALL_CLOSED", "DECISIONS_RELEASED", "AGENDA_PUBLISHED", "RUNNING", "CLOSED", "ARCHIVED").Default("DRAFT"),
		field.Time("call_opens_at"),
		field.Time("call_closes_at").Comment("the last second in which somebody may apply"),
		field.Int("offer_hours").Default(7 * 24).Positive().Comment("how long an offer stands"),
		field.Int("short_offer_hours").Default(48).Positive().Comment("how long within two weeks of the meeting"),
		field.Int("min_applications").Default(3).NonNegative().Comment("below which a meeting is not held"),
		field.Int("min_evaluations").Default(1).NonNegative().Comment("before somebody is shortlisted"),
		field.JSON("evaluation_phases", []evaluationphase.Phase{}).Default([]evaluationphase.Phase{}).Annotations(entsql.Default("[]")).Comment("in their order; none: whenever somebody likes"),
		field.Bool("officers_offer").Default(false).Comment("officers of a State may offer, not the manager alone"),
		field.Int("retention_days").Default(90).Positive().Comment("after the last meeting, until identities are purged"),
		field.Time("purged_at").Optional().Nillable().Comment("when identities were purged"),
		field.Int("revision").Default(1),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the Round.
func (Round) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("session", Session.Type).Field("session_id").Unique().Required().Immutable(),
		edge.From("meetings", PreSession.Type).Ref("round"),
		edge.From("codes", AccessCode.Type).Ref("round"),
		edge.From("invitations", Invitation.Type).Ref("round"),
	}
}

// Indexes of the Round. A field that an edge uses is unique by its index alone: Ent takes Unique of
// the field for the edge's.
func (Round) Indexes() []ent.Index { return []ent.Index{index.Fields("session_id").Unique()} }
