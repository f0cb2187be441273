package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// Ask is what a statement asks of States, as an officer has taken it from there, on its way to its
// readers.
type Ask struct{ ent.Schema }

// Mixin of the Ask.
func (Ask) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Ask: the program alone reads and writes; internal/presession looks who may.
func (Ask) Policy() ent.Policy { return policy.Identity() }

// Fields of the Ask.
func (Ask) Fields() []ent.Field {
	return []ent.Field{
		field.Int("statement_id").Comment("a later one of its language takes it over"),
		field.Enum("state").Values("PROPOSED", "CONTESTED", "CONFIRMED").Default("PROPOSED"),
		field.Text("text"),
		field.Text("comment").Default("").Comment("what the applicant wants changed"),
		field.Int("issue_id"),
		field.Int("target_id").Optional().Nillable(),
		field.Int("addressed_id").Optional().Nillable().Comment("the State that is asked; none: all of them"),
		field.Int("revision").Default(1),
		field.Time("created_at").Immutable(),
		field.Time("confirmed_at").Optional().Nillable(),
	}
}

// Edges of the Ask.
func (Ask) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("statement", PreSessionStatement.Type).Field("statement_id").Unique().Required(),
		edge.To("issue", Issue.Type).Field("issue_id").Unique().Required(),
		edge.To("target", SDGTarget.Type).Field("target_id").Unique(),
		edge.To("addressed", State.Type).Field("addressed_id").Unique(),
		edge.To("links", AskLink.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Indexes of the Ask.
func (Ask) Indexes() []ent.Index { return []ent.Index{index.Fields("statement_id")} }

// AskLink is what an officer has said of an ask and a recommendation: that it took the ask up, or that
// it did not.
type AskLink struct{ ent.Schema }

// Policy of the AskLink: the program alone reads and writes.
func (AskLink) Policy() ent.Policy { return policy.Identity() }

// Fields of the AskLink.
func (AskLink) Fields() []ent.Field {
	return []ent.Field{
		field.Int("ask_id").Immutable(),
		field.String("recommendation").Immutable().Comment("rec_…"),
		field.Bool("took_up").Comment("false: it is not proposed again"),
	}
}

// Edges of the AskLink.
func (AskLink) Edges() []ent.Edge {
	return []ent.Edge{edge.From("ask", Ask.Type).Ref("links").Field("ask_id").Unique().Required().Immutable()}
}

// Indexes of the AskLink.
func (AskLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("ask_id", "recommendation").Unique()}
}

// MeetingAsk is what readers see of an ask. It holds nothing else.
type MeetingAsk struct{ ent.Schema }

// Mixin of the MeetingAsk.
func (MeetingAsk) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the MeetingAsk: the program alone reads and writes. Readers see what the record has.
func (MeetingAsk) Policy() ent.Policy { return policy.Identity() }

// Fields of the MeetingAsk.
func (MeetingAsk) Fields() []ent.Field {
	return []ent.Field{
		field.Int("statement_id").Immutable().Comment("the one that readers see"),
		field.Int("ask_id").Optional().Nillable().Comment("private; none once withdrawn"),
		field.Enum("status").Values("PUBLISHED", "WITHDRAWN").Default("PUBLISHED"),
		field.Text("text"),
		field.String("organisation_name").Default("").Comment("as far as it is consented to"),
		field.Int("issue_id").Optional().Nillable(),
		field.Int("target_id").Optional().Nillable(),
		field.Int("addressed_id").Optional().Nillable(),
		field.Strings("taken_up_by").Default([]string{}).Comment("rec_…"),
	}
}

// Edges of the MeetingAsk.
func (MeetingAsk) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("statement", MeetingStatement.Type).Field("statement_id").Unique().Required().Immutable(),
		edge.To("issue", Issue.Type).Field("issue_id").Unique(),
		edge.To("target", SDGTarget.Type).Field("target_id").Unique(),
		edge.To("addressed", State.Type).Field("addressed_id").Unique(),
	}
}

// Indexes of the MeetingAsk.
func (MeetingAsk) Indexes() []ent.Index {
	return []ent.Index{index.Fields("statement_id"), index.Fields("ask_id").Unique()}
}
