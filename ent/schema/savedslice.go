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

// SavedSlice is a question of an export that has an address of its own.
type SavedSlice struct{ ent.Schema }

// Annotations of the SavedSlice.
func (SavedSlice) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "saved_slices"}}
}

// Mixin of the SavedSlice.
func (SavedSlice) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Owned{}} }

// Fields of the SavedSlice.
func (SavedSlice) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Immutable(),
		field.String("kind").NotEmpty().Immutable().Comment("as in recommendations"),
		field.Text("parameters").Default("").Immutable().Comment("of the export, as in an address"),
		field.Bool("public").Default(false).Immutable().Comment("anybody may read it; else its owner and their keys"),
		field.String("version").Default("").Immutable().Comment("of the record to which it is pinned; empty: it is live"),
		field.Time("created_at").Immutable(),
		field.Time("withdrawn_at").Optional().Nillable(),
		field.Int("content_id").Optional().Nillable().Immutable(),
		field.Int("whole").Default(0).Immutable().Comment("rows of the kind in the whole record, where it is pinned"),
		field.String("groups").Default("").Immutable().Comment("groups of partners that a pinned one names, with their revisions, as in pgr_….3"),
	}
}

// Edges of the SavedSlice.
func (SavedSlice) Edges() []ent.Edge {
	return append(owner("saved_slices"), edge.To("content", SliceContent.Type).Field("content_id").Unique().Immutable(),
		edge.To("parts", SlicePart.Type).Annotations(entsql.OnDelete(entsql.Cascade)))
}

// SlicePart is a list that the package of a pinned slice has beside its rows.
type SlicePart struct{ ent.Schema }

// Policy of the SlicePart: the program alone reads and writes it.
func (SlicePart) Policy() ent.Policy { return policy.Identity() }

// Fields of the SlicePart.
func (SlicePart) Fields() []ent.Field {
	return []ent.Field{
		field.Int("slice_id").Immutable(),
		field.Int("content_id").Immutable().Comment("of several slices, where the list was the same"),
		field.String("kind").NotEmpty().Immutable().Comment("as in states"),
	}
}

// Edges of the SlicePart.
func (SlicePart) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("slice", SavedSlice.Type).Ref("parts").Field("slice_id").Unique().Required().Immutable(),
		edge.To("content", SliceContent.Type).Field("content_id").Unique().Required().Immutable().Annotations(entsql.OnDelete(entsql.Restrict)),
	}
}

// Indexes of the SlicePart.
func (SlicePart) Indexes() []ent.Index { return []ent.Index{index.Fields("slice_id", "kind").Unique()} }

// SliceContent are the rows of a pinned slice.
type SliceContent struct{ ent.Schema }

// Policy of the SliceContent: the program alone reads and writes it.
func (SliceContent) Policy() ent.Policy { return policy.Identity() }

// Fields of the SliceContent.
func (SliceContent) Fields() []ent.Field {
	return []ent.Field{
		field.String("digest").NotEmpty().Comment("SHA-256 of the rows; another one where something was redacted"),
		field.Bytes("body").Comment("NDJSON, compressed by gzip"),
		field.Int("count").Immutable(),
		field.Bool("synthetic").Immutable(),
		field.Time("published_at").Immutable().Comment("when the version was made"),
	}
}

// Indexes of the SliceContent.
func (SliceContent) Indexes() []ent.Index { return []ent.Index{index.Fields("digest")} }
