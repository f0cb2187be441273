package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// OutboxMessage is a mail on its way, or a task where no mail may go. What it says and to whom is
// sealed.
type OutboxMessage struct{ ent.Schema }

// Annotations of the OutboxMessage.
func (OutboxMessage) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "outbox_messages"}}
}

// Mixin of the OutboxMessage.
func (OutboxMessage) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Identity{}} }

// Fields of the OutboxMessage.
func (OutboxMessage) Fields() []ent.Field {
	return []ent.Field{
		field.String("template").NotEmpty().Immutable(),
		field.String("language").NotEmpty().Immutable(),
		field.String("about").Default("").Immutable().Comment("uid of what it is about, as in reg_…"),
		field.String("round").Default("").Immutable(),
		field.String("state").Default("").Immutable().Comment("ISO3 of the State under review"),
		field.Int("level").Range(0, 3).Immutable().Comment("protection level of the recipient"),
		field.Bool("neutral").Default(false).Immutable(),
		field.Enum("status").Values("DRAFT", "QUEUED", "SENDING", "SENT", "IN_DOUBT", "FAILED", "BOUNCED", "CANCELLED", "TASK"),
		field.Bytes("address").Optional().Sensitive().Comment("sealed; none of a task, or of what was forgotten"),
		field.Bytes("content").Optional().Sensitive().Comment("sealed: subject, text and calendar, with marks for what is private"),
		field.Bytes("private").Optional().Sensitive().Comment("sealed: what stands at the marks"),
		field.Int("revision").Default(1).Comment("of the text"),
		field.Time("created_at").Immutable(),
		field.Time("not_before").Optional().Nillable().Immutable(),
		field.Time("queued_at").Optional().Nillable(),
		field.Time("next_at").Optional().Nillable().Comment("of the next attempt"),
		field.Time("slot_at").Optional().Nillable().Comment("its place in the number of messages a minute"),
		field.Int("attempts").Default(0),
		field.String("claim").Default("").Comment("of whoever sends it"),
		field.Time("claimed_at").Optional().Nillable(),
		field.Bool("handed").Default(false).Comment("the server may have taken it: written before its last line is sent"),
		field.Time("sent_at").Optional().Nillable(),
		field.String("failure").Default("").Comment("codes of the server, never its words, which may repeat an address"),
	}
}

// Indexes of the OutboxMessage.
func (OutboxMessage) Indexes() []ent.Index {
	return []ent.Index{index.Fields("about"), index.Fields("round"), index.Fields("state"), index.Fields("status", "claimed_at"), index.Fields("slot_at")}
}
