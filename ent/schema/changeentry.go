package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// ChangeEntry is what a change did to one thing. Its id is its number: without gaps, in
// the order in which changes were committed.
type ChangeEntry struct{ ent.Schema }

// Fields of the ChangeEntry.
func (ChangeEntry) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").Immutable().Comment("its number in the log"),
		field.Int64("version").Optional().Nillable().Unique().Immutable().Comment("of the record; empty where nothing public changed"),
		field.String("node").NotEmpty().Immutable().Comment("public id, as in rec_… or usr_…"),
		field.String("operation").NotEmpty().Immutable().Comment("as in CREATE, CORRECT, WITHDRAW"),
		field.Text("projection").Optional().Nillable().Comment("what readers see of it afterwards, as JSON; empty where they see nothing. Never private values"),
		field.Bool("redacted").Default(false).Comment("its projection was taken away"),
		field.Int("change_id").Immutable(),
	}
}

// Edges of the ChangeEntry.
func (ChangeEntry) Edges() []ent.Edge {
	return []ent.Edge{edge.To("change", Change.Type).Field("change_id").Unique().Required().Immutable()}
}

// Indexes of the ChangeEntry.
func (ChangeEntry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("node", "id"), index.Fields("change_id")}
}
