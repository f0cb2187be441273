package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// Participant is a person who is to speak for a registration, without who they are: that is sealed
// in a ParticipantIdentity.
type Participant struct{ ent.Schema }

// Mixin of the Participant.
func (Participant) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the Participant: the program alone reads and writes; internal/presession looks who may.
func (Participant) Policy() ent.Policy { return policy.Identity() }

// Fields of the Participant.
func (Participant) Fields() []ent.Field {
	return []ent.Field{
		field.Int("registration_id").Immutable(),
		field.Int("level").Range(0, 3).Default(0).Comment("of protection"),
		field.Int("lower_to").Range(0, 2).Optional().Nillable().Comment("as the applicant asks; the protection officer decides"),
		field.Time("reviewed_at").Optional().Nillable().Comment("when the protection officer has looked at the level"),
		field.String("pseudonym").Default("").Comment("for the public at level 2"),
		field.Enum("gender").Values("WOMAN", "MAN", "OTHER", "UNDISCLOSED").Default("UNDISCLOSED").Comment("for figures alone"),
		field.Enum("contact").Values("EMAIL", "SIGNAL", "PHONE", "PARTNER", "NONE").Default("EMAIL").Comment("the channel that is safe"),
		field.String("language").Default("EN").Comment("EN, FR or ES"),
		field.Bool("neutral").Default(false).Comment("mail must not say what it is about"),
		field.Bool("named").Default(false).Comment("there is an identity"),
		field.Bool("by_staff").Default(false).Comment("staff wrote the identity in the applicant's place: no owner reads it back"),
		field.String("person").Default("").Sensitive().Comment("keyed digest of the address within the round: who speaks in two meetings"),
		field.Int("revision").Default(1),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the Participant.
func (Participant) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("registration", Registration.Type).Field("registration_id").Unique().Required().Immutable(),
		edge.To("identity", ParticipantIdentity.Type).Unique(),
		edge.From("consents", Consent.Type).Ref("participant"),
	}
}

// Indexes of the Participant.
func (Participant) Indexes() []ent.Index {
	return []ent.Index{index.Fields("registration_id"), index.Fields("person")}
}

// ParticipantIdentity is who a participant is, sealed under a key of its own. What is purged has
// neither.
type ParticipantIdentity struct{ ent.Schema }

// Policy of the ParticipantIdentity: the program alone reads and writes.
func (ParticipantIdentity) Policy() ent.Policy { return policy.Identity() }

// Fields of the ParticipantIdentity.
func (ParticipantIdentity) Fields() []ent.Field {
	return []ent.Field{
		field.Int("participant_id").Unique().Immutable(),
		field.Bytes("data_key").Optional().Sensitive().Comment("sealed"),
		field.Bytes("content").Optional().Sensitive().Comment("sealed under the key: name, position, address, telephone"),
	}
}

// Edges of the ParticipantIdentity.
func (ParticipantIdentity) Edges() []ent.Edge {
	return []ent.Edge{edge.From("participant", Participant.Type).Ref("identity").Field("participant_id").Unique().Required().Immutable()}
}

// Consent is that something of a participant may be shown to an audience. What is not there is
// not consented to.
type Consent struct{ ent.Schema }

// Policy of the Consent: the program alone reads and writes.
func (Consent) Policy() ent.Policy { return policy.Identity() }

// Fields of the Consent.
func (Consent) Fields() []ent.Field {
	return []ent.Field{
		field.Int("participant_id").Immutable(),
		field.Enum("audience").Values("PUBLIC", "MISSIONS", "STATE_UNDER_REVIEW", "PARTNERS", "ARCHIVE", "UN_SECURITY").Immutable(),
		field.Enum("item").Values("NAME", "ORGANISATION", "PHOTO", "LIVESTREAM", "RECORDING", "STATEMENT", "ASKS").Immutable(),
		field.Time("given_at").Immutable(),
	}
}

// Edges of the Consent.
func (Consent) Edges() []ent.Edge {
	return []ent.Edge{edge.To("participant", Participant.Type).Field("participant_id").Unique().Required().Immutable()}
}

// Indexes of the Consent.
func (Consent) Indexes() []ent.Index {
	return []ent.Index{index.Fields("participant_id", "audience", "item").Unique()}
}
