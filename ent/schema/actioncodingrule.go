package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// ActionCodingRule settles which action category a recommendation gets in doubt.
type ActionCodingRule struct{ ent.Schema }

// Fields of the ActionCodingRule.
func (ActionCodingRule) Fields() []ent.Field {
	return []ent.Field{
		field.Int("position").Unique(),
		field.Text("rule").NotEmpty(),
	}
}
