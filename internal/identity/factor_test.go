package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Editor, viewer.Partner)
		b := h.browser(t).mustSignIn(t, "ann@example.org")
		if got := b.who(t); strings.Contains(got, "EDITOR") || !strings.Contains(got, "PARTNER") {
			t.Errorf("staff grants without a second factor: %s", got)
		}
		if code := b.ask(t, `{ desk { viewer { name } } }`, nil).code(); code != "FORBIDDEN" {
			t.Errorf("the desk without a second factor: %s", code)
		}
		secret, recovery := h.enrol(t, b)
		if got := b.who(t); !strings.Contains(got, "EDITOR") || !strings.Contains(got, `"confirmed":true`) {
			t.Errorf("enrolled: %s", got)
		}

		other := h.browser(t)
		if wrong := other.signIn(t, "ann@example.org", password, ""); wrong != "code INVALID" {
			t.Errorf("without a code: %s", wrong)
		}
		if wrong := other.signIn(t, "ann@example.org", password, h.codeOf(t, secret)); wrong != "code INVALID" {
			t.Errorf("with the code that was used to enrol: %q", wrong)
		}
		h.clock.pass(31 * time.Second)
		code := h.codeOf(t, secret)
		if wrong := other.signIn(t, "ann@example.org", password, code); wrong != "" || !strings.Contains(other.who(t), "EDITOR") {
			t.Errorf("with a code: %s", wrong)
		}
		if wrong := h.browser(t).signIn(t, "ann@example.org", password, code); wrong != "code INVALID" {
			t.Errorf("the same code again: %q", wrong)
		}
		if wrong := h.browser(t).signIn(t, "ann@example.org", "wrong wrong wrong", h.codeOf(t, secret)); wrong != "password INVALID" {
			t.Errorf("a code without the password: %q", wrong)
		}
		if wrong := h.browser(t).signIn(t, "ann@example.org", password, strings.ToUpper(recovery[3])); wrong != "" {
			t.Errorf("a recovery code: %s", wrong)
		}
		if wrong := h.browser(t).signIn(t, "ann@example.org", password, recovery[3]); wrong != "code INVALID" {
			t.Errorf("the same recovery code again: %q", wrong)
		}
		checkNewCodes(t, h, b, recovery)
	})
}

// checkNewCodes replaces the recovery codes: the old ones hold no more.
func checkNewCodes(t *testing.T, h *house, b *browser, old []string) {
	t.Helper()
	p, wrong := b.do(t, "regenerateRecoveryCodes", `mutation { regenerateRecoveryCodes { done recoveryCodes userErrors { field message code } } }`, nil)
	if wrong != "" || len(p.RecoveryCodes) != 10 {
		t.Fatalf("%s, %d codes", wrong, len(p.RecoveryCodes))
	}
	if wrong := h.browser(t).signIn(t, "ann@example.org", password, old[0]); wrong != "code INVALID" {
		t.Errorf("an old recovery code: %q", wrong)
	}
	if wrong := h.browser(t).signIn(t, "ann@example.org", password, p.RecoveryCodes[0]); wrong != "" {
		t.Errorf("a new recovery code: %q", wrong)
	}
}

// TestLinkIsOneFactor signs in by mail: staff grants wait for the second factor, which
// cannot be replaced meanwhile.
func TestLinkIsOneFactor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Admin)
		secret, _ := h.enrol(t, h.browser(t).mustSignIn(t, "ann@example.org"))
		h.clock.pass(time.Minute)
		b := h.browser(t)
		b.open(t, "POST", h.askForLink(t, "ann@example.org"))
		if got := b.who(t); strings.Contains(got, "ADMIN") || !strings.Contains(got, "ann@") {
			t.Errorf("by mail: %s", got)
		}
		_, wrong := b.do(t, "enrolSecondFactor", `mutation { enrolSecondFactor { secret userErrors { field message code } } }`, nil)
		if wrong != "FORBIDDEN" {
			t.Errorf("replacing the second factor: %q", wrong)
		}
		if _, wrong := b.do(t, "changePassword", `mutation { changePassword(input: {oldPassword: "`+password+`", newPassword: "another long password"}) { done userErrors { field message code } } }`, nil); wrong != "FORBIDDEN" {
			t.Errorf("changing the password: %q", wrong)
		}
		if _, wrong := b.confirm(t, "000000"); wrong != "code INVALID" {
			t.Errorf("a wrong code: %q", wrong)
		}
		if _, wrong := b.confirm(t, h.codeOf(t, secret)); wrong != "" || !strings.Contains(b.who(t), "ADMIN") {
			t.Errorf("the right code: %q, %s", wrong, b.who(t))
		}
	})
}

func TestCodesAreLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Admin)
		b := h.browser(t).mustSignIn(t, "ann@example.org")
		secret, _ := h.enrol(t, b)
		h.clock.pass(time.Minute)
		for range 10 {
			if _, wrong := b.confirm(t, "000000"); wrong != "code INVALID" {
				t.Fatal(wrong)
			}
		}
		if _, wrong := b.confirm(t, h.codeOf(t, secret)); wrong != " LIMIT_EXCEEDED" {
			t.Errorf("the right code after ten wrong ones: %q", wrong)
		}
	})
}

func TestSampleNeedsNoSecondFactor(t *testing.T) {
	eachWith(t, identity.Settings{NoSecondFactor: true}, func(t *testing.T, h *house) {
		file := t.TempDir() + "/upr.editor"
		email, first, err := h.people.SampleEditor(program(t), file)
		if err != nil {
			t.Fatal(err)
		}
		_, again, err := h.people.SampleEditor(program(t), file)
		if err != nil || again != first {
			t.Errorf("the password changed from %s to %s (%v)", first, again, err)
		}
		b := h.browser(t)
		if wrong := b.signIn(t, email, first, ""); wrong != "" || !strings.Contains(b.who(t), "EDITOR") {
			t.Errorf("%s, %s", wrong, b.who(t))
		}
	})
}
