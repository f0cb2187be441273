package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// Invitation lets a mission, or somebody else who does not speak, register delegates for the
// meetings of a round. Whoever holds its token holds it.
type Invitation struct{ ent.Schema }

// Mixin of the Invitation.
func (Invitation) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Invitation: the program alone reads and writes; internal/presession looks who may.
func (Invitation) Policy() ent.Policy { return policy.Identity() }

// Fields of the Invitation.
func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.Enum("category").Values("MISSION", "UN", "NGO_OBSERVER", "MEDIA").Immutable(),
		field.Int("state_id").Optional().Nillable().Immutable().Comment("of a mission"),
		field.String("label").Default("").Immutable().Comment("who is invited, where it is no mission"),
		field.String("language").Default("EN").Immutable(),
		field.String("digest").Unique().NotEmpty().Immutable().Sensitive().Comment("of the token"),
		field.String("domain").NotEmpty().Immutable().Comment("of the delegates' e-mail"),
		field.Bytes("token").Optional().Sensitive().Comment("sealed, so that a reminder brings the same link; none where the address was purged"),
		field.Bytes("address").Optional().Sensitive().Comment("sealed; none where it was purged"),
		field.Int("uses").Default(0).Comment("of its token"),
		field.Time("reminded_at").Comment("when it was made, or of the last reminder"),
		field.Time("created_at").Immutable(),
		field.Time("withdrawn_at").Optional().Nillable(),
	}
}

// Edges of the Invitation.
func (Invitation) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable(),
		edge.To("state", State.Type).Field("state_id").Unique().Immutable(),
		edge.From("delegates", Attendance.Type).Ref("invitation"),
	}
}

// Indexes of the Invitation.
func (Invitation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("round_id"),
		index.Fields("round_id", "state_id").Unique().StorageKey("one_invitation_of_a_mission").
			Annotations(entsql.IndexWhere("state_id IS NOT NULL AND withdrawn_at IS NULL")),
	}
}

// Annotations of the Invitation.
func (Invitation) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"missions_are_of_a_state": "((category = 'MISSION') = (state_id IS NOT NULL))",
	})}
}
