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

// PartnerGroup is a group of States that a partner defined. What it is stands in its revisions.
type PartnerGroup struct{ ent.Schema }

// Annotations of the PartnerGroup.
func (PartnerGroup) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "partner_groups"}}
}

// Mixin of the PartnerGroup.
func (PartnerGroup) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Owned{}} }

// Fields of the PartnerGroup.
func (PartnerGroup) Fields() []ent.Field {
	return []ent.Field{
		field.Bool("public").Default(false).Immutable().Comment("anybody may use it; else its owner alone"),
		field.Int("revision").Default(1).Comment("the one that holds"),
		field.Time("created_at").Immutable(),
		field.Time("withdrawn_at").Optional().Nillable(),
	}
}

// Edges of the PartnerGroup.
func (PartnerGroup) Edges() []ent.Edge {
	return append(owner("partner_groups"), edge.To("revisions", PartnerGroupRevision.Type).Annotations(entsql.OnDelete(entsql.Cascade)))
}

// PartnerGroupRevision is what a group of a partner was from one change to the next. It is never
// changed: pinned slices name it.
type PartnerGroupRevision struct{ ent.Schema }

// Annotations of the PartnerGroupRevision.
func (PartnerGroupRevision) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "partner_group_revisions"}}
}

// Policy of the PartnerGroupRevision: the program alone reads and writes it.
func (PartnerGroupRevision) Policy() ent.Policy { return policy.Identity() }

// Fields of the PartnerGroupRevision.
func (PartnerGroupRevision) Fields() []ent.Field {
	return []ent.Field{
		field.Int("group_id").Immutable(),
		field.Int("revision").Immutable(),
		field.String("name").NotEmpty().Immutable(),
		field.Text("description").Default("").Immutable(),
		field.Bytes("members").Immutable().Comment("JSON: State, from, until"),
		field.Time("created_at").Immutable(),
	}
}

// Edges of the PartnerGroupRevision.
func (PartnerGroupRevision) Edges() []ent.Edge {
	return []ent.Edge{edge.From("group", PartnerGroup.Type).Ref("revisions").Field("group_id").Unique().Required().Immutable()}
}

// Indexes of the PartnerGroupRevision.
func (PartnerGroupRevision) Indexes() []ent.Index {
	return []ent.Index{index.Fields("group_id", "revision").Unique()}
}
