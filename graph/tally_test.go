package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// closedRound brings a round to its end: in one State 6 registrations, in another 10. Nine speak and are
// named, six are not selected, and one, of a person whose existence is confidential, speaks or withdraws.
func (h *hall) closedRound(t *testing.T, speaks bool) (hidden *application, others []*application) {
	t.Helper()
	for i := range 9 {
		a := h.submitted(t, h.states[i/5])
		h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		h.confirmed(t, a)
		others = append(others, a)
	}
	hidden = h.apply(t, h.states[0])
	if code := h.codeOf(t, hidden.by, "requestProtection", "RequestProtectionInput", `userErrors { field message code }`, map[string]any{"id": hidden.speaker, "level": 3}, nil); code != "" {
		t.Fatal(code)
	}
	h.giveConsents(t, hidden, "PUBLIC NAME", "PUBLIC ORGANISATION")
	if code := h.own(t, hidden, "submitApplication"); code != "" {
		t.Fatal(code)
	}
	h.protect(t, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer}), hidden.speaker, 3)
	h.confirmed(t, hidden)
	for range 6 {
		if code := h.move(t, h.manager, h.submitted(t, h.states[1]), "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
			t.Fatal(code)
		}
	}
	h.clock.set("2026-02-02T12:00:00Z")
	h.advance(t, "CALL_CLOSED")
	if code := h.release(t, 6); code != "" {
		t.Fatal(code)
	}
	h.advance(t, "DECISIONS_RELEASED")
	h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
	h.plan(t, h.states[1], "2026-03-02T11:00:00Z", "Room XXI")
	if _, code := h.publish(t); code != "" {
		t.Fatal(code)
	}
	h.advance(t, "RUNNING")
	if !speaks {
		hidden.revision++
		if code := h.own(t, hidden, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
	}
	h.clock.set("2026-03-02T20:00:00Z")
	officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer})
	for _, a := range append([]*application{hidden}, others...) {
		if a == hidden && !speaks {
			continue
		}
		if code := h.move(t, officer, a, "SPOKE", nil); code != "" {
			t.Fatal(code)
		}
	}
	for _, state := range h.states[:2] {
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "HELD"}); code != "" {
			t.Fatal(code)
		}
	}
	return hidden, others
}

// tallied is what anybody is told of the round in numbers.
func (h *hall) tallied(t *testing.T) string {
	t.Helper()
	var read struct{ RoundTally any }
	h.must(t, nil, `{ roundTally(session: 13) { session madeAt missions tables { table of total parts { part count } } } }`, nil, &read)
	text, err := json.Marshal(read.RoundTally)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStoryOfATally: a round that is closed is counted once, and whatever happens later changes nothing of it.
func TestStoryOfATally(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		_, others := h.closedRound(t, true)
		fetch := h.fetch(t)
		files := "/presessions/" + h.round + "/"
		h.sweep(t)
		if got := h.tallied(t); got != "null" {
			t.Errorf("before the round is closed: %s", got)
		}
		for _, file := range []string{"statistics.csv", "research.csv"} {
			if got := fetch(h.manager, files+file); got.Code != http.StatusNotFound {
				t.Errorf("%s before the round is closed: %d %s", file, got.Code, got.Body)
			}
		}
		h.endOthers(t)
		h.advance(t, "CLOSED")
		h.sweep(t)
		told := h.tallied(t)
		for _, want := range []string{`{"count":9,"part":"SPOKE"}`, `{"count":null,"part":"OTHER"}`, `"of":"","parts":[{"count":null,"part":"NOT_SELECTED"}`, `"table":"PEOPLE_BY_GENDER","total":9`, `"missions":null`} {
			if !strings.Contains(told, want) {
				t.Errorf("no %s in %s", want, told)
			}
		}
		sheet := fetch(nil, files+"statistics.csv").Body.String()
		for _, want := range []string{"table,of,part,count\n", "APPLICATIONS_BY_OUTCOME,,,16\n", "APPLICATIONS_BY_OUTCOME,,SPOKE,9\n", "SPEAKERS_BY_NATIONAL,SPOKE,,9\n", "\nMISSIONS,,,\n"} {
			if !strings.Contains(sheet, want) {
				t.Errorf("no %q in %s", want, sheet)
			}
		}
		research := fetch(h.manager, files+"research.csv").Body.String()
		if rows := strings.Split(strings.TrimSpace(research), "\n"); len(rows) != 17 || rows[0] != "session,women_led,organisation_kind,national,region,outcome" || !strings.Contains(research, "CSO,NATIONAL") {
			t.Errorf("for research: %s", research)
		}
		if book := readBook(t, fetch(h.manager, files+"research.xlsx").Body.Bytes(), "about"); !strings.Contains(book, "must not be joined") {
			t.Errorf("the workbook says %s", book)
		}

		h.giveConsents(t, others[0])
		h.advance(t, "ARCHIVED")
		h.clock.set("2026-09-01T12:00:00Z")
		h.sweep(t)
		if got := h.tallied(t); got != told {
			t.Errorf("after a consent was revoked and identities purged:\n%s\nbefore:\n%s", got, told)
		}
		if got := fetch(h.manager, files+"research.csv").Body.String(); got != research {
			t.Errorf("for research, later: %s", got)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM round_tallies`); n != 1 {
			t.Errorf("the round was counted %d times", n)
		}
	})
}

// TestLeakOfATally: whether a person whose existence is confidential spoke, or somebody withdrew, shows in no
// number, in no difference between numbers, in nothing that is withheld, and in no row of the data set.
func TestLeakOfATally(t *testing.T) {
	var all []string
	for _, speaks := range []bool{true, false} {
		dbtest.Each(t, func(t *testing.T, url string) {
			h := openHall(t, url)
			hidden, _ := h.closedRound(t, speaks)
			h.endOthers(t)
			h.advance(t, "CLOSED")
			h.sweep(t)
			fetch := h.fetch(t)
			told := h.tallied(t)
			for _, file := range []string{"statistics.csv", "statistics.excel.csv", "research.csv"} {
				told += "\n" + fetch(h.manager, "/presessions/"+h.round+"/"+file).Body.String()
			}
			for _, secret := range []string{hidden.id, hidden.speaker, hidden.by.UID, "Wombat", "Organisation " + hidden.id} {
				if strings.Contains(told, secret) {
					t.Errorf("%q is told: %s", secret, told)
				}
			}
			all = append(all, told)
		})
	}
	for _, told := range all[1:] {
		if told != all[0] {
			t.Errorf("where the person spoke:\n%s\nwhere they withdrew:\n%s", all[0], told)
		}
	}
}

// TestLeakOfResearch: the data set is for who manages the round, and takes no parameters.
func TestLeakOfResearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.closedRound(t, true)
		h.endOthers(t)
		h.advance(t, "CLOSED")
		h.sweep(t)
		fetch := h.fetch(t)
		file := "/presessions/" + h.round + "/research.csv"
		for what, asked := range map[string]struct {
			by   *viewer.Viewer
			path string
			code int
		}{
			"nobody":                     {nil, file, 401},
			"an officer":                 {h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}), file, 403},
			"a protection officer":       {h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer}), file, 403},
			"a manager of another round": {h.staffMember(t, viewer.Grant{Role: viewer.Manager, Scope: "round:rnd_x"}), file, 404},
			"a key":                      {&viewer.Viewer{UID: "usr_1", KeyUID: "key_1", KeyScopes: []string{"reviews:read"}}, file, 403},
			"a filter":                   {h.manager, file + "?filter={}", 400},
			"a filter of statistics":     {nil, strings.Replace(file, "research", "statistics", 1) + "?region=AFRICA", 400},
			"a round that there is not":  {nil, "/presessions/rnd_none/statistics.csv", 404},
			"a round of no text":         {nil, "/presessions/%00%ff/statistics.csv", 404},
			"a file that there is not":   {h.manager, strings.Replace(file, "research", "people", 1), 404},
			"the manager":                {h.manager, file, 200},
		} {
			got := fetch(asked.by, asked.path)
			if got.Code != asked.code || asked.code == http.StatusOK && got.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: %d %s", what, got.Code, fmt.Sprint(got.Body))
			}
		}
	})
}
