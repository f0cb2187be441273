package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// StateGroupMembership says from when to when a State belongs to a group.
// Without dates it always holds; as_of says when the source listed it.
type StateGroupMembership struct{ ent.Schema }

// Fields of the StateGroupMembership.
func (StateGroupMembership) Fields() []ent.Field {
	return []ent.Field{
		date("from_date"),
		date("to_date"),
		date("as_of"),
		field.String("source").Default(""),
		field.Int("state_id"),
		field.Int("group_id"),
	}
}

// Edges of the StateGroupMembership.
func (StateGroupMembership) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("state", State.Type).Field("state_id").Unique().Required(),
		edge.To("group", StateGroup.Type).Field("group_id").Unique().Required(),
	}
}

// Indexes of the StateGroupMembership.
func (StateGroupMembership) Indexes() []ent.Index {
	return []ent.Index{index.Fields("group_id", "state_id", "from_date").Unique()}
}
