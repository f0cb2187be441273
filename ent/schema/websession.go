package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/upr-info/upr/internal/policy"
)

// WebSession is a browser's session. Before somebody has signed in it belongs to nobody.
type WebSession struct{ ent.Schema }

// Mixin of the WebSession. Its rows belong to a user where they have one.
func (WebSession) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Policy of the WebSession.
func (WebSession) Policy() ent.Policy { return policy.Owned() }

// Fields of the WebSession.
func (WebSession) Fields() []ent.Field {
	return []ent.Field{
		field.Int("user_id").Optional().Nillable(),
		field.String("digest").Unique().NotEmpty().Sensitive().Comment("of the token in the cookie"),
		field.Bytes("data").Sensitive(),
		field.String("client").Default("").Comment("what the browser says it is, shortened"),
		field.Time("created_at").Immutable(),
		field.Time("seen_at"),
		field.Time("expires_at"),
	}
}

// Edges of the WebSession.
func (WebSession) Edges() []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref("web_sessions").Field("user_id").Unique()}
}

// Indexes of the WebSession.
func (WebSession) Indexes() []ent.Index {
	return []ent.Index{index.Fields("user_id"), index.Fields("expires_at")}
}
