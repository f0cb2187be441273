package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfReminders: who has begun and not submitted, and who was asked and has not answered, is
// reminded; each time once, and not of what is done.
func TestStoryOfReminders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		begun, done := h.apply(t, state), h.submitted(t, state)
		if begin := strings.TrimSpace(h.column(t, `SELECT about || ' ' || template || ' ' || status FROM outbox_messages WHERE template = 'resume' ORDER BY id`)); begin != begun.id+" resume QUEUED\n"+done.id+" resume QUEUED" {
			t.Errorf("who begins is told %s", begin)
		}
		for _, step := range []struct {
			at   string
			want []string
		}{
			{"2026-01-24T22:59:58Z", nil},
			{"2026-01-24T22:59:59Z", []string{"draft-reminder QUEUED"}},
			{"2026-01-29T22:59:58Z", []string{"draft-reminder QUEUED"}},
			{"2026-01-29T22:59:59Z", []string{"draft-reminder QUEUED", "draft-reminder QUEUED"}},
		} {
			h.clock.set(step.at)
			h.sweep(t)
			h.sweep(t)
			if len(step.want) == 0 {
				if all := h.told(t, begun); len(all) > 0 {
					t.Errorf("at %s is told %v", step.at, all)
				}
				continue
			}
			if last := h.checkTold(t, begun, step.want...); !strings.Contains(last.text, "31 January 2026, 23:59 (Geneva)") {
				t.Errorf("who has begun is told %s", last.text)
			}
		}
		h.checkTold(t, done, "receipt QUEUED")
		late := h.apply(t, state) // within the last two days
		h.sweep(t)
		if all := h.told(t, late); len(all) > 0 {
			t.Errorf("who has just begun is reminded: %v", all)
		}

		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		if code := h.move(t, officer, done, "CHANGES_REQUESTED", map[string]any{"questions": "Since when?", "respondBy": "2026-02-05T12:00:00Z"}); code != "" {
			t.Fatal(code)
		}
		for _, at := range []string{"2026-02-03T11:59:59Z", "2026-02-03T12:00:00Z", "2026-02-04T12:00:00Z"} {
			h.clock.set(at)
			h.sweep(t)
			h.sweep(t)
			if at == "2026-02-03T11:59:59Z" {
				h.checkTold(t, done, "receipt QUEUED", "changes-requested QUEUED")
			}
		}
		if last := h.checkTold(t, done, "receipt QUEUED", "changes-requested QUEUED", "changes-reminder QUEUED"); !strings.Contains(last.text, "5 February 2026, 13:00 (Geneva)") {
			t.Errorf("who was asked is told %s", last.text)
		}
		done.revision++
		if code := h.own(t, done, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		// What could not be sent yet is written anew, although there is nothing to be answered any more.
		h.must(t, done.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": done.speaker, "level": 2}}, nil)
	})
}

// TestStoryOfNews: each morning officers and managers are told how many registrations have come in for
// their States, and no name; not of drafts, and nothing where there is nothing new.
func TestStoryOfNews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		mine, other := h.states[0], h.states[1]
		program := viewer.NewContext(t.Context(), viewer.Program("test"))
		staff := map[string]string{}
		for name, g := range map[string]viewer.Grant{
			"officer": {Role: viewer.Officer, Scope: "state:" + mine}, "manager": {Role: viewer.Manager, Scope: "round:" + h.round},
			"stranger": {Role: viewer.Manager, Scope: "round:rnd_other"}, "editor": {Role: viewer.Editor}, "gone": {Role: viewer.Manager},
		} {
			v := h.staffMember(t, g)
			staff[name] = v.UID
			h.db.Ent.Grant.Create().SetUser(h.db.Ent.User.Query().Where(user.UID(v.UID)).OnlyX(program)).SetRole(string(g.Role)).SetScope(g.Scope).SetCreatedAt(h.clock.now()).ExecX(program)
		}
		h.db.Ent.User.Update().Where(user.UID(staff["gone"])).SetDisabledAt(h.clock.now()).ExecX(program)
		told := func(about string) (all []told) {
			h.sweep(t)
			h.sweep(t)
			return h.told(t, &application{id: staff[about]})
		}
		h.clock.set("2026-01-12T05:30:00Z")
		h.sweep(t) // before anything
		h.clock.set("2026-01-12T10:00:00Z")
		silent, gone := h.submitted(t, mine), h.submitted(t, mine)
		h.submitted(t, other)
		h.apply(t, mine)
		h.clock.set("2026-01-13T05:59:59Z")
		if all := told("officer"); len(all) != 0 {
			t.Errorf("before seven there is %v", all)
		}
		h.clock.set("2026-01-13T06:00:00Z")
		all := told("officer")
		if len(all) != 1 || !strings.Contains(all[0].text, ": 2 submitted") || strings.Contains(all[0].text, ";") {
			t.Fatalf("an officer is told %v", all)
		}
		for _, private := range []string{"Organisation", "Wombat", "UPR-", gone.id} {
			if strings.Contains(all[0].text, private) {
				t.Errorf("an officer is written %s", private)
			}
		}
		if all := told("manager"); len(all) != 1 || !strings.Contains(all[0].text, ": 2 submitted") || !strings.Contains(all[0].text, ": 1 submitted") {
			t.Errorf("a manager is told %v", all)
		}
		for _, name := range []string{"stranger", "editor", "gone"} {
			if all := told(name); len(all) != 0 {
				t.Errorf("the %s is told %v", name, all)
			}
		}
		h.clock.set("2026-01-14T07:00:00Z")
		if all := told("officer"); len(all) != 1 {
			t.Errorf("where there is nothing new, an officer is told %v", all)
		}
		if code := h.own(t, gone, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-01-16T07:00:00Z") // a morning was missed
		if all := told("officer"); len(all) != 2 || !strings.Contains(all[1].text, ": 1 withdrawn") {
			t.Errorf("of a withdrawal an officer is told %v", all)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + mine})
		if code := h.move(t, officer, silent, "CHANGES_REQUESTED", map[string]any{"questions": "Since when?", "respondBy": "2026-01-16T12:00:00Z"}); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-01-17T07:00:00Z")
		h.sweep(t)
		h.checkState(t, silent, "SUBMITTED")
		h.clock.set("2026-01-18T07:00:00Z")
		if all := told("officer"); len(all) != 2 {
			t.Errorf("of questions that nobody answered an officer is told %v", all[2:])
		}
	})
}
