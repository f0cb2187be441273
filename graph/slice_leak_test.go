package graph_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// pin has anybody pin what the record has of a kind, as the server knows it by now.
func (h *hall) pin(t *testing.T, by *viewer.Viewer, kind string, columns ...string) string {
	t.Helper()
	var made struct {
		CreateSlice struct {
			Slice *struct{ ID string }
			outcomeOf
		}
	}
	input := map[string]any{"name": kind, "kind": kind, "pinned": true, "public": true}
	if len(columns) > 0 {
		input["columns"] = columns
	}
	h.must(t, by, `mutation($i: CreateSliceInput!) { createSlice(input: $i) { slice { id } userErrors { message } } }`,
		map[string]any{"i": input}, &made)
	if made.CreateSlice.Slice == nil {
		t.Fatal(made.CreateSlice.UserErrors)
	}
	return made.CreateSlice.Slice.ID
}

// kept is all that a pinned slice says, in every format, with the files of its packages.
func kept(t *testing.T, site func(path string) string, slice string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, format := range []string{"csv", "json", "ndjson", "parquet", "xlsx", "zip"} {
		text := site("/slices/" + slice + "." + format)
		if !strings.HasPrefix(text, "200 ") {
			t.Errorf("%s: %.200s", format, text)
		}
		all[format] = strings.TrimPrefix(text, "200 ")
		if format != "xlsx" && format != "zip" {
			continue
		}
		body := []byte(all[format])
		archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			all[format+" "+f.Name] = string(text)
		}
	}
	return all
}

// TestLeakOfPinnedSlices: who is not in the record any more is in no slice that was pinned while they were, in whatever
// columns and formats, nor in one that is pinned from what a server has not heard yet. The other speaker stays.
func TestLeakOfPinnedSlices(t *testing.T) {
	type step = func(t *testing.T, h *hall, a *application)
	for name, c := range map[string]struct {
		gone  step
		words []string // that are not to be read any more, beside those of the statement
	}{
		"withdrawn": {func(t *testing.T, h *hall, a *application) {
			a.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+a.id+`'`)
			if code := h.own(t, a, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
		}, []string{"Wombat", "Organisation"}},
		"consents revoked": {func(t *testing.T, h *hall, a *application) {
			h.giveConsents(t, a, "PUBLIC ORGANISATION")
		}, []string{"Wombat"}},
		"protected": {func(t *testing.T, h *hall, a *application) {
			h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 3}}, nil)
		}, []string{"Wombat", "Organisation"}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				h.takesFiles(t)
				other := h.submitted(t, h.states[1])
				h.rename(t, other, "Bilby Trust")
				h.participant(t, other, map[string]any{"id": other.speaker, "revision": 2, "identity": map[string]any{"name": "Bilby"}})
				h.giveConsents(t, other, "PUBLIC NAME", "PUBLIC ORGANISATION")
				h.confirmed(t, other)
				h.plan(t, h.states[1], "2026-03-03T09:00:00Z", "Room XXII")
				a, officer := h.withAgenda(t)
				statement := h.accepted(t, a, officer)
				if code := h.decide(t, officer, a, statement, "PUBLISHED", nil); code != "" {
					t.Fatal(code)
				}
				if err := h.record.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				sum := h.record.Snapshot().MeetingStatements()[0].SHA256
				site, partner := h.site(t), h.staffMember(t, viewer.Grant{Role: viewer.Partner})
				pinAll := func() []string {
					return []string{h.pin(t, partner, "speakers"), h.pin(t, partner, "speakers", "name", "organisation_name"), h.pin(t, partner, "meeting_statements"), h.pin(t, partner, "meetings")}
				}
				pinned := pinAll()
				if got := kept(t, site, pinned[1])["csv"]; !strings.Contains(got, "Wombat") || !strings.Contains(got, "Organisation reg_") || !strings.HasPrefix(got, "\ufeffname,organisation_name\r\n") && !strings.HasPrefix(got, "name,organisation_name") {
					t.Fatalf("what is pinned has %q", got)
				}
				c.gone(t, h, a)
				for _, slice := range append(pinned, pinAll()...) { // also before the server has heard of it
					for place, text := range kept(t, site, slice) {
						for _, word := range append(c.words, secretTitle, sum) {
							if word == "Organisation" {
								word = "Organisation " + a.id
							}
							if strings.Contains(text, word) {
								t.Errorf("%s of %s has %q", place, slice, word)
							}
						}
					}
				}
				for _, slice := range pinned[:2] {
					if got := kept(t, site, slice)["csv"]; !strings.Contains(got, "Bilby,") || !strings.Contains(got, "Bilby Trust") || !strings.Contains(got, "[redacted]") {
						t.Errorf("of who stays %s has %s", slice, got)
					}
				}
			})
		})
	}
}
