package reference

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/upr-info/upr/internal/civil"
)

// Session is a session of the Working Group.
type Session struct {
	Number, Cycle int
	Start, End    civil.Date
	DateSource    string
}

// Review is the review of a State in a cycle, in the session that holds it.
type Review struct {
	Cycle, Session         int
	ISO3                   string
	Position               *int
	Date, Adopted          civil.Date
	Troika                 []string
	Documents              []Document
	ListSource, DateSource string
}

// Document is a United Nations document of a review.
type Document struct{ Type, Symbol string }

// Postponement says for which session a review was planned before.
type Postponement struct {
	ISO3                 string
	Cycle, Planned, Held int
	Source               string
}

func (d *Data) readCalendar(r *reader) {
	columns := []string{"number", "cycle", "start", "end", "date_source"}
	sessions := map[int]Session{}
	d.Sessions = rows(r, "sessions.csv", columns, func(l *line) Session {
		l.define("sessions", "number")
		s := Session{l.number("number"), l.number("cycle"), l.date("start"), l.date("end"), l.text("date_source")}
		if !s.Start.Known() || !s.End.Known() || s.End < s.Start {
			l.fail("the session must begin before it ends")
		}
		sessions[s.Number] = s
		return s
	})
	columns = []string{"cycle", "session", "iso3", "position", "date", "report_adopted", "troika", "national_report",
		"compilation", "summary", "working_group_report", "list_source", "date_source"}
	held := map[string]int{}
	d.Reviews = rows(r, "reviews.csv", columns, func(l *line) Review {
		l.refer("sessions", "session")
		v := Review{Cycle: l.number("cycle"), Session: l.number("session"), ISO3: l.refer("states", "iso3"),
			Position: l.optionalNumber("position"), Date: l.date("date"), Adopted: l.date("report_adopted"),
			Troika: l.list("troika"), Documents: l.documents(), ListSource: l.text("list_source"), DateSource: l.text("date_source")}
		l.pair("iso3", "cycle")
		checkReview(l, v, sessions[v.Session])
		held[reviewKey(v.ISO3, v.Cycle)] = v.Session
		return v
	})
	columns = []string{"iso3", "cycle", "planned_session", "held_session", "source"}
	d.Postponements = rows(r, "postponements.csv", columns, func(l *line) Postponement {
		l.refer("sessions", "planned_session")
		l.pair("iso3", "cycle", "planned_session")
		p := Postponement{l.refer("states", "iso3"), l.number("cycle"), l.number("planned_session"), l.number("held_session"), l.required("source")}
		if held[reviewKey(p.ISO3, p.Cycle)] != p.Held {
			l.fail("the calendar holds the review of %s in cycle %d in session %d", p.ISO3, p.Cycle, held[reviewKey(p.ISO3, p.Cycle)])
		}
		if p.Planned >= p.Held || sessions[p.Planned].Cycle != p.Cycle {
			l.fail("planned_session: %d is not an earlier session of cycle %d", p.Planned, p.Cycle)
		}
		return p
	})
}

func reviewKey(iso3 string, cycle int) string { return iso3 + " " + strconv.Itoa(cycle) }

func checkReview(l *line, v Review, s Session) {
	if s.Cycle != v.Cycle {
		l.fail("session %d belongs to cycle %d", v.Session, s.Cycle)
	}
	for _, day := range []civil.Date{v.Date, v.Adopted} {
		if day.Known() && (day < s.Start || day > s.End) {
			l.fail("%s is not within session %d", day, v.Session)
		}
	}
	if v.Adopted.Known() && v.Adopted <= v.Date {
		l.fail("report_adopted: %s is not after the review", v.Adopted)
	}
	checkTroika(l, v)
}

func checkTroika(l *line, v Review) {
	for _, member := range v.Troika {
		l.exists("states", "troika", member)
	}
	different := slices.Compact(slices.Sorted(slices.Values(v.Troika)))
	if n := len(v.Troika); n != 0 && (n != 3 || len(different) != 3 || slices.Contains(v.Troika, v.ISO3)) {
		l.fail("a troika is three States other than the State under review")
	}
}

// symbolForms tell a document that stands in the wrong column.
var symbolForms = map[string]*regexp.Regexp{
	"national_report":      regexp.MustCompile(`^A/HRC/WG\.6/\d+/[A-Z]{3}/1$`),
	"compilation":          regexp.MustCompile(`^A/HRC/WG\.6/\d+/[A-Z]{3}/2$`),
	"summary":              regexp.MustCompile(`^A/HRC/WG\.6/\d+/[A-Z]{3}/3$`),
	"working_group_report": regexp.MustCompile(`^A/HRC/\d+/\d+$`),
}

// documents reads the symbols of a review's documents, in the order of its course.
func (l *line) documents() []Document {
	documents := []Document{}
	for _, kind := range []struct{ column, kind string }{
		{"national_report", "NATIONAL_REPORT"}, {"compilation", "UN_COMPILATION"},
		{"summary", "STAKEHOLDER_SUMMARY"}, {"working_group_report", "WORKING_GROUP_REPORT"},
	} {
		if symbol := l.text(kind.column); symbol != "" {
			if !symbolForms[kind.column].MatchString(symbol) {
				l.fail("%s: %q is not the symbol of such a document", kind.column, symbol)
			}
			documents = append(documents, Document{kind.kind, symbol})
		}
	}
	return documents
}

func (v Review) String() string { return fmt.Sprintf("%s, cycle %d", v.ISO3, v.Cycle) }
