package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// StateAlias is another name by which a source or a reader calls a State.
type StateAlias struct{ ent.Schema }

// Fields of the StateAlias.
func (StateAlias) Fields() []ent.Field {
	return []ent.Field{
		field.String("alias").NotEmpty(),
		field.Enum("kind").Values("UPR_INFO_2015", "UN_FORMAL", "UN_OTHER", "FORMER", "COMMON"),
		field.Int("state_id"),
	}
}

// Edges of the StateAlias.
func (StateAlias) Edges() []ent.Edge {
	return []ent.Edge{edge.To("state", State.Type).Field("state_id").Unique().Required()}
}

// Indexes of the StateAlias.
func (StateAlias) Indexes() []ent.Index {
	return []ent.Index{index.Fields("state_id", "alias").Unique()}
}
