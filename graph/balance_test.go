package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestBalanceOfSpeakers: it is of those that are offered a place, confirmed, or staged to be, alone.
func TestBalanceOfSpeakers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		offered, staged, waiting := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.participant(t, offered, map[string]any{"gender": "WOMAN"})
		h.participant(t, staged, map[string]any{"gender": "MAN"})
		h.participant(t, waiting, map[string]any{"gender": "OTHER"})
		balance := func() string {
			t.Helper()
			var read struct {
				Desk struct {
					Registrations struct {
						Balance struct {
							Speakers int
							Genders  []struct {
								Gender string
								Count  int
							}
							Regions []struct {
								Region string
								Count  int
							}
						}
					}
				}
			}
			h.must(t, h.manager, `query($round: ID!) { desk { registrations(round: $round) { balance { speakers genders { gender count } regions { region count } } } } }`, map[string]any{"round": h.round}, &read)
			return fmt.Sprint(read.Desk.Registrations.Balance)
		}
		if got := balance(); got != "{0 [] []}" {
			t.Errorf("before anybody is chosen: %s", got)
		}
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, staged, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		var region string
		const regionOf = `SELECT UPPER(g.code) FROM state_groups g JOIN state_group_memberships m ON m.group_id = g.id JOIN states s ON s.id = m.state_id WHERE g.kind = 'REGIONAL' AND s.iso3 = $1`
		if err := h.db.SQL.QueryRow(regionOf, state).Scan(&region); err != nil {
			t.Fatal(err)
		}
		if got, want := balance(), "{2 [{MAN 1} {UNDISCLOSED 2} {WOMAN 1}] [{"+region+" 2}]}"; got != want {
			t.Errorf("of two that work in the State: %s, want %s", got, want)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET national = $1 WHERE uid = $2`, false, offered.id); err != nil {
			t.Fatal(err)
		}
		if got, want := balance(), "[{"+region+" 1} {UNTOLD 1}]}"; !strings.HasSuffix(got, want) {
			t.Errorf("of one that works internationally: %s, want %s", got, want)
		}
		_, err := h.db.SQL.Exec(`UPDATE organisations SET country_id = (SELECT id FROM states WHERE iso3 = $1) WHERE id = (SELECT MIN(id) FROM organisations)`, state)
		if err == nil {
			_, err = h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT MIN(id) FROM organisations) WHERE uid = $1`, offered.id)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, want := balance(), "[{"+region+" 2}]}"; !strings.HasSuffix(got, want) {
			t.Errorf("of one that is matched to an organisation with a country: %s, want %s", got, want)
		}
	})
}
