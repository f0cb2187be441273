package server

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/paper"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/program"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
)

var (
	//go:embed agenda.html
	agendaHTML string
	agendaPage = template.Must(template.New("agenda").Parse(agendaHTML))
)

// agenda is what everybody is told of the Pre-sessions before one session, as meetings in GraphQL are.
type agenda struct {
	Title    string          `json:"title"`
	Session  int             `json:"session"`
	Version  string          `json:"version"`
	Meetings []agendaMeeting `json:"meetings"`
}

type agendaMeeting struct {
	ID           string            `json:"id"`
	Code         string            `json:"stateUnderReview"` // ISO 3166-1 alpha-3
	State        string            `json:"state"`
	StartsAt     time.Time         `json:"startsAt"`
	Minutes      int               `json:"minutes"`
	Room         string            `json:"room"`
	Mode         string            `json:"mode"`
	Is           string            `json:"status"`
	MissionCount *int              `json:"missionCount"` // null: withheld
	Coming       []string          `json:"missions"`     // ISO 3166-1 alpha-3, of States that consent
	Speakers     []agendaSpeaker   `json:"speakers"`
	Statements   []agendaStatement `json:"statements"`
	When         string            `json:"-"`
	Status       string            `json:"-"` // in words; empty: it is planned
	Missions     string            `json:"-"` // in words
}

type agendaStatement struct {
	Language     string `json:"language"`
	Title        string `json:"title"`
	Organisation string `json:"organisation"`
	Kind         string `json:"kind"`
	Path         string `json:"path"`
}

// Line is what a page says of a statement.
func (s agendaStatement) Line() string {
	return line("Statement", s.Title, s.Organisation, s.Language, s.Kind)
}

type agendaSpeaker struct {
	Name         string `json:"name"`
	Function     string `json:"function"`
	Organisation string `json:"organisation"`
}

// Line is what a page says of a speaker.
func (s agendaSpeaker) Line() string { return line(s.Name, s.Function, s.Organisation) }

// line joins what is known.
func line(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), ", ")
}

var statusWords = map[record.MeetingStatus]string{record.Held: "held", record.NotHeld: "not held", record.Postponed: "postponed"}

// agendas serves /agenda/53.html, .pdf and .json: the Pre-sessions before a session, from the record alone.
func agendas(of *record.Record) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := writeAgenda(w, r, of.Snapshot()); err != nil {
			slice.Refuse(w, r, err)
		}
	}
}

func writeAgenda(w http.ResponseWriter, r *http.Request, s *record.Snapshot) error {
	name, extension, _ := strings.Cut(r.PathValue("file"), ".")
	number, err := strconv.Atoi(name)
	if err != nil || s.Session(number) == nil {
		return fault.NotFound("no session has this number: an agenda's address is as /agenda/53.html, .pdf or .json")
	}
	types := map[string]string{"html": "text/html; charset=utf-8", "json": "application/json; charset=utf-8", "pdf": "application/pdf"}
	if types[extension] == "" {
		return fault.NotFound("there is no format %q; there are html, pdf and json", extension)
	}
	tag := `"` + s.Version().String() + "." + program.Mark() + "." + extension + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, no-cache")
	if slice.Holds(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	a := agendaOf(s, number)
	var body bytes.Buffer
	switch extension {
	case "html":
		w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		err = agendaPage.Execute(&body, a)
	case "json":
		err = json.NewEncoder(&body).Encode(a)
	case "pdf":
		err = a.print(&body, s.Published())
	}
	if err != nil {
		return fmt.Errorf("write an agenda: %w", err)
	}
	w.Header().Set("Content-Type", types[extension])
	_, _ = w.Write(body.Bytes())
	return nil
}

func agendaOf(s *record.Snapshot, number int) *agenda {
	a := &agenda{Title: fmt.Sprintf("Pre-sessions before session %d", number), Session: number, Version: s.Version().String(), Meetings: []agendaMeeting{}}
	for _, m := range s.Meetings(&number) {
		state := m.Review().State()
		shown := agendaMeeting{
			ID: m.ID(), Code: state.Code, State: state.Name(nil), StartsAt: m.StartsAt.UTC(), Minutes: m.Minutes, Room: m.Room, Mode: string(m.Mode), Is: string(m.Status), MissionCount: m.MissionCount,
			Coming: []string{}, Speakers: []agendaSpeaker{}, Statements: []agendaStatement{}, Status: statusWords[m.Status],
			When: fmt.Sprintf("%s, %d minutes", presession.InGeneva(m.StartsAt).Format("Monday, 2 January 2006, 15:04 MST"), m.Minutes),
		}
		if m.Room != "" {
			shown.When += ", " + m.Room
		}
		var named []string
		for _, mission := range m.Missions() {
			shown.Coming = append(shown.Coming, mission.Code)
			named = append(named, mission.Name(nil))
		}
		if m.MissionCount != nil {
			shown.Missions = fmt.Sprintf("Missions of %d States come. ", *m.MissionCount)
		}
		if len(named) > 0 {
			shown.Missions += "Among those that come: " + strings.Join(named, ", ") + "."
		}
		for _, speaker := range m.Speakers() {
			shown.Speakers = append(shown.Speakers, agendaSpeaker{speaker.Name, speaker.Function, speaker.OrganisationName})
		}
		for _, st := range m.Statements() {
			shown.Statements = append(shown.Statements, agendaStatement{string(st.Language), st.Title, st.OrganisationName, st.Kind, st.Path()})
		}
		a.Meetings = append(a.Meetings, shown)
	}
	return a
}

func (a *agenda) print(into *bytes.Buffer, at time.Time) error {
	p := paper.New(a.Title, "", at)
	for _, m := range a.Meetings {
		p.Heading(m.State)
		when := m.When
		if m.Status != "" {
			when += " – " + m.Status
		}
		p.Text(when)
		if m.Missions != "" {
			p.Text(m.Missions)
		}
		if len(m.Speakers) > 0 {
			rows := make([][]string, len(m.Speakers))
			for i, s := range m.Speakers {
				rows[i] = []string{s.Name, s.Function, s.Organisation}
			}
			p.Table([]string{"Name", "Function", "Organisation"}, []float64{0.3, 0.3, 0.4}, rows)
		}
		for _, st := range m.Statements {
			p.Text(st.Line() + ": " + st.Path)
		}
	}
	p.Text("Version " + a.Version + " of the record. Only speakers who consent to be named are shown: there may be others.")
	return p.Write(into)
}
