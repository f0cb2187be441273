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

// Webhook is an address of a partner's to which changes are sent.
type Webhook struct{ ent.Schema }

// Mixin of the Webhook.
func (Webhook) Mixin() []ent.Mixin { return []ent.Mixin{Public{}, Owned{}} }

// Fields of the Webhook.
func (Webhook) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().Immutable(),
		field.Text("url").NotEmpty().Immutable(),
		field.Strings("kinds").Optional().Immutable().Comment("of changes; none: all"),
		field.Text("filter_text").Default("").Immutable().Comment("the filter of the one kind, as JSON; empty: there is none"),
		field.String("slice").Default("").Immutable().Comment("the slice whose question it was"),
		field.Bytes("secret").Sensitive().Comment("sealed"),
		field.Bytes("former_secret").Optional().Nillable().Sensitive().Comment("sealed; signs as well until former_until"),
		field.Time("former_until").Optional().Nillable(),
		field.String("cursor").NotEmpty().Comment("up to which deliveries were made"),
		field.String("under_way").Default("").Comment("the delivery after which the next one is made; empty: none"),
		field.Int("dead_letters").Default(0).Comment("one after the other, since the last success"),
		field.Time("created_at").Immutable(),
		field.Time("disabled_at").Optional().Nillable(),
		field.String("disabled_because").Default(""),
		field.Time("withdrawn_at").Optional().Nillable(),
	}
}

// Edges of the Webhook.
func (Webhook) Edges() []ent.Edge {
	return append(owner("webhooks"), edge.To("deliveries", WebhookDelivery.Type).Annotations(entsql.OnDelete(entsql.Cascade)))
}

// WebhookDelivery is what is sent to a webhook at once. What it says is not kept, but read from
// the log when it is sent.
type WebhookDelivery struct{ ent.Schema }

// Annotations of the WebhookDelivery.
func (WebhookDelivery) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "webhook_deliveries"}}
}

// Policy of the WebhookDelivery: the program alone reads and writes it.
func (WebhookDelivery) Policy() ent.Policy { return policy.Identity() }

// Mixin of the WebhookDelivery.
func (WebhookDelivery) Mixin() []ent.Mixin { return []ent.Mixin{Public{}} }

// Fields of the WebhookDelivery.
func (WebhookDelivery) Fields() []ent.Field {
	return []ent.Field{
		field.Int("webhook_id").Immutable(),
		field.String("since").Immutable().Comment("the cursor after which it begins"),
		field.String("cursor").Immutable().Comment("the cursor with which it ends"),
		field.Enum("state").Values("WAITING", "DELIVERED", "DEAD").Default("WAITING"),
		field.Int("attempts").Default(0),
		field.Int("round").Default(0).Comment("how often it was begun again"),
		field.Int("status").Default(0).Comment("of the last answer; 0: there was none"),
		field.String("failure").Default("").Comment("why the last attempt failed"),
		field.Time("next_at").Optional().Nillable(),
		field.Time("created_at").Immutable(),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Edges of the WebhookDelivery.
func (WebhookDelivery) Edges() []ent.Edge {
	return []ent.Edge{edge.From("webhook", Webhook.Type).Ref("deliveries").Field("webhook_id").Unique().Required().Immutable()}
}

// Indexes of the WebhookDelivery.
func (WebhookDelivery) Indexes() []ent.Index {
	return []ent.Index{index.Fields("webhook_id"), index.Fields("ended_at")}
}
