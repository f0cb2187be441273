// Package schema describes the entities: one file each, and the mixins they share.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"github.com/upr-info/upr/internal/civil"
)

// date is a day without a time. PostgreSQL checks that it exists.
func date(name string) ent.Field {
	return field.String(name).GoType(civil.Date("")).Optional().
		SchemaType(map[string]string{dialect.Postgres: "date"})
}

// Public gives an entity the id that its readers see: prefixed with its kind,
// opaque and stable for ever.
type Public struct{ mixin.Schema }

// Fields of the mixin.
func (Public) Fields() []ent.Field {
	return []ent.Field{
		field.String("uid").Unique().Immutable().NotEmpty().Comment("public id, as in rec_…; never reused"),
	}
}

// Names are an entity's name in the three languages that UPR Info works in.
type Names struct{ mixin.Schema }

// Fields of the mixin.
func (Names) Fields() []ent.Field {
	return []ent.Field{
		field.String("name_en").NotEmpty(),
		field.String("name_fr").Default(""),
		field.String("name_es").Default(""),
	}
}

// Titles are an official text in the six languages of the United Nations.
type Titles struct{ mixin.Schema }

// Fields of the mixin.
func (Titles) Fields() []ent.Field {
	return []ent.Field{
		field.Text("title_en").NotEmpty(),
		field.Text("title_fr").Default(""),
		field.Text("title_es").Default(""),
		field.Text("title_ar").Default(""),
		field.Text("title_ru").Default(""),
		field.Text("title_zh").Default(""),
	}
}

// Published says whether readers see a row: drafts are not published yet, what is
// withdrawn is not any more. Nothing that was public is deleted.
type Published struct{ mixin.Schema }

// Fields of the mixin.
func (Published) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("status").Values("DRAFT", "PUBLISHED", "WITHDRAWN").Default("PUBLISHED"),
	}
}

// Provenance says where a row of the record came from.
type Provenance struct{ mixin.Schema }

// Fields of the mixin.
func (Provenance) Fields() []ent.Field {
	return []ent.Field{
		field.Int("run_id").Comment("the import that brought it"),
		field.Int("source_row").Comment("line of the source file, counted from 1, the header included"),
	}
}

// Edges of the mixin.
func (Provenance) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("run", ImportRun.Type).Field("run_id").Unique().Required(),
	}
}

// Tag links a recommendation or a pledge, exactly one of them, to an entry of a
// vocabulary, and says who says so. Sources may disagree: each keeps its own tag.
type Tag struct{ mixin.Schema }

// Fields of the mixin.
func (Tag) Fields() []ent.Field {
	return []ent.Field{
		field.Int("recommendation_id").Optional().Nillable(),
		field.Int("pledge_id").Optional().Nillable(),
		field.String("source").NotEmpty().Comment("who tagged, as in \"UPR Info\""),
		field.Enum("method").Values("CURATED", "RULE", "MODEL").Comment("by people, by written rules, by a model"),
		field.Float32("confidence").Min(0).Max(1).Default(1),
		field.String("reviewer").Optional().Comment("who looked at it since; never public"),
		field.Time("reviewed_at").Optional().Nillable(),
		field.Bool("rejected").Default(false).Comment("a person held it to be wrong: kept, so that it is not suggested again, and not public"),
	}
}

// Edges of the mixin.
func (Tag) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("recommendation", Recommendation.Type).Field("recommendation_id").Unique(),
		edge.To("pledge", Pledge.Type).Field("pledge_id").Unique(),
	}
}

// Annotations of the mixin.
func (Tag) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{
		"one_subject": "((recommendation_id IS NULL) <> (pledge_id IS NULL))",
	})}
}
