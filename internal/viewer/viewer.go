// Package viewer says who asks. A context without a viewer is anybody's, and may read
// what is public and nothing else: a missing identity means deny.
package viewer

import (
	"context"
	"slices"
)

// Grant is a role within a scope: "round:rnd_…", "state:EGY", "language:FR",
// "registration:reg_…"; an empty scope is everywhere.
type Grant struct {
	Role  Role
	Scope string
}

// covers says whether a grant holds in a scope.
func (g Grant) covers(scope string) bool { return g.Scope == "" || g.Scope == scope }

// Viewer is who asks: a person, a key, or the program itself.
type Viewer struct {
	UID           string // of the user; also where a key of theirs asks
	Name          string
	Grants        []Grant
	Organisations []string // slugs
	// KeyUID and KeyScopes are set where an API key asks. A key has no staff grants.
	KeyUID    string
	KeyScopes []string
	// SecondFactor says whether the session was confirmed by one. Without it a session has
	// no staff grants.
	SecondFactor bool
	// Program names the part of the program that acts by itself, as in "import".
	Program string
}

type key struct{}

// NewContext returns a context in which v asks.
func NewContext(ctx context.Context, v *Viewer) context.Context {
	return context.WithValue(ctx, key{}, v)
}

// From returns who asks. It reports false where nobody is known.
func From(ctx context.Context) (*Viewer, bool) {
	v, ok := ctx.Value(key{}).(*Viewer)
	return v, ok && v != nil
}

// Program is the program itself, acting for nobody: a command, a job.
func Program(name string) *Viewer { return &Viewer{Program: name, Name: name} }

// Has says whether v has a role: anywhere, where no scope is asked for; else in one of the
// scopes. The program has no roles.
func (v *Viewer) Has(role Role, scopes ...string) bool {
	if v == nil {
		return false
	}
	return slices.ContainsFunc(v.Grants, func(g Grant) bool {
		return g.Role == role && (len(scopes) == 0 || slices.ContainsFunc(scopes, g.covers))
	})
}

// HasAny says whether v has one of some roles anywhere.
func (v *Viewer) HasAny(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return v.Has(r) })
}

// IsStaff says whether v works on the desk.
func (v *Viewer) IsStaff() bool { return v.HasAny(staff...) }

// IsKey says whether an API key asks.
func (v *Viewer) IsKey() bool { return v != nil && v.KeyUID != "" }

// May says whether v may do something for which a key needs a scope, as
// "recommendations:read". Only keys are restricted by scopes.
func (v *Viewer) May(scope string) bool {
	return v != nil && (!v.IsKey() || slices.Contains(v.KeyScopes, scope))
}

// Actor names v in the change log: "usr_…", "key_…" or "program:import".
func (v *Viewer) Actor() string {
	switch {
	case v == nil:
		return ""
	case v.Program != "":
		return "program:" + v.Program
	case v.IsKey():
		return v.KeyUID
	}
	return v.UID
}
