package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/policy"
)

// KeyUsage is what a key asked for on one day.
type KeyUsage struct{ ent.Schema }

// Policy of the KeyUsage: the program alone reads and writes it.
func (KeyUsage) Policy() ent.Policy { return policy.Identity() }

// Fields of the KeyUsage.
func (KeyUsage) Fields() []ent.Field {
	return []ent.Field{
		field.Int("key_id").Immutable(),
		field.String("day").GoType(civil.Date("")).Immutable().SchemaType(map[string]string{dialect.Postgres: "date"}),
		field.Int64("requests").Default(0),
		field.Int64("refused").Default(0).Comment("of them, because of a limit"),
		field.Int64("counted").Default(0).Comment("against the quota: an export counts as several requests"),
		field.Int64("rows").Default(0).Comment("of exports"),
		field.Int64("bytes").Default(0).Comment("of answers"),
	}
}

// Edges of the KeyUsage.
func (KeyUsage) Edges() []ent.Edge {
	return []ent.Edge{edge.From("key", APIKey.Type).Ref("usage").Field("key_id").Unique().Required().Immutable()}
}

// Indexes of the KeyUsage.
func (KeyUsage) Indexes() []ent.Index { return []ent.Index{index.Fields("key_id", "day").Unique()} }
