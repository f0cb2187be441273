package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// extensions are those that somebody is proposed, by State.
func (h *hall) extensions(t testing.TB, by *viewer.Viewer) map[string]string {
	t.Helper()
	var read struct {
		Desk struct {
			Round struct {
				Meetings []struct {
					StateUnderReview string
					Extension        *struct {
						Applications int
						CallCloses   string
					}
				}
			}
		}
	}
	h.must(t, by, `query($id: ID!) { desk { round(id: $id) { meetings { stateUnderReview extension { applications callCloses } } } } }`, map[string]any{"id": h.round}, &read)
	proposed := map[string]string{}
	for _, m := range read.Desk.Round.Meetings {
		if m.Extension != nil {
			proposed[m.StateUnderReview] = fmt.Sprint(m.Extension.Applications, " ", m.Extension.CallCloses)
		}
	}
	return proposed
}

// TestExtensionIsProposed: where too few have applied when the call closes, for that State alone, once in the
// news; extending the call ends the proposal, and enough applications do.
func TestExtensionIsProposed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		enough, few := h.states[0], h.states[1]
		for range 3 {
			h.submitted(t, enough)
		}
		h.submitted(t, few)
		h.apply(t, few) // a draft is none
		gone := h.submitted(t, few)
		if code := h.own(t, gone, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + few})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		if _, err := h.db.SQL.Exec(`INSERT INTO grants (user_id, role, scope, created_at) SELECT id, 'OFFICER', $1, created_at FROM users WHERE uid = $2`, "state:"+few, officer.UID); err != nil {
			t.Fatal(err)
		}
		h.clock.set("2026-01-31T23:30:00Z") // within the hour for who has begun
		h.sweep(t)
		if got := h.extensions(t, h.manager); len(got) != 0 {
			t.Errorf("before the call has closed: %v", got)
		}
		h.clock.set("2026-02-01T07:00:00Z")
		h.sweep(t)
		if got := h.extensions(t, h.manager); len(got) != len(h.states)-1 || got[enough] != "" || got[few] != "1 2026-02-08" {
			t.Errorf("the manager is proposed %v", got)
		}
		if got := h.extensions(t, officer); len(got) != 1 || got[few] == "" {
			t.Errorf("the officer is proposed %v", got)
		}
		if got := h.extensions(t, reviewer); len(got) != 0 {
			t.Errorf("a reviewer is proposed %v", got)
		}
		news := func() (all []string) {
			t.Helper()
			rows := strings.Fields(h.column(t, `SELECT uid FROM outbox_messages WHERE template = 'officer-news' AND about = '`+officer.UID+`' ORDER BY id`))
			for _, uid := range rows {
				opened, err := h.means.Outbox.Open(viewer.NewContext(t.Context(), with(viewer.ProtectionOfficer)), uid, "to see what stands in it")
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, opened.Text)
			}
			return all
		}
		told := func() int {
			return len(slices.DeleteFunc(news(), func(text string) bool {
				return !strings.Contains(text, "the call has closed with 1 of the 3 applications that are needed")
			}))
		}
		if got := told(); got != 1 {
			t.Errorf("the officer is told %d times: %v", got, news())
		}
		h.clock.set("2026-02-02T07:00:00Z")
		h.sweep(t)
		if got := told(); got != 1 {
			t.Errorf("on the next day the officer was told %d times", got)
		}
		h.changePlan(t, few, map[string]any{"callCloses": "2026-02-09"})
		if got := h.extensions(t, officer); len(got) != 0 {
			t.Errorf("when it is extended %v is proposed", got)
		}
		h.submitted(t, few)
		h.clock.set("2026-02-10T07:00:00Z")
		h.sweep(t)
		if got := h.extensions(t, officer); got[few] != "2 2026-02-17" {
			t.Errorf("after an extension that was not enough %v is proposed", got)
		}
		h.changePlan(t, few, map[string]any{"state": "VIABLE"})
		if got := h.extensions(t, officer); len(got) != 0 {
			t.Errorf("when it is held all the same %v is proposed", got)
		}
	})
}

// TestCallClosedByHand does what its date would: what has enough applications is viable, and an extension is proposed
// for what has not, once in the news of the next morning.
func TestCallClosedByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		enough, few, longer := h.states[0], h.states[1], h.states[2]
		for range 3 {
			h.submitted(t, enough)
			h.submitted(t, longer)
		}
		h.changePlan(t, longer, map[string]any{"callCloses": "2026-02-09"})
		late := h.apply(t, few)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + few})
		if _, err := h.db.SQL.Exec(`INSERT INTO grants (user_id, role, scope, created_at) SELECT id, 'OFFICER', $1, created_at FROM users WHERE uid = $2`, "state:"+few, officer.UID); err != nil {
			t.Fatal(err)
		}
		check := func(when, want string) {
			t.Helper()
			for _, state := range []string{enough, few, longer} {
				is := h.column(t, `SELECT state FROM pre_sessions WHERE uid = '`+h.meeting[state]+`'`)
				if first, rest, _ := strings.Cut(want, " "); strings.TrimSpace(is) != first {
					t.Errorf("%s %s is %s, want %s", when, state, is, first)
				} else {
					want = rest
				}
			}
		}
		news := func() int {
			return h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'officer-news' AND about = '`+officer.UID+`'`)
		}
		h.sweep(t)
		before := news()
		check("before it is closed", "PROPOSED PROPOSED PROPOSED")
		h.advance(t, "CALL_CLOSED")
		h.sweep(t)
		check("when it is closed", "VIABLE PROPOSED PROPOSED")
		if _, err := h.db.SQL.Exec(`UPDATE changes SET at = $1 WHERE id = (SELECT change_id FROM change_entries WHERE operation = 'TO_CALL_CLOSED')`, h.clock.now().UTC()); err != nil { // the log has the clock of the machine
			t.Fatal(err)
		}
		if got := h.extensions(t, officer); len(got) != 1 || got[few] == "" {
			t.Errorf("the officer is proposed %v", got)
		}
		if code := h.own(t, late, "submitApplication"); code != "CONFLICT" {
			t.Errorf("after it is closed one is submitted: %q", code)
		}
		for range 2 {
			h.clock.set(h.clock.now().AddDate(0, 0, 1).Format(time.RFC3339))
			h.sweep(t)
			if got := news() - before; got != 1 {
				t.Errorf("the officer is told %d times", got)
			}
		}
		h.clock.set("2026-02-10T07:00:00Z")
		h.sweep(t)
		check("when the longer call has closed", "VIABLE PROPOSED VIABLE")
	})
}

// TestExtendedCallStaysOpen until its last second, and the hour of who had begun, while the others are decided, published and
// held; it ends where the meeting is in a published agenda, of which the agenda warns, and none is extended that would open nothing.
func TestExtendedCallStaysOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, longer := h.states[0], h.states[1]
		speaks := h.submitted(t, first)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.changePlan(t, longer, map[string]any{"callCloses": "2026-02-10"})
		draft := h.apply(t, longer)
		check := func(when string, want bool) {
			t.Helper()
			var open struct {
				OpenCalls []struct{ ID string }
				Desk      struct {
					Round struct {
						Meetings []struct {
							StateUnderReview string
							CallIsOpen       bool
						}
					}
				}
			}
			h.must(t, h.manager, `query($id: ID!) { openCalls { id } desk { round(id: $id) { meetings { stateUnderReview callIsOpen } } } }`, map[string]any{"id": h.round}, &open)
			listed := fmt.Sprint(open.OpenCalls)
			for _, m := range open.Desk.Round.Meetings {
				is := want && m.StateUnderReview == longer
				if m.CallIsOpen != is || strings.Contains(listed, h.meeting[m.StateUnderReview]) != is {
					t.Errorf("%s the call of %s is open: %v, listed: %s", when, m.StateUnderReview, m.CallIsOpen, listed)
				}
			}
		}
		extend := func(state, day string) string {
			t.Helper()
			return h.codeOf(t, h.manager, "changePreSession", "ChangePreSessionInput", `userErrors { field message code }`, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "callCloses": day}, nil)
		}
		check("after an extension", true)
		h.stage(t, speaks)
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		check("when decisions are released", true)
		late := h.submitted(t, longer)
		if got := extend(longer, "2026-02-01"); got != "" { // ends what is open
			t.Error(got)
		}
		check("when it is ended", false)
		if got := extend(longer, "2026-02-01"); !strings.Contains(got, "INVALID") || !strings.Contains(got, "would open nothing") {
			t.Errorf("a day that is over: %q", got)
		}
		if got := extend(longer, "2026-02-10"); got != "" {
			t.Error(got)
		}
		h.stage(t, late)
		if code := h.release(t, 1); code != "" {
			t.Errorf("who came in later is not decided on: %s", code)
		}
		h.plan(t, first, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t, "OFFERS_OPEN "+first, "NO_SPEAKERS "+first); code != "" {
			t.Fatal(code)
		}
		check("when the agenda of others is published", true)
		if got := extend(first, "2026-02-10"); !strings.Contains(got, "CONFLICT") || !strings.Contains(got, "would open nothing") {
			t.Errorf("the call of one in the agenda: %q", got)
		}
		h.plan(t, longer, "2026-03-02T12:00:00Z", "Room XXI")
		check("when it has a time", true)
		if got := h.warned(t); !slices.Contains(got, "CALL_OPEN "+longer) {
			t.Errorf("of the open call nobody is warned: %v", got)
		}
		h.advance(t, "RUNNING")
		h.submitted(t, longer)
		h.clock.set("2026-02-09T12:00:00Z")
		h.sweep(t)
		if n := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'draft-reminder' AND about = '`+draft.id+`'`); n == 0 {
			t.Error("nobody is reminded of a draft")
		}
		h.clock.set("2026-02-10T22:59:59Z")
		check("in its last second", true)
		h.clock.set("2026-02-10T23:00:00Z")
		check("afterwards", false)
		if code := h.own(t, draft, "submitApplication"); code != "" {
			t.Errorf("within the hour: %q", code)
		}
	})
}
