package viewer_test

import (
	"context"
	"testing"

	"github.com/upr-info/upr/internal/viewer"
)

func TestHas(t *testing.T) {
	v := &viewer.Viewer{UID: "usr_1", Grants: []viewer.Grant{
		{Role: viewer.Officer, Scope: "state:EGY"}, {Role: viewer.Editor}, {Role: viewer.Admin},
	}}
	for name, test := range map[string]struct {
		role   viewer.Role
		scopes []string
		want   bool
	}{
		"anywhere":               {viewer.Officer, nil, true},
		"in its scope":           {viewer.Officer, []string{"state:EGY"}, true},
		"in one of some":         {viewer.Officer, []string{"state:KEN", "state:EGY"}, true},
		"in another":             {viewer.Officer, []string{"state:KEN"}, false},
		"everywhere":             {viewer.Editor, []string{"state:KEN"}, true},
		"not granted":            {viewer.Publisher, nil, false},
		"admin is no protection": {viewer.ProtectionOfficer, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := v.Has(test.role, test.scopes...); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestNobodyHasNothing(t *testing.T) {
	for name, ctx := range map[string]context.Context{
		"nobody": t.Context(), "nil": viewer.NewContext(t.Context(), nil),
	} {
		v, ok := viewer.From(ctx)
		if ok || v.Has(viewer.Admin) || v.IsStaff() || v.May("changes:read") || v.Actor() != "" {
			t.Errorf("%s: %v, %v", name, v, ok)
		}
	}
}

func TestActor(t *testing.T) {
	for want, v := range map[string]*viewer.Viewer{
		"usr_1":          {UID: "usr_1"},
		"key_1":          {UID: "usr_1", KeyUID: "key_1"},
		"program:import": viewer.Program("import"),
	} {
		if got := v.Actor(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestKeysAreRestricted(t *testing.T) {
	v := &viewer.Viewer{KeyUID: "key_1", KeyScopes: []string{"changes:read"}}
	if !v.May("changes:read") || v.May("recommendations:read") {
		t.Error("a key may do what its scopes say, and nothing else")
	}
}
