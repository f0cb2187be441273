package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/calendar"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/program"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
)

// calendars serves the Pre-sessions of published agendas to programs for calendars: those before a
// session, those of a State, and the one at which somebody speaks, to whoever has its address.
type calendars struct {
	record   *record.Record
	workflow *presession.Service
}

// calendarWords are what calendars say in a language.
type calendarWords struct{ session, state, meeting string }

var calendarsIn = map[record.Language]calendarWords{
	record.English: {"Pre-sessions before session %d", "Pre-sessions: %s", "Pre-session: %s"},
	record.French:  {"Pré-sessions avant la session %d", "Pré-sessions : %s", "Pré-session : %s"},
	record.Spanish: {"Pre-sesiones antes del período de sesiones %d", "Pre-sesiones: %s", "Pre-sesión: %s"},
}

// session answers /calendar/53.ics, and with ?lang=fr in French, as it does where the reader prefers that.
func (c calendars) session(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(calendarName(r))
	s := c.record.Snapshot()
	if err != nil || s.Session(number) == nil {
		slice.Refuse(w, r, fault.NotFound("no session has this number: a calendar's address is as /calendar/53.ics or, for a State, /calendar/states/EGY.ics"))
		return
	}
	in := record.Language(identity.LanguageOf(r))
	c.write(w, r, s, in, fmt.Sprintf(calendarsIn[in].session, number), s.Meetings(&number))
}

// state answers /calendar/states/EGY.ics.
func (c calendars) state(w http.ResponseWriter, r *http.Request) {
	s := c.record.Snapshot()
	state := s.State(strings.ToUpper(calendarName(r)))
	if state == nil {
		slice.Refuse(w, r, fault.NotFound("no State has this code: three letters, as in /calendar/states/EGY.ics"))
		return
	}
	of := []record.Meeting{}
	for _, m := range s.Meetings(nil) {
		if m.Review().State().Code == state.Code {
			of = append(of, m)
		}
	}
	in := record.Language(identity.LanguageOf(r))
	c.write(w, r, s, in, fmt.Sprintf(calendarsIn[in].state, state.Name(&in)), of)
}

func calendarName(r *http.Request) string { return strings.TrimSuffix(r.PathValue("file"), ".ics") }

func (c calendars) write(w http.ResponseWriter, r *http.Request, s *record.Snapshot, in record.Language, name string, meetings []record.Meeting) {
	events := make([]calendar.Event, len(meetings))
	for i, m := range meetings {
		events[i] = calendar.Event{
			ID: m.ID(), Title: fmt.Sprintf(calendarsIn[in].meeting, m.Review().State().Name(&in)), Place: m.Room, Starts: m.StartsAt, Lasts: time.Duration(m.Minutes) * time.Minute,
			Sequence: m.Sequence, Cancelled: m.Status == record.NotHeld || m.Status == record.Postponed, Changed: s.Published(),
		}
	}
	tag := `"` + s.Version().String() + "." + program.Mark() + "." + string(in) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Add("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "public, no-cache")
	if slice.Holds(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	sendCalendar(w, calendar.Write(name, events...))
}

// ownCalendars is where those are whose address is a secret.
const ownCalendars = "/calendar/own/"

// own answers /calendar/own/….ics.
func (c calendars) own(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	text, err := c.workflow.OwnCalendar(r.Context(), calendarName(r))
	switch code := fault.CodeOf(err); {
	case err == nil:
		sendCalendar(w, text)
	case code == fault.CodeNotFound:
		slice.Refuse(w, r, fault.NotFound("no calendar has this address any more: make a new one on the page of the registration"))
	default:
		slog.WarnContext(r.Context(), "a calendar cannot be read", "code", code, "error", err)
		w.Header().Set("Retry-After", "60")
		slice.Refuse(w, r, fault.Unavailable("the calendar cannot be read at the moment: try again later"))
	}
}

func sendCalendar(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
	_, _ = w.Write([]byte(text))
}
