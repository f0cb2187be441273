package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
)

// TestLeakByCalendar: a speaker's own calendar says where they speak, or only that there is a meeting
// where they are protected, and that it is off once they do not speak.
func TestLeakByCalendar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		link := func() (address, code string) {
			t.Helper()
			var made struct {
				NewCalendarLink struct {
					Link *string
					outcomeOf
				}
			}
			h.must(t, a.by, `mutation($input: ApplicationInput!) { newCalendarLink(input: $input) { link userErrors { field message code } } }`, map[string]any{"input": map[string]any{"id": a.id, "revision": a.revision}}, &made)
			if wrong := made.NewCalendarLink.UserErrors; len(wrong) > 0 {
				return "", wrong[0].Code
			}
			return *made.NewCalendarLink.Link, ""
		}
		read := func(address string) string {
			t.Helper()
			token, ours := strings.CutPrefix(address, "https://upr.example.org/calendar/own/")
			if !ours {
				t.Fatal(address)
			}
			text, err := h.resolver(nil).PreSessions.OwnCalendar(t.Context(), strings.TrimSuffix(token, ".ics"))
			if err != nil {
				return string(fault.CodeOf(err))
			}
			return text
		}
		first, _ := link()
		if got := read(first); strings.Contains(got, "VEVENT") {
			t.Errorf("before anything is published the calendar has %s", got)
		}
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := read(first); !strings.Contains(got, "SUMMARY:Pre-session: ") || !strings.Contains(got, "LOCATION:Room XXI") || !strings.Contains(got, "STATUS:CONFIRMED") || strings.Contains(got, "Wombat") {
			t.Errorf("the calendar has %s", got)
		}
		speaks := func(language string) {
			t.Helper()
			if _, err := h.db.SQL.Exec(`UPDATE users SET language = $1 WHERE uid = $2`, language, a.by.UID); err != nil {
				t.Fatal(err)
			}
		}
		for language, want := range map[string]string{"FR": "SUMMARY:Pré-session : ", "ES": "SUMMARY:Pre-sesión: ", "EN": "SUMMARY:Pre-session: "} {
			if speaks(language); !strings.Contains(read(first), want) {
				t.Errorf("for who speaks %s the calendar has %s", language, read(first))
			}
		}
		speaks("EN")
		second, _ := link()
		if got := read(first); got != "NOT_FOUND" {
			t.Errorf("a link that was made anew still has %s", got)
		}
		h.plan(t, h.states[0], "2026-03-05T14:00:00Z", "Room IV")
		planned := read(second)
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		named := read(second)
		if !strings.Contains(named, "Room IV") || strings.Contains(planned, "Room IV") || sequenceIn(t, named) <= sequenceIn(t, planned) {
			t.Errorf("a calendar that was read when the meeting was moved, and not published, keeps that: %s, then %s", planned, named)
		}
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 1}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		if got := read(second); strings.Contains(got, "Pre-session") || strings.Contains(got, "Room") || !strings.Contains(got, "SUMMARY:Meeting") {
			t.Errorf("at level 1 the calendar has %s", got)
		} else if sequenceIn(t, got) <= sequenceIn(t, named) {
			t.Errorf("calendars keep the entry that they have: %s, before %s", got, named)
		}
		if speaks("FR"); !strings.Contains(read(second), "SUMMARY:Réunion") {
			t.Errorf("at level 1 and in French the calendar has %s", read(second))
		}
		before := read(second)
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := read(second); !strings.Contains(got, "STATUS:CANCELLED") || sequenceIn(t, got) <= sequenceIn(t, before) {
			t.Errorf("after the speaker has withdrawn the calendar has %s", got)
		}
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		if got := read(second); strings.Contains(got, "VEVENT") {
			t.Errorf("at level 2 the calendar has %s", got)
		}
		if _, code := link(); code != "CONFLICT" {
			t.Errorf("at level 2 there is a link: %q", code)
		}
	})
}

// sequenceIn is the sequence of the one event of a calendar.
func sequenceIn(t testing.TB, calendar string) (n int) {
	t.Helper()
	_, after, found := strings.Cut(calendar, "SEQUENCE:")
	if _, err := fmt.Sscan(after, &n); err != nil || !found {
		t.Fatalf("no sequence: %s", calendar)
	}
	return n
}
