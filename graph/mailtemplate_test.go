package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/viewer"
)

// TestMailTemplatesAreEdited edits a template, badly and well, and restores it.
func TestMailTemplatesAreEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		m := newMailroom(t, url)
		manager := granted(viewer.Manager, "round:rnd_a")
		before := m.add(t, offerTo("a@example.org", "rnd_a", "EGY"))
		save := func(v *viewer.Viewer, revision int, source string) string {
			return m.mutate(t, v, "saveMailTemplate", "SaveMailTemplateInput", "template { revision builtIn }",
				map[string]any{"key": "offer", "language": "EN", "revision": revision, "source": source, "reason": "clearer"})
		}
		const good = "Come, {{.organisation}}\n\nDear {{if .name}}{{.name}}{{else}}all{{end}}, see {{.link}}"
		for _, test := range []struct {
			who            *viewer.Viewer
			revision       int
			source, refuse string
		}{
			{granted(viewer.Officer, "state:EGY"), 0, good, "FORBIDDEN"},
			{manager, 0, "Come\n\nsee {{.lnik}}", "INVALID source line 3: there is no field lnik"},
			{manager, 0, "Come\n\nsee", "INVALID source the text never shows {{.link}}"},
			{manager, 1, good, "CONFLICT revision"},
			{manager, 0, good, ""},
			{manager, 0, good, "CONFLICT revision"},
			{granted(viewer.Admin, ""), 1, good + " today", ""},
		} {
			if wrong := save(test.who, test.revision, test.source); !strings.HasPrefix(wrong, test.refuse) || test.refuse == "" && wrong != "" {
				t.Errorf("%q on %d: %q, want %q", test.source, test.revision, wrong, test.refuse)
			}
		}
		after := m.add(t, offerTo("b@example.org", "rnd_a", "EGY"))
		if got := m.message(t, manager, after); got.Subject != "Come, Rights Now" || got.Text != "Dear Quokka Warden, see [[link]] today\n" {
			t.Errorf("%+v", got)
		}
		if got := m.message(t, manager, before); got.Subject == "Come, Rights Now" {
			t.Errorf("what was read already changed: %+v", got)
		}
		var seen struct {
			Desk struct {
				All       []struct{ Key string }
				One       []struct{ Revision int }
				Revisions []struct {
					Revision       int
					Author, Source string
				}
				Saved, Tried struct{ Subject, Text string }
			}
		}
		m.must(t, manager, `{ desk { all: mailTemplates { key } one: mailTemplates(key: "offer") { revision } revisions: mailTemplateRevisions(key: "offer", language: EN) { revision author source }
			saved: previewMailTemplate(key: "offer", language: EN) { subject text }
			tried: previewMailTemplate(key: "offer", language: FR, source: "A {{.state}}\n\nB {{.link}}") { subject text } } }`, nil, &seen)
		d := seen.Desk
		if len(d.All) != 3*len(notify.Keys()) || len(d.One) != 3 || d.One[0].Revision != 2 || len(d.Revisions) != 2 || d.Revisions[1].Author != "usr_manager" ||
			d.Saved.Text != "Dear Ann Example, see https://upr.example.org/sign-in today\n" || d.Tried.Subject != "A Utopie" {
			t.Errorf("%+v", d)
		}
		for _, args := range []string{`key: "none", language: EN`, `key: "offer", language: RU`, `key: "offer", language: EN, source: "x"`} {
			if code := m.ask(t, manager, `{ desk { previewMailTemplate(`+args+`) { text } } }`, nil, nil); code != "INVALID" {
				t.Errorf("%s: %s", args, code)
			}
		}
		restore := map[string]any{"key": "offer", "language": "EN", "revision": 2, "reason": "as before"}
		if wrong := m.mutate(t, manager, "restoreMailTemplate", "RestoreMailTemplateInput", "template { revision builtIn }", restore); wrong != "" {
			t.Error(wrong)
		}
		restored := m.message(t, manager, m.add(t, offerTo("c@example.org", "rnd_a", "EGY")))
		original := m.message(t, manager, before)
		if restored.Text != original.Text || restored.Subject != original.Subject {
			t.Errorf("%+v", restored)
		}
		m.wroteNothingPrivate(t, "mtp_offer_en", []string{"CORRECT clearer", "RESTORE as before"})
	})
}
