package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"

	"github.com/upr-info/upr/internal/policy"
)

// Identity guards entities about people: the program reads and writes them, an
// administrator reads them, and nobody else comes near.
type Identity struct{ mixin.Schema }

// Policy of the mixin.
func (Identity) Policy() ent.Policy { return policy.Identity() }

// Owned belongs to a user, who may read it.
type Owned struct{ mixin.Schema }

// Fields of the mixin.
func (Owned) Fields() []ent.Field { return []ent.Field{field.Int("user_id").Immutable()} }

// Indexes of the mixin.
func (Owned) Indexes() []ent.Index { return []ent.Index{index.Fields("user_id")} }

// Policy of the mixin.
func (Owned) Policy() ent.Policy { return policy.Owned() }

// owner is the edge of an Owned entity.
func owner(ref string) []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref(ref).Field("user_id").Unique().Required().Immutable()}
}
