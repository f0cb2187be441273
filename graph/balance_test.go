package graph_test

import (
	"fmt"
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
						}
					}
				}
			}
			h.must(t, h.manager, `query($round: ID!) { desk { registrations(round: $round) { balance { speakers genders { gender count } } } } }`, map[string]any{"round": h.round}, &read)
			return fmt.Sprint(read.Desk.Registrations.Balance)
		}
		if got := balance(); got != "{0 []}" {
			t.Errorf("before anybody is chosen: %s", got)
		}
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, staged, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if got := balance(); got != "{2 [{MAN 1} {UNDISCLOSED 2} {WOMAN 1}]}" {
			t.Errorf("of two: %s", got)
		}
	})
}
