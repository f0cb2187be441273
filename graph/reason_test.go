package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestReasonsInTheApplicantsPlace: whoever may open who they are names nobody either where they act for an applicant.
func TestReasonsInTheApplicantsPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		both := h.staffMember(t, viewer.Grant{Role: viewer.Manager, Scope: "round:" + h.round}, viewer.Grant{Role: viewer.ProtectionOfficer})
		a, code := h.onBehalf(t, both, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Berta Beta", "email": "b.beta@people.test"}})
		for _, test := range []struct{ reason, want string }{{"Berta Beta telephoned.", "INVALID"}, {"They telephoned.", ""}} { // the second withdraws it
			code := h.codeOf(t, both, "withdrawApplication", "ApplicationInput", `userErrors { field message code }`, map[string]any{"id": a.id, "revision": 1, "reason": test.reason}, nil)
			if got, _, _ := strings.Cut(code, " "); got != test.want || got != "" && !strings.Contains(code, "names a person") {
				t.Errorf("withdrawn because %q: %q, want %q", test.reason, code, test.want)
			}
		}
	})
}

// saysNothing are no reasons for opening anybody.
var saysNothing = []string{".", "...", "ok", "to see", "so so so", "1 22 333", "a b c d"}

// TestLeakByReason: why somebody was opened is kept in clear, and more people read it than may open anybody.
func TestLeakByReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.apply(t, h.states[0])
		beta := h.participant(t, a, map[string]any{"level": 2, "pseudonym": "Speaker Heron", "identity": map[string]any{"name": "Berta Béta", "email": "b.kestrel@people.test"},
			"consents": []map[string]any{{"audience": "UN_SECURITY", "item": "NAME"}}})
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		merged := h.submitted(t, h.states[0])
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": a.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		plain := h.submitted(t, h.states[1])
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		opens := func(about *application) func(reason string) string {
			message := strings.Fields(h.column(t, `SELECT uid FROM outbox_messages WHERE about = '`+about.id+`' AND status <> 'CANCELLED' ORDER BY id`))[0]
			return func(reason string) string {
				return h.codeOf(t, protection, "openMessage", "MessageInput", `userErrors { field message code }`, map[string]any{"id": message, "reason": reason}, nil)
			}
		}
		if got := h.column(t, `SELECT status FROM outbox_messages WHERE about = '`+a.id+`' AND status <> 'CANCELLED' ORDER BY id`); !strings.HasPrefix(got, "TASK") {
			t.Fatalf("what staff tell her is %s", got)
		}
		calls := map[string]func(reason string) string{
			"openIdentity": func(reason string) string {
				return h.codeOf(t, protection, "openIdentity", "OpenIdentityInput", `identity { name } userErrors { field message code }`, map[string]any{"id": beta, "reason": reason}, nil)
			},
			"openIdentity of who speaks with her": func(reason string) string {
				return h.codeOf(t, protection, "openIdentity", "OpenIdentityInput", `identity { name } userErrors { field message code }`, map[string]any{"id": a.speaker, "reason": reason}, nil)
			},
			"decideProtection": func(reason string) string {
				var revision int
				if err := h.db.SQL.QueryRow(`SELECT revision FROM participants WHERE uid = $1`, beta).Scan(&revision); err != nil {
					t.Fatal(err)
				}
				return h.codeOf(t, protection, "decideProtection", "DecideProtectionInput", `userErrors { field message code }`, map[string]any{"id": beta, "revision": revision, "level": 2, "reason": reason}, nil)
			},
			"openMessage of a task":         opens(a),
			"openMessage of who was merged": opens(merged),
			"a staff list": func(reason string) string {
				got := h.fetch(t)(protection, "/presessions/"+h.round+"/registrations.csv?columns=speaker_names", "X-Reason", reason)
				if got.Code == 400 && strings.Contains(got.Body.String(), "names a person") {
					return "INVALID names a person"
				}
				if got.Code != 200 {
					return got.Body.String()
				}
				return ""
			},
		}
		for name, call := range calls {
			for _, reason := range []string{"Berta called this morning", "about a visa of BETA", "berta  beta asks for it", "a call of beta, berta", "Ms Beta wants a visa", "It is b.kestrel@people.test", "b.kestrel wrote to us"} {
				if code := call(reason); !strings.HasPrefix(code, "INVALID names a person") {
					t.Errorf("%s with %q: %q", name, reason, code)
				}
			}
			for _, reason := range saysNothing {
				if code := call(reason); !strings.Contains(code, "must say why") {
					t.Errorf("%s with %q: %q", name, reason, code)
				}
			}
			if code := call("Speaker Heron asked for a visa"); code != "" {
				t.Errorf("%s: %q", name, code)
			}
		}
		if n := h.count(t, `SELECT COUNT(*) FROM changes WHERE LOWER(reason) LIKE '%berta%' OR LOWER(reason) LIKE '%beta%' OR reason LIKE '%kestrel%'`); n != 0 {
			t.Errorf("%d reasons in the log name a person", n)
		}

		for name, call := range map[string]func(string) string{"a task, of which nobody is the recipient": opens(a), "who was merged": opens(merged)} {
			if code := call("Quokka wrote to us"); !strings.HasPrefix(code, "INVALID names a person") {
				t.Errorf("an owner is named by the reason for a message of %s: %q", name, code)
			}
		}
		open := opens(plain)
		for _, reason := range []string{plain.by.UID + " wrote to us", "mail to " + plain.by.UID + "@EXAMPLE.ORG bounces", "Wombat rang this morning"} {
			if code := open(reason); !strings.HasPrefix(code, "INVALID names a person") {
				t.Errorf("openMessage with %q: %q", reason, code)
			}
		}
		if code := open("It never came"); code != "" {
			t.Errorf("openMessage: %q", code)
		}
	})
}

// TestLeakByReasonOfManagers: reasons in the outbox name no recipient whom a manager reads there. Of others, and of who
// speaks, a reason tells a manager nothing: one that names them is taken as any other.
func TestLeakByReasonOfManagers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		plain, sealed := h.submitted(t, h.states[0]), h.apply(t, h.states[0])
		h.participant(t, sealed, map[string]any{"level": 1, "identity": map[string]any{"name": "Berta Béta", "email": "b.kestrel@people.test"}})
		if code := h.own(t, sealed, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		does := func(by *viewer.Viewer, mutation string, a *application, reason string) string {
			t.Helper()
			id := strings.Fields(h.column(t, `SELECT uid FROM outbox_messages WHERE about = '`+a.id+`' ORDER BY id DESC`))[0]
			if mutation == "resendMessage" {
				return h.codeOf(t, by, mutation, "MessageInput", `userErrors { field message code }`, map[string]any{"id": id, "reason": reason}, nil)
			}
			return h.codeOf(t, by, mutation, "MessagesInput", `userErrors { field message code }`, map[string]any{"ids": []string{id}, "reason": reason}, nil)
		}
		for _, by := range []*viewer.Viewer{h.manager, officer} {
			for _, reason := range []string{"Quokka wrote", plain.by.UID + "@EXAMPLE.ORG bounces"} {
				for _, mutation := range []string{"resendMessage", "cancelMessages"} {
					if code := does(by, mutation, plain, reason); !strings.HasPrefix(code, "INVALID names a person") {
						t.Errorf("%s %s with %q: %q", by.UID, mutation, reason, code)
					}
				}
			}
			before := does(by, "resendMessage", sealed, "It never came")
			for _, reason := range []string{"Quokka wrote", sealed.by.UID + "@example.org bounces", "Berta called", "b.kestrel@people.test"} {
				if code := does(by, "resendMessage", sealed, reason); code != before || !strings.HasPrefix(code, "CONFLICT") {
					t.Errorf("%s learns from %q: %q, and without a name %q", by.UID, reason, code, before)
				}
			}
		}
		if code := does(h.manager, "cancelMessages", plain, "They have an agreement by telephone"); code != "" {
			t.Errorf("with a reason that names nobody: %q", code)
		}

		both := h.staffMember(t, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.ProtectionOfficer})
		for _, reason := range []string{"Berta called", "b.kestrel wrote"} {
			if code := h.move(t, both, sealed, "SHORTLISTED", map[string]any{"reason": reason}); code != "INVALID" {
				t.Errorf("the protection officer moves with %q: %q", reason, code)
			}
		}
		h.checkState(t, sealed, "SUBMITTED")
		if code := h.move(t, both, sealed, "SHORTLISTED", map[string]any{"reason": "A call."}); code != "" {
			t.Errorf("with a reason that names nobody: %q", code)
		}
		if code := h.move(t, h.manager, sealed, "WAITLISTED", map[string]any{"rank": 1, "reason": "Berta called"}); code != "" {
			t.Errorf("a manager learns who speaks by %q", code)
		}
	})
}

// TestLeakByReasonOfDelegates: the reasons for opening a delegate, and for a list of badges, name none of those who are opened.
func TestLeakByReasonOfDelegates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		mailbox := "a.heron@" + strings.ToLower(h.states[1]) + ".example.org"
		guest, code := h.delegate(t, h.tokenOf(t, h.invite(t, missionOf(h.states[1]))[0]), state, mailbox, map[string]any{"name": "Ágnes Bilby", "badge": true})
		if code != "" {
			t.Fatal(code)
		}
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		calls := map[string]func(reason string) string{
			"openDelegate": func(reason string) string {
				return h.codeOf(t, protection, "openDelegate", "OpenDelegateInput", `delegate { name } userErrors { field message code }`, map[string]any{"id": guest, "reason": reason}, nil)
			},
			"makeBadgeList": func(reason string) string {
				return h.codeOf(t, protection, "makeBadgeList", "MakeBadgeListInput", `badgeList { id } userErrors { field message code }`, map[string]any{"round": h.round, "reason": reason}, nil)
			},
		}
		for name, call := range calls {
			for _, reason := range []string{"agnes asks for it", "a badge for Ms BILBY", "a.heron called us", "it is " + mailbox} {
				if code := call(reason); !strings.HasPrefix(code, "INVALID names a person") {
					t.Errorf("%s with %q: %q", name, reason, code)
				}
			}
			for _, reason := range saysNothing {
				if code := call(reason); !strings.Contains(code, "must say why") {
					t.Errorf("%s with %q: %q", name, reason, code)
				}
			}
			if code := call("The gate asks"); code != "" {
				t.Errorf("%s: %q", name, code)
			}
		}
		if n := h.count(t, `SELECT COUNT(*) FROM badge_lists`); n != 1 {
			t.Errorf("%d lists were made", n)
		}
		if log := strings.ToLower(h.column(t, `SELECT reason FROM changes`)); strings.Contains(log, "bilby") || strings.Contains(log, "heron") || !strings.Contains(log, "the gate asks") {
			t.Errorf("the log says %s", log)
		}
	})
}

// TestMessagesAboutWhomNoKeyOpensAreCancelled: by the protection officer as well, whose reasons are compared with those whom a
// message is about. Whoever can still be opened is not named all the same, and nothing but cancelling goes on without.
func TestMessagesAboutWhomNoKeyOpensAreCancelled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Berta Kestrel", "email": "b@people.test"}})
		if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		if _, err := h.db.SQL.Exec(`UPDATE participant_identities SET data_key = $1 WHERE participant_id = (SELECT id FROM participants WHERE uid = $2)`, []byte("sealed by a key that is lost"), a.speaker); err != nil {
			t.Fatal(err)
		}
		both := h.staffMember(t, viewer.Grant{Role: viewer.Manager}, viewer.Grant{Role: viewer.ProtectionOfficer})
		draft := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages WHERE about = '`+a.id+`' AND status = 'DRAFT'`))
		ids := func(reason string) map[string]any { return map[string]any{"ids": []string{draft}, "reason": reason} }
		if code := h.codeOf(t, both, "cancelMessages", "MessagesInput", `userErrors { field message code }`, ids("Kestrel rang"), nil); !strings.HasPrefix(code, "INVALID") {
			t.Errorf("a reason that names somebody: %q", code)
		}
		if code := h.codeOf(t, both, "openMessage", "MessageInput", `userErrors { field message code }`, map[string]any{"id": draft, "reason": "to look into it"}, nil); code == "" {
			t.Error("it is opened, and nobody can compare the reason")
		}
		if code := h.codeOf(t, both, "cancelMessages", "MessagesInput", `userErrors { field message code }`, ids("the key is lost"), nil); code != "" {
			t.Errorf("it cannot be cancelled: %q", code)
		}
		if got := strings.TrimSpace(h.column(t, `SELECT status FROM outbox_messages WHERE uid = '`+draft+`'`)); got != "CANCELLED" {
			t.Errorf("it is %s", got)
		}
	})
}
