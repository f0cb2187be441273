package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// StoredFile is a file that somebody uploaded: what is known of it, and the key of its content,
// which is in the file store. Its name on the machine it came from is never kept.
type StoredFile struct{ ent.Schema }

// Mixin of the StoredFile. The program alone reads and writes it: features say who may.
func (StoredFile) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Identity{}} }

// Fields of the StoredFile.
func (StoredFile) Fields() []ent.Field {
	return []ent.Field{
		field.String("about").NotEmpty().Immutable().Comment("id of the thing to which it belongs"),
		field.String("kind").NotEmpty().Immutable().Comment("by its content, as in PDF"),
		field.Enum("state").Values("UPLOADED", "QUARANTINED", "CLEAN", "ACCEPTED", "REFUSED", "PURGED").Default("UPLOADED"),
		field.Text("reason").Default("").Comment("why it was refused, for whoever uploaded it"),
		field.String("refusal").Optional().Nillable().Comment("the same in a closed list, as in PROTECTED, where it is one of that"),
		field.Int64("size").Comment("of what was uploaded, in bytes"),
		field.String("sha256").Default("").Comment("of what was uploaded; empty when purged"),
		field.Int64("clean_size").Default(0).Comment("without metadata"),
		field.String("clean_sha256").Default("").Comment("without metadata; empty: nothing was removed yet"),
		field.Bytes("data_key").Optional().Sensitive().Comment("sealed; without it nobody can read the content any more"),
		field.Time("uploaded_at").Immutable(),
		field.Time("scanned_at").Optional().Nillable().Comment("when no virus was found"),
		field.Time("purged_at").Optional().Nillable(),
		field.Time("missing_at").Optional().Nillable().Comment("since when its content is not in the store, though it should be"),
	}
}

// Indexes of the StoredFile.
func (StoredFile) Indexes() []ent.Index { return []ent.Index{index.Fields("about")} }

// UploadPermit lets who holds its token upload one file.
type UploadPermit struct{ ent.Schema }

// Mixin of the UploadPermit.
func (UploadPermit) Mixin() []ent.Mixin { return []ent.Mixin{Identity{}} }

// Fields of the UploadPermit.
func (UploadPermit) Fields() []ent.Field {
	return []ent.Field{
		field.String("digest").Unique().NotEmpty().Immutable().Sensitive().Comment("of the token"),
		field.String("about").NotEmpty().Immutable(),
		field.String("kinds").NotEmpty().Immutable().Comment("as in PDF,DOCX"),
		field.Int64("max_size").Positive().Immutable(),
		field.Time("expires_at").Immutable(),
		field.Time("used_at").Optional().Nillable(),
	}
}

// Indexes of the UploadPermit.
func (UploadPermit) Indexes() []ent.Index {
	return []ent.Index{index.Fields("about"), index.Fields("expires_at")}
}
