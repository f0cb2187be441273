package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// Meeting is a Pre-session as the published agenda says. It is what readers see, and holds nothing
// else: PreSession is what coordinators work with.
type Meeting struct{ ent.Schema }

// Mixin of the Meeting.
func (Meeting) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Fields of the Meeting.
func (Meeting) Fields() []ent.Field {
	return []ent.Field{
		field.Int("review_id").Immutable(),
		field.Time("starts_at"),
		field.Int("minutes").Positive(),
		field.String("room").Default(""),
		field.Enum("mode").Values("IN_PERSON", "HYBRID", "VIRTUAL_RECORDED"),
		field.Enum("status").Values("PLANNED", "HELD", "NOT_HELD", "POSTPONED").Default("PLANNED"),
		field.Strings("missions").Default([]string{}).Annotations(entsql.Default("[]")).Comment("ISO 3166 alpha-3 of the States that consent to be named as coming"),
		field.Int("mission_count").Optional().Nillable().Comment("States that come; none: withheld"),
		field.Int("sequence").Default(0).Comment("how often time, place or status have changed, for calendars"),
	}
}

// Edges of the Meeting.
func (Meeting) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("review", Review.Type).Field("review_id").Unique().Required().Immutable(),
		edge.From("speakers", Speaker.Type).Ref("meeting"),
	}
}

// Indexes of the Meeting.
func (Meeting) Indexes() []ent.Index { return []ent.Index{index.Fields("review_id").Unique()} }

// Speaker is what the published agenda says of somebody who speaks at a meeting: no more than they
// consent to. Its id is that of one meeting, so that nobody is followed from one to another.
type Speaker struct{ ent.Schema }

// Mixin of the Speaker.
func (Speaker) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Speaker: the program alone reads and writes. Readers see what the record has.
func (Speaker) Policy() ent.Policy { return policy.Identity() }

// Fields of the Speaker.
func (Speaker) Fields() []ent.Field {
	return []ent.Field{
		field.Int("meeting_id").Immutable(),
		field.Int("participant_id").Optional().Nillable().Comment("private; none once withdrawn"),
		field.Int("organisation_id").Optional().Nillable(),
		field.Enum("status").Values("PUBLISHED", "WITHDRAWN").Default("PUBLISHED"),
		field.Int("place").Comment("in the order of speakers, from 1"),
		field.String("name").Default(""),
		field.String("function").Default("").Comment("in the organisation"),
		field.String("organisation_name").Default(""),
	}
}

// Edges of the Speaker.
func (Speaker) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("meeting", Meeting.Type).Field("meeting_id").Unique().Required().Immutable(),
		edge.To("organisation", Organisation.Type).Field("organisation_id").Unique(),
	}
}

// Indexes of the Speaker.
func (Speaker) Indexes() []ent.Index {
	return []ent.Index{index.Fields("meeting_id"), index.Fields("participant_id").Unique()}
}

// AgendaVersion is the agenda of a round as it was published once: what each registration was told.
// It names no person.
type AgendaVersion struct{ ent.Schema }

// Policy of the AgendaVersion: the program alone reads and writes.
func (AgendaVersion) Policy() ent.Policy { return policy.Identity() }

// Fields of the AgendaVersion.
func (AgendaVersion) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.Int("number").Positive().Immutable(),
		field.Time("published_at").Immutable(),
		field.String("published_by").Immutable().Comment("usr_…"),
		field.Text("entries").Immutable().Comment("JSON: per registration its meeting, time, room and place"),
	}
}

// Edges of the AgendaVersion.
func (AgendaVersion) Edges() []ent.Edge {
	return []ent.Edge{edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable()}
}

// Indexes of the AgendaVersion.
func (AgendaVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("round_id", "number").Unique()}
}
