package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestLeakFromTheArchive: once identities of a round were purged, what was not let into the archive is in no place that anybody
// reads, a consent that is revoked holds there, and nothing comes back by one that is given or by a change of another.
func TestLeakFromTheArchive(t *testing.T) {
	public := []string{"PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT", "PUBLIC ASKS"}
	with := func(archive ...string) (all []string) {
		for _, item := range archive {
			all = append(all, "ARCHIVE "+item)
		}
		return append(all, public...)
	}
	for name, c := range map[string]struct {
		before, after []string // what is consented to before the purge, and from then on
		left          string   // who and what readers see at the end
	}{
		"kept":                            {with("NAME", "ORGANISATION", "STATEMENT", "ASKS"), nil, "name organisation statement ask"},
		"not the organisation":            {with("NAME", "STATEMENT", "ASKS"), nil, "name statement ask"},
		"something else is revoked":       {append(with("NAME", "STATEMENT", "ASKS"), "PARTNERS NAME"), with("NAME", "STATEMENT", "ASKS"), "name statement ask"},
		"the organisation is given later": {with("NAME", "STATEMENT", "ASKS"), with("NAME", "ORGANISATION", "STATEMENT", "ASKS"), "name statement ask"},
		"all is revoked":                  {with("NAME", "ORGANISATION", "STATEMENT", "ASKS"), public, ""},
		"who is revoked":                  {with("NAME", "ORGANISATION", "STATEMENT"), with("STATEMENT"), "statement"},
		"the name is revoked":             {with("NAME", "ORGANISATION", "STATEMENT"), with("ORGANISATION", "STATEMENT"), "organisation statement"},
		"asks are revoked":                {with("NAME", "STATEMENT", "ASKS"), with("NAME", "STATEMENT"), "name statement"},
		"the public's is revoked":         {with("NAME", "ORGANISATION", "STATEMENT", "ASKS"), []string{"ARCHIVE NAME", "ARCHIVE ORGANISATION", "ARCHIVE STATEMENT", "ARCHIVE ASKS"}, ""},
		"the public had none":             {[]string{"ARCHIVE NAME", "ARCHIVE ORGANISATION", "PUBLIC NAME", "PUBLIC STATEMENT", "ARCHIVE STATEMENT", "PUBLIC ASKS"}, nil, "name statement"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				a, officer, statement := h.spoken(t, "PUBLIC ASKS")
				site := h.site(t)
				h.confirmedAsk(t, a, officer, statement)
				path := h.record.Snapshot().MeetingStatements()[0].Path()
				h.giveConsents(t, a, c.before...)
				h.clock.set("2026-06-01T08:00:00Z")
				h.sweep(t)
				if c.after != nil {
					h.giveConsents(t, a, c.after...)
				}
				h.sweep(t)
				if err := h.record.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				told := h.public(t)
				for _, kind := range []string{"speakers", "meeting_statements", "meeting_asks"} {
					told += changesOf(t, site, kind) + site("/export/"+kind+".ndjson")
				}
				told += site(path) + h.column(t, `SELECT name || organisation_name FROM speakers`) + h.column(t, `SELECT title || organisation_name FROM meeting_statements`) +
					h.column(t, `SELECT text || organisation_name FROM meeting_asks`) + h.column(t, `SELECT COALESCE(projection, '') FROM change_entries`)
				if !strings.Contains(c.left, "statement") {
					told += h.column(t, `SELECT title FROM pre_session_statements`) + h.column(t, `SELECT state FROM stored_files`)
				}
				for what, words := range map[string][]string{
					"name": {"Wombat " + a.by.UID}, "organisation": {"Organisation " + a.id}, "statement": {secretTitle, "Told by", "ACCEPTED"}, "ask": {secretAsk},
				} {
					for _, word := range words {
						if got, want := strings.Contains(told, word), strings.Contains(c.left, what); got != want && (!want || word != "ACCEPTED") {
							t.Errorf("%q is in what anybody reads: %t, in %.600s", word, got, told)
						}
					}
				}
				if n := h.count(t, `SELECT COUNT(*) FROM participant_identities`); n != 0 {
					t.Errorf("%d identities are kept", n)
				}
				if name != "kept" {
					return
				}
				if _, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "ES"}); code != "CONFLICT" {
					t.Errorf("another statement is begun, which nobody would purge: %q", code)
				}
			})
		})
	}
}
