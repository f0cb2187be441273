package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/upr-info/upr/internal/policy"
)

// BadgeList is that somebody may take out, for a day, who is to be let into the meetings of a round. It
// has no names: they are opened each time.
type BadgeList struct{ ent.Schema }

// Mixin of the BadgeList.
func (BadgeList) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the BadgeList: the program alone reads and writes; internal/presession looks who may.
func (BadgeList) Policy() ent.Policy { return policy.Identity() }

// Fields of the BadgeList.
func (BadgeList) Fields() []ent.Field {
	return []ent.Field{
		field.Int("round_id").Immutable(),
		field.String("made_by").Immutable().Comment("usr_…"),
		field.Time("made_at").Immutable(),
		field.Time("expires_at").Immutable(),
	}
}

// Edges of the BadgeList.
func (BadgeList) Edges() []ent.Edge {
	return []ent.Edge{edge.To("round", Round.Type).Field("round_id").Unique().Required().Immutable()}
}
