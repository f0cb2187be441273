package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	ical "github.com/arran4/golang-ical"
)

// TestCalendars: what the agenda says is in the calendars of its session and States.
func TestCalendars(t *testing.T) {
	dir := t.TempDir()
	s := startSample(t, "sqlite:"+filepath.Join(dir, "upr.db"), filepath.Join(dir, "upr.key"))
	get := func(path string, header ...string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	_, body := get(`/graphql?query={meetings{status,startsAt,review{state{code,name},session{number}}}}`)
	var answer struct {
		Data struct {
			Meetings []struct {
				Status, StartsAt string
				Review           struct {
					State   struct{ Code, Name string }
					Session struct{ Number int }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Data.Meetings) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	m := answer.Data.Meetings[0]
	for path, name := range map[string]string{fmt.Sprintf("/calendar/%d.ics", m.Review.Session.Number): "session", "/calendar/states/" + strings.ToLower(m.Review.State.Code) + ".ics": "State"} {
		resp, text := get(path)
		c, err := ical.ParseCalendar(strings.NewReader(text))
		if err != nil || resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/calendar") || len(c.Events()) == 0 {
			t.Fatalf("the calendar of a %s: %s %v\n%s", name, resp.Status, err, text)
		}
		first := c.Events()[0]
		at, err := first.GetStartAt()
		if got := first.GetProperty(ical.ComponentPropertySummary).Value; err != nil || at.Format("2006-01-02T15:04:05Z") != m.StartsAt || got != "Pre-session: "+m.Review.State.Name {
			t.Errorf("the calendar of a %s has %s at %s: %v", name, got, at, err)
		}
		if again, _ := get(path, "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("the calendar of a %s that is the same: %s", name, again.Status)
		}
	}
	session := fmt.Sprintf("/calendar/%d.ics", m.Review.Session.Number)
	for _, c := range []struct{ path, accept, want string }{
		{session, "fr-CH, en;q=0.5", "SUMMARY:Pré-session : "}, {session + "?lang=es", "fr", "SUMMARY:Pre-sesión: "}, {session + "?lang=xx", "de", "SUMMARY:Pre-session: "},
		{session, "fr", fmt.Sprintf("X-WR-CALNAME:Pré-sessions avant la session %d", m.Review.Session.Number)},
		{"/calendar/states/" + m.Review.State.Code + ".ics?lang=es", "", "X-WR-CALNAME:Pre-sesiones: "},
	} {
		resp, text := get(c.path, "Accept-Language", c.accept)
		if !strings.Contains(text, c.want) || !strings.Contains(strings.Join(resp.Header.Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%s for who reads %q, %v, has no %q:\n%s", c.path, c.accept, resp.Header, c.want, text)
		}
		if again, _ := get(session+"?lang=en", "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != http.StatusOK && !strings.Contains(c.want, "Pre-session: ") {
			t.Errorf("%s is the same in English: %s", c.path, again.Status)
		}
	}
	for _, path := range []string{"/calendar/0.ics", "/calendar/x.ics", "/calendar/states/XXX.ics", "/calendar/own/x.ics", "/calendar/own/.ics"} {
		if resp, text := get(path); resp.StatusCode != http.StatusNotFound || !strings.Contains(text, "address") && !strings.Contains(text, "three letters") {
			t.Errorf("%s: %s %s", path, resp.Status, text)
		}
	}
}
