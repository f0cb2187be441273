package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Session is one of the sessions of the Working Group on the UPR, two weeks each.
type Session struct{ ent.Schema }

// Fields of the Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.Int("number").Unique().Immutable().Positive(),
		field.Int("cycle").Range(1, 9),
		date("start_date"),
		date("end_date"),
		field.String("date_source").Default(""),
	}
}

// Edges of the Session.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{edge.From("reviews", Review.Type).Ref("session")}
}
