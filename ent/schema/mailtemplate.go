package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// MailTemplate is a revision of a template that people edited. The program brings revision 0.
type MailTemplate struct{ ent.Schema }

// Annotations of the MailTemplate.
func (MailTemplate) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "mail_templates"}}
}

// Mixin of the MailTemplate.
func (MailTemplate) Mixin() []ent.Mixin { return []ent.Mixin{Identity{}} }

// Fields of the MailTemplate.
func (MailTemplate) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").NotEmpty().Immutable(),
		field.String("language").NotEmpty().Immutable(),
		field.Int("revision").Positive().Immutable(),
		field.Text("source").Default("").Immutable().Comment("subject, empty line, text; empty: the built-in one again"),
		field.String("author").NotEmpty().Immutable(),
		field.Text("reason").NotEmpty().Immutable(),
		field.Time("created_at").Immutable(),
	}
}

// Indexes of the MailTemplate.
func (MailTemplate) Indexes() []ent.Index {
	return []ent.Index{index.Fields("key", "language", "revision").Unique()}
}
