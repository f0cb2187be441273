package identity_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"entgo.io/ent/privacy"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/viewer"
)

// admin is somebody with a second factor who manages users.
func (h *house) admin(t *testing.T) *browser {
	t.Helper()
	h.add(t, "admin@example.org", viewer.Admin)
	b := h.browser(t).mustSignIn(t, "admin@example.org")
	h.enrol(t, b)
	return b
}

const userFields = ` { user { id email grants { role scope } organisations disabledAt } userErrors { field message code } } }`

func TestUsersAreManaged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := buildOn(t, sampletest.Listed(t, address), identity.Settings{})
		admin := h.admin(t)
		a := admin.ask(t, `mutation { createUser(input: {email: "Ann@example.org", name: "Ann"})`+userFields, nil)
		var made struct{ User struct{ ID, Email string } }
		if err := json.Unmarshal(a.Data["createUser"], &made); err != nil || made.User.Email != "ann@example.org" {
			t.Fatal(err, a.Body)
		}
		id := map[string]any{"id": made.User.ID}
		if err := h.db.Ent.Organisation.Create().SetUID("org_1").SetSlug("rights-now").SetName("Rights Now").SetKind("CSO").Exec(program(t)); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ mutation, want string }{
			{`createUser(input: {email: "ann@example.org", name: "Another"})`, `"code":"CONFLICT"`},
			{`createUser(input: {email: "ann", name: "Another"})`, `"field":"email"`},
			{`grantRole(input: {id: $id, role: OFFICER, scope: "state:EGY"})`, `"grants":[{"role":"OFFICER","scope":"state:EGY"}]`},
			{`grantRole(input: {id: $id, role: OFFICER, scope: "round:45"})`, `"field":"scope"`},
			{`grantRole(input: {id: $id, role: OFFICER, scope: "state:XXX"})`, `is no State that is known`},
			{`grantRole(input: {id: $id, role: REVIEWER, scope: "round:rnd_none"})`, `is no round: there are none yet`},
			{`grantRole(input: {id: $id, role: EDITOR, scope: "state:EGY"})`, `"field":"scope"`},
			{`grantRole(input: {id: $id, role: APPLICANT, scope: "registration:reg_abc"})`, `"field":"role"`},
			{`revokeRole(input: {id: $id, role: APPLICANT, scope: "registration:reg_abc"})`, `"field":"role"`},
			{`revokeRole(input: {id: $id, role: EDITOR})`, `"field":"role"`},
			{`revokeRole(input: {id: $id, role: OFFICER, scope: "state:EGY"})`, `"grants":[]`},
			{`joinOrganisation(input: {id: $id, organisation: "no-such"})`, `"field":"organisation"`},
			{`joinOrganisation(input: {id: $id, organisation: "rights-now"})`, `"organisations":["rights-now"]`},
			{`joinOrganisation(input: {id: $id, organisation: "rights-now"})`, `"organisations":["rights-now"]`},
			{`leaveOrganisation(input: {id: $id, organisation: "rights-now"})`, `"organisations":[]`},
			{`leaveOrganisation(input: {id: $id, organisation: "rights-now"})`, `"field":"organisation"`},
			{`updateUser(input: {id: $id, language: FR})`, `"email":"ann@example.org"`},
			{`disableUser(input: {id: $id})`, `"disabledAt":"`},
			{`disableUser(input: {id: $id, disabled: false})`, `"disabledAt":null`},
			{`grantRole(input: {id: "usr_unknown", role: EDITOR})`, `"code":"NOT_FOUND"`},
		} {
			query := `mutation($id: ID!) { ` + test.mutation + userFields
			if !strings.Contains(test.mutation, "$id") {
				query = strings.Replace(query, "($id: ID!)", "", 1)
			}
			if a := admin.ask(t, query, id); !strings.Contains(a.Body, test.want) {
				t.Errorf("%s: got %s, want %s", test.mutation, a.Body, test.want)
			}
		}
		self := map[string]any{}
		var own struct{ Account struct{ ID string } }
		if err := json.Unmarshal(admin.ask(t, `{ mine { account { id } } }`, nil).Data["mine"], &own); err != nil {
			t.Fatal(err)
		}
		self["id"] = own.Account.ID
		for _, mutation := range []string{`grantRole(input: {id: $id, role: PROTECTION_OFFICER})`, `joinOrganisation(input: {id: $id, organisation: "rights-now"})`, `leaveOrganisation(input: {id: $id, organisation: "rights-now"})`} {
			if a := admin.ask(t, `mutation($id: ID!) { `+mutation+userFields, self); !strings.Contains(a.Body, `"field":"id"`) {
				t.Errorf("an administrator helps themselves by %s: %s", mutation, a.Body)
			}
		}
		checkLog(t, h, made.User.ID)
		owner := h.add(t, "owner@example.org")
		if _, err := h.people.GrantRole(program(t), owner, viewer.Grant{Role: viewer.Applicant, Scope: "registration:reg_abc"}); err != nil {
			t.Fatal(err)
		}
		if a := admin.ask(t, `mutation($id: ID!) { updateUser(input: {id: $id, name: "Owner"})`+userFields, map[string]any{"id": owner}); !strings.Contains(a.Body, `"grants":[{"role":"APPLICANT","scope":""}]`) {
			t.Errorf("an administrator reads whose a registration is: %s", a.Body)
		}
	})
}

// checkLog looks whether the change log knows what was done, and no values.
func checkLog(t *testing.T, h *house, uid string) {
	t.Helper()
	rows, err := h.db.SQL.Query(`SELECT e.operation, c.actor FROM change_entries e JOIN changes c ON c.id = e.change_id
		WHERE e.node = '` + uid + `' AND e.projection IS NULL AND e.version IS NULL ORDER BY e.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var done []string
	for rows.Next() {
		var operation, actor string
		if err := rows.Scan(&operation, &actor); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(actor, "usr_") {
			t.Errorf("%s by %s", operation, actor)
		}
		done = append(done, operation)
	}
	if got := strings.Join(done, " "); got != "CREATE GRANT_ROLE REVOKE_ROLE JOIN_ORGANISATION LEAVE_ORGANISATION CORRECT DISABLE ENABLE" {
		t.Errorf("the log has %s", got)
	}
}

func TestUsersAreListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.admin(t)
		for _, email := range []string{"a@example.org", "b@example.org", "c@example.org"} {
			h.add(t, email, viewer.Partner)
		}
		a := admin.ask(t, `{ desk { users(first: 2, filter: {role: PARTNER}) { totalCount hasNextPage endCursor nodes { email } } } }`, nil)
		if !strings.Contains(a.Body, `"totalCount":3,"hasNextPage":true`) || !strings.Contains(a.Body, `[{"email":"a@example.org"},{"email":"b@example.org"}]`) {
			t.Fatalf("first page: %s", a.Body)
		}
		var found struct{ Users struct{ EndCursor string } }
		if err := json.Unmarshal(a.Data["desk"], &found); err != nil {
			t.Fatal(err)
		}
		a = admin.ask(t, `query($c: String) { desk { users(first: 2, after: $c, filter: {search: "EXAMPLE", role: PARTNER, disabled: false}) { hasNextPage nodes { email } } } }`,
			map[string]any{"c": found.Users.EndCursor})
		if !strings.Contains(a.Body, `"hasNextPage":false,"nodes":[{"email":"c@example.org"}]`) {
			t.Errorf("second page: %s", a.Body)
		}
		if a := admin.ask(t, `{ desk { users(first: 501) { totalCount } } }`, nil); a.code() != "INVALID" {
			t.Errorf("501 at once: %s", a.Body)
		}
	})
}

// TestAskAsEveryone asks private fields as all kinds of callers.
func TestAskAsEveryone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.admin(t)
		victim := h.add(t, "victim@example.org")
		h.add(t, "editor@example.org", viewer.Editor)
		editor := h.browser(t).mustSignIn(t, "editor@example.org")
		h.enrol(t, editor)
		h.add(t, "partner@example.org", viewer.Partner)
		partner := h.browser(t).mustSignIn(t, "partner@example.org")
		p, _ := partner.do(t, "createKey", createKey, map[string]any{"s": []string{"changes:read"}})
		id := map[string]any{"id": victim}
		for _, test := range []struct {
			question                            string
			nobody, partner, key, editor, admin string
		}{
			{`query($id: ID!) { desk { user(id: $id) { email } } }`, "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""},
			{`query($id: ID!) { desk { users(filter: {search: $id}) { totalCount } } }`, "INVALID", "INVALID", "INVALID", "INVALID", "INVALID"},
			{`mutation($id: ID!) { disableUser(input: {id: $id}) { user { email } } }`, "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", ""},
			{`mutation($id: ID!) { revokeSession(input: {id: $id}) { done } }`, "UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN", "NOT_FOUND", "NOT_FOUND"},
			{`mutation($id: ID!) { revokeKey(input: {id: $id}) { key { id } } }`, "UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"},
			{`mutation($id: ID!) { changePassword(input: {newPassword: $id}) { done } }`, "INVALID", "INVALID", "INVALID", "INVALID", "INVALID"},
		} {
			for _, caller := range []struct {
				name string
				*browser
				want string
			}{{"nobody", h.browser(t), test.nobody}, {"partner", partner, test.partner}, {"key", h.withKey(t, p.Secret), test.key}, {"editor", editor, test.editor}, {"admin", admin, test.admin}} {
				if a := caller.ask(t, test.question, id); a.code() != caller.want || caller.want != "" && strings.Contains(a.Body, "victim@") {
					t.Errorf("%s asks %s: got %s, want %q", caller.name, test.question, a.Body, caller.want)
				}
			}
		}
	})
}

// TestRowsAreGuarded reads entities as callers, past all that GraphQL refuses.
func TestRowsAreGuarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann, bob := h.add(t, "ann@example.org", viewer.Partner), h.add(t, "bob@example.org", viewer.Partner, viewer.Editor)
		h.browser(t).mustSignIn(t, "ann@example.org")
		ctx := t.Context()
		if _, err := h.db.Ent.User.Query().Count(ctx); !errors.Is(err, privacy.Deny) {
			t.Errorf("nobody counts users: %v", err)
		}
		for uid, sessions := range map[string]int{ann: 1, bob: 0} {
			as := viewer.NewContext(ctx, &viewer.Viewer{UID: uid, Grants: []viewer.Grant{{Role: viewer.Editor}}})
			users, err := h.db.Ent.User.Query().All(as)
			if err != nil || len(users) != 1 || users[0].UID != uid {
				t.Errorf("%s sees %v (%v)", uid, users, err)
			}
			if n, err := h.db.Ent.WebSession.Query().Count(as); err != nil || n != sessions {
				t.Errorf("%s counts %d sessions (%v)", uid, n, err)
			}
			if n, err := h.db.Ent.User.Query().QueryGrants().Count(as); err != nil || n > 2 || n < 1 {
				t.Errorf("%s counts %d grants through edges (%v)", uid, n, err)
			}
			if _, err := h.db.Ent.SignInAttempt.Query().Count(as); !errors.Is(err, privacy.Deny) {
				t.Errorf("%s counts attempts: %v", uid, err)
			}
			if _, err := h.db.Ent.Grant.Delete().Exec(as); !errors.Is(err, privacy.Deny) {
				t.Errorf("%s deletes grants: %v", uid, err)
			}
		}
		key := viewer.NewContext(ctx, &viewer.Viewer{UID: ann, KeyUID: "key_1"})
		if _, err := h.db.Ent.User.Query().Count(key); !errors.Is(err, privacy.Deny) {
			t.Errorf("a key counts users: %v", err)
		}
	})
}
