package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/program"
)

// TestLeakOfAgendaPages: pages, PDF and JSON of the agenda say what readers may know, and nothing of who is
// not to be seen any more, at once.
func TestLeakOfAgendaPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, _ := h.withAgenda(t)
		fetch := h.fetch(t)
		read := func(form string) string {
			t.Helper()
			got := fetch(nil, "/agenda/13."+form)
			if got.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", form, got.Code, got.Body)
			}
			if form == "pdf" {
				return readPDF(t, got.Body.Bytes())
			}
			return got.Body.String()
		}
		catchUp := func() {
			t.Helper()
			if err := h.record.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		name := "Wombat " + a.by.UID
		catchUp()
		for _, form := range []string{"html", "pdf", "json"} {
			if got := read(form); !strings.Contains(got, name) || !strings.Contains(got, "Room XXI") {
				t.Errorf("the %s has %s", form, got)
			}
		}
		page := fetch(nil, "/agenda/13.html")
		if got := page.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
			t.Errorf("the page may load %q", got)
		}
		tag := page.Header().Get("ETag")
		if !strings.Contains(tag, program.Mark()) {
			t.Errorf("after an upgrade %s would still be good", tag)
		}
		if got := fetch(nil, "/agenda/13.html", "If-None-Match", tag).Code; got != http.StatusNotModified {
			t.Errorf("asked again: %d", got)
		}
		if got := fetch(nil, "/agenda/13.html", "If-None-Match", "*").Code; got != http.StatusNotModified {
			t.Errorf("asked again: %d", got)
		}
		for path, code := range map[string]int{"/agenda/999.html": 404, "/agenda/x.pdf": 404, "/agenda/13.docx": 404} {
			if got := fetch(nil, path).Code; got != code {
				t.Errorf("%s: %d", path, got)
			}
		}
		h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 3}}, nil)
		catchUp()
		for _, form := range []string{"html", "pdf", "json"} {
			if got := read(form); strings.Contains(got, "Wombat") || strings.Contains(got, fmt.Sprint("Organisation ", a.id)) {
				t.Errorf("the %s still has them: %s", form, got)
			}
		}
		if got := fetch(nil, "/agenda/13.html", "If-None-Match", tag).Code; got != http.StatusOK {
			t.Errorf("asked again after it changed: %d", got)
		}
	})
}
