package notify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/notify"
)

// TestBuiltInTemplates reads all of them, and looks whether they show all that they need.
func TestBuiltInTemplates(t *testing.T) {
	want := []string{"agenda-changed", "asks-to-confirm", "cancelled", "changes-reminder", "changes-requested", "confirmed", "draft-reminder", "expired", "letter-requested", "merged", "merger-ended", "mission-invitation", "mission-not-held", "mission-postponed", "mission-reminder", "mission-rescheduled", "not-held", "not-selected",
		"offer", "offer-reminder", "officer-news", "postponed", "receipt", "resume", "statement-due", "statement-returned", "submission-refused", "thank-you", "waitlisted", "withdrawn-thanks"}
	if got := notify.Keys(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got %v", got)
	}
	for _, key := range append(want, "neutral", "unreached") {
		for _, language := range []string{"EN", "FR", "ES"} {
			source := notify.BuiltInSource(key, language)
			if err := notify.Understand(key, source); err != nil {
				t.Errorf("%s in %s: %v", key, language, err)
			}
			// In French a space stands before a colon, in Spanish and English none does.
			for line := range strings.Lines(source) {
				if strings.Contains(line, " :") != (language == "FR" && strings.Contains(strings.ReplaceAll(line, "23:59", ""), ":")) && strings.Contains(line, ":") {
					t.Errorf("%s in %s: %s", key, language, line)
				}
			}
		}
	}
}

// TestTemplatesThatAreRefused says the line and what is wrong there.
func TestTemplatesThatAreRefused(t *testing.T) {
	for source, want := range map[string]string{
		"Subject":                      "line 1: a template is its subject",
		"\n\nText {{.link}}":           "line 1: a template is its subject",
		"Two\nlines\n\nText {{.link}}": "line 1: a template is its subject",
		"Subject\n\n ":                 "line 1: a template is its subject",
		"Subject\n\nText":              "never shows {{.link}}",
		"Subject\n\n{{if .state}}{{.link}}{{end}}":                    "never shows {{.link}}",
		"Subject\n\nOne\n{{.link}\nThree":                             "line 4: ",
		"Subject\n\nOne\n{{.link}}\n{{if .state}}":                    "line 5: ",
		"Subject\n\nOne\n\n{{.lnik}} {{.link}}":                       "line 5: there is no field lnik: this template has name, organisation, state, meeting, deadline, reprisals, guidance, link",
		"Subject {{.partners}}\n\n{{.link}}":                          "line 1: there is no field partners",
		"Subject\n\n{{.link}}\n{{.name}}":                             "line 4: name can be missing",
		"{{if .name}}{{.name}}{{end}}\n\n{{.link}}":                   "line 1: a subject is seen",
		"S {{.link}}\n\n{{.link}}":                                    "line 1: a subject is seen",
		"Subject\n\n{{.link}} [[name]]":                               "line 3: [[ is a mark",
		"Subject\n\n{{.link}}\n{{range .state}}x{{end}}":              "line 4: ",
		"Subject\n\n{{.link}}\n{{with .state}}x{{end}}":               "line 4: ",
		"Subject\n\n{{.link}}\n{{template \"x\"}}":                    "line 4: ",
		"Subject\n\n{{.link}}\n{{define \"x\"}}{{end}}":               "line 3: {{define}}",
		"Subject\n\n{{.link}}\n{{printf \"%s\" .state}}":              "line 4: ",
		"Subject\n\n{{.link}}\n{{.state | printf}}":                   "line 4: ",
		"Subject\n\n{{.link}}\n{{$x := .state}}":                      "line 4: ",
		"Subject\n\n{{.link}}\n{{.state.name}}":                       "line 4: ",
		"Subject\n\n{{.link}}\n{{.}}":                                 "line 4: ",
		"Subject\n\n{{.link}}\n{{1}}":                                 "line 4: ",
		"Subject\n\n{{.link}}\n{{call .state}}":                       "line 4: ",
		"Subject\n\n{{.link}}\n{{if .state}}{{else}}{{.name}}{{end}}": "line 4: name can be missing",
		"Subject\n\n{{.link}}\x00":                                    "line 3: has a control character",
		"Subject\n\n{{.link}}" + strings.Repeat("x", 10_000):          "has 100",
	} {
		err := notify.Understand("offer", source)
		if fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", source, err, want)
		}
	}
	for _, source := range []string{
		"Subject {{.state}}\r\n\r\nText {{.link}}\r\n",
		"S\n\n{{if .name}}Dear {{.name}}{{else if .state}}{{.state}}{{else}}{{.meeting}}{{end}} {{.link}}",
		"S\n\n{{- .link -}}{{/* a comment */}}",
	} {
		if err := notify.Understand("offer", source); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	}
}
