package policy

import (
	"context"
	"reflect"

	"entgo.io/ent"
	"entgo.io/ent/entql"
	"entgo.io/ent/privacy"

	"github.com/upr-info/upr/internal/viewer"
)

// Identity is the policy of what is about people as such: the program writes, an
// administrator reads as well.
func Identity() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{DenyIfNoViewer(), AllowIfProgram(), AllowIfAdmin(), privacy.AlwaysDenyRule()},
		Mutation: privacy.MutationPolicy{DenyIfNoViewer(), AllowIfProgram(), privacy.AlwaysDenyRule()},
	}
}

// Owned is the policy of what belongs to a user: owners read theirs and only theirs. A key
// reads nothing of its owner's.
func Owned() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{DenyIfNoViewer(), AllowIfProgram(), AllowIfAdmin(), DenyIfKey(), FilterToOwner(), privacy.AlwaysDenyRule()},
		Mutation: privacy.MutationPolicy{DenyIfNoViewer(), AllowIfProgram(), privacy.AlwaysDenyRule()},
	}
}

// Self is the policy of users: they read themselves.
func Self() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{DenyIfNoViewer(), AllowIfProgram(), AllowIfAdmin(), DenyIfKey(), FilterToSelf(), privacy.AlwaysDenyRule()},
		Mutation: privacy.MutationPolicy{DenyIfNoViewer(), AllowIfProgram(), privacy.AlwaysDenyRule()},
	}
}

// DenyIfNoViewer denies where it is not known who asks.
func DenyIfNoViewer() privacy.QueryMutationRule {
	return rule(func(ctx context.Context) error {
		if _, known := viewer.From(ctx); !known {
			return privacy.Denyf("nobody is known to ask: most likely a bug")
		}
		return privacy.Skip
	})
}

// AllowIfProgram allows what the program does by itself: its own code has looked who may.
func AllowIfProgram() privacy.QueryMutationRule {
	return rule(func(ctx context.Context) error {
		if v, known := viewer.From(ctx); known && v.Program != "" {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// AllowIfAdmin allows administrators.
func AllowIfAdmin() privacy.QueryMutationRule {
	return rule(func(ctx context.Context) error {
		if v, _ := viewer.From(ctx); v.Has(viewer.Admin) {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// DenyIfKey denies API keys.
func DenyIfKey() privacy.QueryMutationRule {
	return rule(func(ctx context.Context) error {
		if v, _ := viewer.From(ctx); v.IsKey() {
			return privacy.Denyf("an API key asks")
		}
		return privacy.Skip
	})
}

// FilterToOwner allows the rows whose user asks, and hides all others.
func FilterToOwner() privacy.QueryRule {
	return filterTo(func(uid string) entql.P { return entql.HasEdgeWith("user", entql.FieldEQ("uid", uid)) })
}

// FilterToSelf allows the user who asks, and hides all others.
func FilterToSelf() privacy.QueryRule {
	return filterTo(func(uid string) entql.P { return entql.FieldEQ("uid", uid) })
}

func filterTo(own func(uid string) entql.P) privacy.QueryRule {
	return queryRule(func(ctx context.Context, q ent.Query) error {
		v, known := viewer.From(ctx)
		filter, ok := filterOf(q)
		if !known || v.UID == "" || !ok {
			return privacy.Denyf("rows cannot be restricted to their owner")
		}
		filter.Where(own(v.UID))
		return privacy.Allow
	})
}

type filter interface{ Where(entql.P) }

// filterOf returns the filter of a generated query. Its type is generated too, and package
// ent, of which this package must not depend, could only be generated if it were there already.
func filterOf(q ent.Query) (filter, bool) {
	method := reflect.ValueOf(q).MethodByName("Filter")
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return nil, false
	}
	f, ok := method.Call(nil)[0].Interface().(filter)
	return f, ok
}

// rule is one for queries and mutations that looks at who asks alone.
type rule func(context.Context) error

// EvalQuery is called by ent.
func (r rule) EvalQuery(ctx context.Context, _ ent.Query) error { return r(ctx) }

// EvalMutation is called by ent.
func (r rule) EvalMutation(ctx context.Context, _ ent.Mutation) error { return r(ctx) }

type queryRule func(context.Context, ent.Query) error

// EvalQuery is called by ent.
func (r queryRule) EvalQuery(ctx context.Context, q ent.Query) error { return r(ctx, q) }
