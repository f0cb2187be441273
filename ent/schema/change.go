package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Change is one transaction that changed something: by whom, when and why. Its entries
// say what.
type Change struct{ ent.Schema }

// Fields of the Change.
func (Change) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("origin").Values("DESK", "IMPORT", "REFERENCE", "SAMPLE", "SYSTEM").Immutable().Comment("which way it came"),
		field.String("actor").NotEmpty().Immutable().Comment("usr_…, key_…, or program:import and the like"),
		field.String("reason").Default("").Comment("in the actor's words; blanked by a redaction that says so"),
		field.String("request").Default("").Immutable().Comment("id of the request, as in the logs"),
		field.Time("at").Immutable(),
	}
}

// Edges of the Change.
func (Change) Edges() []ent.Edge {
	return []ent.Edge{edge.From("entries", ChangeEntry.Type).Ref("change")}
}

// Indexes of the Change.
func (Change) Indexes() []ent.Index { return []ent.Index{index.Fields("actor")} }
