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

// Attendance is one delegate who comes to one meeting and does not speak for an organisation.
type Attendance struct{ ent.Schema }

// Mixin of the Attendance.
func (Attendance) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Attendance: the program alone reads and writes; internal/presession looks who may.
func (Attendance) Policy() ent.Policy { return policy.Identity() }

// Fields of the Attendance.
func (Attendance) Fields() []ent.Field {
	return []ent.Field{
		field.Int("meeting_id").Immutable(),
		field.Int("invitation_id").Immutable(),
		field.Enum("category").Values("MISSION", "SUR", "UN", "NGO_OBSERVER", "MEDIA").Immutable().Comment("SUR: of the State under review"),
		field.String("state").Default("").Immutable().Comment("ISO3 of a mission's State"),
		field.Enum("status").Values("INVITED", "REGISTERED", "ATTENDED", "DECLINED", "NO_SHOW").Comment("INVITED: waits for approval"),
		field.Strings("wants").Default([]string{}),
		field.Enum("floor").Values("REQUESTED", "GRANTED", "DECLINED").Optional().Nillable().Comment("of the State under review"),
		field.Bool("named").Default(false).Comment("the mission consents that its State is named in public"),
		field.Bool("badge").Default(false).Comment("UN security may be told who they are, for a badge"),
		field.Bytes("identity").Optional().Sensitive().Comment("sealed: name, e-mail and position; none where it was purged"),
		field.String("mailbox").Optional().Nillable().Sensitive().Comment("pseudonym of the e-mail in this meeting: who registers twice is one"),
		field.Int("revision").Default(1),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the Attendance.
func (Attendance) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("meeting", PreSession.Type).Field("meeting_id").Unique().Required().Immutable(),
		edge.To("invitation", Invitation.Type).Field("invitation_id").Unique().Required().Immutable(),
	}
}

// Indexes of the Attendance.
func (Attendance) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("invitation_id"),
		// Not of the meeting alone: what one category is told must not depend on another's list.
		index.Fields("meeting_id", "invitation_id", "mailbox").Unique(),
	}
}

// Annotations of the Attendance.
func (Attendance) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"the_floor_is_of_the_state_under_review": "(floor IS NULL OR category = 'SUR')",
		"missions_have_a_state":                  "((category IN ('MISSION', 'SUR')) = (state <> ''))",
	})}
}
