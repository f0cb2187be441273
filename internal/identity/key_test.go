package identity_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/viewer"
)

const createKey = `mutation($s: [String!]!, $x: Time) { createKey(input: {name: "test", scopes: $s, expiresAt: $x}) { key { id } secret userErrors { field message code } } }`

// withKey asks with a key and without cookies.
func (h *house) withKey(t *testing.T, key string) *browser {
	t.Helper()
	b := h.browser(t)
	b.header.Set("Authorization", "Bearer "+key)
	return b
}

func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		uid := h.add(t, "ann@example.org", viewer.Partner, viewer.Admin)
		h.add(t, "bob@example.org", viewer.Partner)
		ann, bob := h.browser(t).mustSignIn(t, "ann@example.org"), h.browser(t).mustSignIn(t, "bob@example.org")
		expires := h.clock.now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
		p, wrong := ann.do(t, "createKey", createKey, map[string]any{"s": []string{"recommendations:read"}, "x": expires})
		if wrong != "" || !regexp.MustCompile(`^upr_[A-Z2-7]{33}$`).MatchString(p.Secret) {
			t.Fatalf("%s, %s", wrong, p.Secret)
		}
		key := h.withKey(t, p.Secret)
		if got := key.who(t); got != `{"email":null,"confirmed":false,"grants":[{"role":"PARTNER"}]}` {
			t.Errorf("asked with a key: %s", got)
		}
		if a := key.ask(t, `{ mine { account { email } } statistics { total } }`, nil); strings.Contains(a.Body, "ann@") || a.code() != "FORBIDDEN" {
			t.Errorf("a key reads its owner's account: %s", a.Body)
		}
		if a := key.ask(t, `{ viewer { account { email } } statistics { total } }`, nil); strings.Contains(a.Body, "ann@") || a.code() != "" {
			t.Errorf("a key sees its owner: %s", a.Body)
		}
		if _, wrong := key.do(t, "createKey", createKey, map[string]any{"s": []string{"changes:read"}}); wrong != "FORBIDDEN" {
			t.Errorf("a key makes keys: %q", wrong)
		}
		if a := ann.ask(t, `{ mine { account { keys { name scopes lastUsedAt } } } }`, nil); !strings.Contains(a.Body, `"recommendations:read"`) || strings.Contains(a.Body, `"lastUsedAt":null`) {
			t.Errorf("own keys: %s", a.Body)
		}
		checkRefusedKeys(t, h, p.Secret)
		revoke := `mutation($id: ID!) { revokeKey(input: {id: $id}) { key { id } userErrors { field message code } } }`
		if _, wrong := bob.do(t, "revokeKey", revoke, map[string]any{"id": p.Key.ID}); wrong != "NOT_FOUND" {
			t.Errorf("somebody else revokes: %q", wrong)
		}
		other, _ := ann.do(t, "createKey", createKey, map[string]any{"s": []string{"changes:read"}})
		if _, wrong := ann.do(t, "revokeKey", revoke, map[string]any{"id": other.Key.ID}); wrong != "" {
			t.Errorf("the owner revokes: %q", wrong)
		}
		refused(t, h, other.Secret, "was revoked on")
		third, _ := ann.do(t, "createKey", createKey, map[string]any{"s": []string{"changes:read"}})
		if _, err := h.people.DisableUser(program(t), uid, true); err != nil {
			t.Fatal(err)
		}
		refused(t, h, third.Secret, "is disabled")
		h.clock.pass(49 * time.Hour)
		refused(t, h, p.Secret, "expired on")
	})
}

func checkRefusedKeys(t *testing.T, h *house, good string) {
	t.Helper()
	last := "A"
	if strings.HasSuffix(good, last) {
		last = "B"
	}
	refused(t, h, good[:len(good)-1]+last, "typing errors")
	refused(t, h, "nonsense", "this is no API key")
	refused(t, h, "upr_AAAAAAAAAAAAAAAAAAAAAAAAAA"+"AAAAAAA", "this is no API key")
}

func refused(t *testing.T, h *house, key, sentence string) {
	t.Helper()
	a := h.withKey(t, key).ask(t, `{ __typename }`, nil)
	if a.Status != 401 || a.code() != "UNAUTHENTICATED" || !strings.Contains(a.Body, sentence) || strings.Contains(a.Body, key) {
		t.Errorf("want a refusal with %q, got %d %s", sentence, a.Status, a.Body)
	}
}

func TestKeysThatAreNotMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Partner)
		b := h.browser(t).mustSignIn(t, "ann@example.org")
		for name, test := range map[string]struct {
			variables map[string]any
			want      string
		}{
			"no scope":    {map[string]any{"s": []string{}}, "scopes INVALID"},
			"wrong scope": {map[string]any{"s": []string{"everything"}}, "scopes INVALID"},
			"expired":     {map[string]any{"s": []string{"changes:read"}, "x": "2020-01-01T00:00:00Z"}, "expiresAt INVALID"},
			"for ever":    {map[string]any{"s": []string{"changes:read"}, "x": "2999-01-01T00:00:00Z"}, "expiresAt INVALID"},
		} {
			if _, wrong := b.do(t, "createKey", createKey, test.variables); wrong != test.want {
				t.Errorf("%s: %q", name, wrong)
			}
		}
		if _, wrong := h.browser(t).do(t, "createKey", createKey, map[string]any{"s": []string{"changes:read"}}); wrong != "UNAUTHENTICATED" {
			t.Errorf("nobody: %q", wrong)
		}
	})
}
