package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/policy"
)

// decided are the states for which somebody has decided.
const decided = "('WAITLISTED', 'OFFERED', 'NOT_SELECTED', 'MERGED', 'CANCELLED')"

// Registration is an organisation's application to speak at a Pre-session. Only
// internal/presession/move.go writes its state.
type Registration struct{ ent.Schema }

// Mixin of the Registration.
func (Registration) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Registration: the program alone reads and writes; internal/presession looks who may.
func (Registration) Policy() ent.Policy { return policy.Identity() }

// Fields of the Registration.
func (Registration) Fields() []ent.Field {
	states := []string{"DRAFT", "SUBMITTED", "CHANGES_REQUESTED", "SHORTLISTED", "WAITLISTED", "OFFERED", "CONFIRMED", "NOT_SELECTED", "MERGED", "WITHDRAWN", "CANCELLED", "EXPIRED", "SPOKE", "NO_SHOW"}
	return []ent.Field{
		field.Int("meeting_id").Immutable(),
		field.Int("owner_id").Optional().Nillable().Comment("of the owners, whom mail goes to; none: nobody owns it yet, and staff act for it, or it was purged"),
		field.Bool("by_code").Default(false).Immutable().Comment("begun by an access code, not by the call"),
		field.String("reference").Unique().Immutable().Comment("by which people speak of it"),
		field.Enum("state").Values(states...).Default("DRAFT"),
		field.Enum("pending_state").Values("SHORTLISTED", "WAITLISTED", "OFFERED", "NOT_SELECTED", "MERGED").Optional().Nillable().Comment("decided, and not released: never shown to applicants"),

		field.Int("organisation_id").Optional().Nillable().Comment("as staff have matched it"),
		field.String("organisation").Default("").Comment("as the applicant writes it"),
		field.Enum("organisation_kind").Values("CSO", "NHRI", "COALITION", "ACADEMIC", "OTHER").Optional().Nillable(),
		field.Bool("national").Optional().Nillable().Comment("works in the State under review, not internationally"),
		field.Bool("women_led").Default(false),
		field.Bool("group_at_risk").Default(false).Comment("led by people who risk being left behind"),
		field.Int("founded").Optional().Nillable().Comment("year"),
		field.Bool("ecosoc").Default(false).Comment("has consultative status"),
		field.Text("aims").Default("").Comment("200 words at most"),
		field.Strings("issues").Default([]string{}).Comment("codes"),
		field.Enum("submission").Values("ATTACHED", "LINK", "WILL_FOLLOW").Optional().Nillable().Comment("to the UPR"),
		field.String("submission_link").Default("").Comment("where the document is"),
		field.String("submission_file").Default("").Comment("fil_…, as it was handed in"),
		field.Text("availability").Default("").Comment("of who speaks, as the applicant writes it"),
		field.Time("consented_at").Optional().Nillable(),
		field.JSON("unavailable", []civil.Period{}).Default([]civil.Period{}).Annotations(entsql.Default("[]")).Comment("when those who speak cannot"),

		field.Int("rank").Optional().Nillable().Comment("on the waiting list, from 1 on"),
		field.Int("pending_rank").Optional().Nillable().Comment("WAITLISTED: to be its rank at the release"),
		field.Time("offer_expires_at").Optional().Nillable(),
		field.JSON("told", &civil.Appointment{}).Optional().Comment("when and where its meeting is, as the applicant was told last of an offer or a place"),
		field.Time("reminded_at").Optional().Nillable().Comment("of what the applicant has to do: when it began, or the last time"),
		field.Time("letter_requested_at").Optional().Nillable().Comment("of invitation"),
		field.Time("respond_by").Optional().Nillable(),
		field.Text("questions").Default("").Comment("what the applicant is to answer"),
		field.Enum("outcome").Values("CAPACITY", "OUT_OF_SCOPE", "LATE", "INCOMPLETE", "COVERED_BY_OTHERS", "NOT_HELD", "OTHER").Optional().Nillable().Comment("why it was not selected"),
		field.Text("feedback").Default("").Comment("for the applicant, to whom it is not selected"),
		field.Int("merged_into_id").Optional().Nillable(),
		field.Bool("merger_ended").Default(false).Comment("MERGED: what it was merged into ended once, and goes on without it"),
		field.Int("pending_merge_id").Optional().Nillable().Comment("into which it is to be merged at the release"),
		field.Text("agreement").Default("").Comment("how both applicants agreed to be merged, this one and the one of agreement_with_id"),
		field.Int("agreement_with_id").Optional().Nillable(),
		field.Text("pending_agreement").Default("").Comment("how both agreed to the merger that is staged, with which it ends"),
		field.String("agrees_to").Default("").Comment("reference of the registration with which its applicant agrees to be merged"),
		field.String("decided_by").Default("").Comment("usr_… or program:…"),
		field.Int("place").Optional().Nillable().Comment("in the order of speakers, from 1; none: after those that have one"),
		field.String("calendar_digest").Default("").Sensitive().Comment("of the token of the applicant's own calendar; empty: there is none"),
		field.Bool("returned_unchanged").Default(false).Comment("questions were not answered in time"),
		field.Int("revision").Default(1),
		field.Int("staged_revision").Default(0).Comment("how often something was staged, or taken back: a part of the revision for all but who has an interest"),
		field.Int("own_revision").Default(1).Comment("of what the applicant sees: staged decisions leave it as it is"),
		field.Int("calendar_revision").Default(0).Comment("how often what its calendar entry may say has changed otherwise, as with a level of protection"),
		field.Bool("had_protected").Default(false).Comment("somebody with a level of protection was removed, or is another person by now"),
		field.Time("created_at").Immutable(),
		field.Time("submitted_at").Optional().Nillable(),
	}
}

// Edges of the Registration.
func (Registration) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("meeting", PreSession.Type).Field("meeting_id").Unique().Required().Immutable(),
		edge.To("matched", Organisation.Type).Field("organisation_id").Unique(),
		edge.To("merged", Registration.Type).From("merged_into").Field("merged_into_id").Unique(),
		edge.From("decisions", Decision.Type).Ref("registration"),
		edge.From("evaluations", Evaluation.Type).Ref("registration"),
		edge.From("participants", Participant.Type).Ref("registration"),
	}
}

// Indexes of the Registration.
func (Registration) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("meeting_id"),
		index.Fields("meeting_id", "organisation_id").Unique().StorageKey("one_active_registration").
			Annotations(entsql.IndexWhere("organisation_id IS NOT NULL AND state <> 'WITHDRAWN' AND state <> 'NOT_SELECTED' AND state <> 'EXPIRED' AND state <> 'CANCELLED' AND state <> 'MERGED'")),
	}
}

// Annotations of the Registration.
func (Registration) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"merged_into_something": "((state = 'MERGED') = (merged_into_id IS NOT NULL))",
		"offers_expire":         "(state <> 'OFFERED' OR offer_expires_at IS NOT NULL)",
		"somebody_decided":      "(state NOT IN " + decided + " OR decided_by <> '')",
	})}
}

// Decision is one step of a registration: what the change log says, and the reason, which it does
// not hold.
type Decision struct{ ent.Schema }

// Policy of the Decision: the program alone reads and writes.
func (Decision) Policy() ent.Policy { return policy.Identity() }

// Fields of the Decision.
func (Decision) Fields() []ent.Field {
	return []ent.Field{
		field.Int("registration_id").Immutable(),
		field.Int("transition").Immutable().Comment("its number in internal/presession/transition.go"),
		field.String("from").Immutable(),
		field.String("to").Immutable(),
		field.Bool("staged").Immutable().Comment("not released yet"),
		field.String("actor").NotEmpty().Immutable(),
		field.String("as").NotEmpty().Immutable().Comment("the grant that was used, as in MANAGER round:rnd_…"),
		field.Text("reason").Default("").Comment("purged with the round: it may name people"),
		field.Time("at").Immutable(),
	}
}

// Edges of the Decision.
func (Decision) Edges() []ent.Edge {
	return []ent.Edge{edge.To("registration", Registration.Type).Field("registration_id").Unique().Required().Immutable()}
}

// Indexes of the Decision.
func (Decision) Indexes() []ent.Index { return []ent.Index{index.Fields("registration_id")} }
