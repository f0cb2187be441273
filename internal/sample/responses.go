package sample

import (
	"time"

	"github.com/upr-info/upr/ent/responseevent"
)

type response struct {
	position   responseevent.Response
	word       string
	date       time.Time
	atAdoption bool // taken in the Working Group report, not at the plenary
}

const (
	firstPendingSession = lastSession - 1 // the two latest sessions still wait for the plenary
	lastOldSession      = 26              // up to here the source says "Accepted"
	lastVagueSession    = 12              // up to here some responses are neither
)

// lenience says how much more (or less) than others a State supports, per thousand.
func (k *maker) lenience() int { return k.IntN(1601) - 800 }

// responses makes the dated history of the position on one recommendation: as a rule
// one event in the Working Group report; at times the State decides at the plenary.
func (k *maker) responses(rv review, a action, lenience int) []response {
	pending := response{responseevent.ResponsePENDING, "Pending", rv.adopted, true}
	if rv.session >= firstPendingSession {
		return []response{pending}
	}
	position, word := k.position(rv.session, a, lenience)
	if !k.chance(2, 100) {
		return []response{{position, word, rv.adopted, true}}
	}
	plenary := rv.adopted.AddDate(0, 0, 110+k.IntN(40))
	return []response{pending, {position, word, plenary, false}}
}

func (k *maker) position(session int, a action, lenience int) (responseevent.Response, string) {
	supported := a.supported + lenience*a.supported*(1000-a.supported)/1_000_000
	if k.chance(supported, 1000) {
		if session <= lastOldSession {
			return responseevent.ResponseSUPPORTED, "Accepted"
		}
		return responseevent.ResponseSUPPORTED, "Supported"
	}
	if session > lastVagueSession {
		return responseevent.ResponseNOTED, "Noted"
	}
	switch k.weighted([]int{62, 8, 15, 15}) {
	case 1:
		return responseevent.ResponsePARTIALLY_SUPPORTED, "Partially accepted"
	case 2:
		return responseevent.ResponseNO_CLEAR_POSITION, "General response"
	case 3:
		return responseevent.ResponseNO_RESPONSE, "No response"
	default:
		return responseevent.ResponseNOTED, "Noted"
	}
}
