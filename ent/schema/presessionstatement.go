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

// PreSessionStatement is what a registration brings to its meeting in writing, or as a recording, on
// its way from the applicant to its readers.
type PreSessionStatement struct{ ent.Schema }

// Annotations of the PreSessionStatement.
func (PreSessionStatement) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "pre_session_statements"}}
}

// Mixin of the PreSessionStatement.
func (PreSessionStatement) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the PreSessionStatement: the program alone reads and writes; internal/presession looks who may.
func (PreSessionStatement) Policy() ent.Policy { return policy.Identity() }

// Fields of the PreSessionStatement.
func (PreSessionStatement) Fields() []ent.Field {
	return []ent.Field{
		field.Int("registration_id").Immutable(),
		field.Enum("state").Values("DRAFT", "SUBMITTED", "CHANGES_REQUESTED", "ACCEPTED", "PUBLISHED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD", "SUPERSEDED", "WITHDRAWN").Default("DRAFT"),
		field.String("language").Immutable().Comment("EN, FR or ES"),
		field.String("title").Default(""),
		field.String("file").Default("").Comment("fil_…; empty: nothing is uploaded yet"),
		field.Text("questions").Default("").Comment("what is to be changed"),
		field.Time("embargoed_until").Optional().Nillable(),
		field.Int("revision").Default(1),
		field.Time("created_at").Immutable(),
		field.Time("submitted_at").Optional().Nillable(),
		field.Ints("left").Default([]int{}).Annotations(entsql.Default("[]")).Comment("registrations that were merged into its own and are not any more: it has their words"),
	}
}

// Edges of the PreSessionStatement.
func (PreSessionStatement) Edges() []ent.Edge {
	return []ent.Edge{edge.To("registration", Registration.Type).Field("registration_id").Unique().Required().Immutable()}
}

// Indexes of the PreSessionStatement.
func (PreSessionStatement) Indexes() []ent.Index { return []ent.Index{index.Fields("registration_id")} }

// MeetingStatement is what readers see of a statement. It holds nothing else but where its file is.
type MeetingStatement struct{ ent.Schema }

// Mixin of the MeetingStatement.
func (MeetingStatement) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the MeetingStatement: the program alone reads and writes. Readers see what the record has.
func (MeetingStatement) Policy() ent.Policy { return policy.Identity() }

// Fields of the MeetingStatement.
func (MeetingStatement) Fields() []ent.Field {
	return []ent.Field{
		field.Int("meeting_id").Immutable(),
		field.Int("statement_id").Optional().Nillable().Comment("private; none once withdrawn"),
		field.Enum("status").Values("PUBLISHED", "WITHDRAWN").Default("PUBLISHED"),
		field.String("language"),
		field.String("title").Default(""),
		field.String("organisation_name").Default("").Comment("as far as it is consented to"),
		field.String("kind").Comment("of the file, as in PDF"),
		field.Int64("size").Comment("in bytes"),
		field.String("sha256"),
		field.String("file").Comment("private: fil_…"),
	}
}

// Edges of the MeetingStatement.
func (MeetingStatement) Edges() []ent.Edge {
	return []ent.Edge{edge.To("meeting", Meeting.Type).Field("meeting_id").Unique().Required().Immutable()}
}

// Indexes of the MeetingStatement.
func (MeetingStatement) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id"), index.Fields("statement_id").Unique()}
}
