package slice

import (
	"iter"
	"slices"
	"time"

	"github.com/upr-info/upr/internal/record"
)

func meetings(s *record.Snapshot, _ *Question) (int, iter.Seq[record.Meeting], error) {
	all := s.Meetings(nil)
	return len(all), slices.Values(all), nil
}

func init() { //nolint:gochecknoinits // kinds register themselves
	type meeting = record.Meeting
	Register(Kind{Name: "meetings", Title: "Pre-sessions", Scope: "reviews", Key: []string{"id"},
		Description: "One row for each Pre-session that a published agenda has."},
		meetings,
		textual("id", "Stable for ever.", meeting.ID).Required(),
		textual("review_id", "The review before which it is held.", func(m meeting) string { return m.Review().ID() }).Required().Refers("reviews.id"),
		whole("session", "Number of the session of the Working Group.", func(m meeting) int { return m.Review().Session().Number }).Refers("sessions.number"),
		textual("state_under_review", "ISO 3166-1 alpha-3.", func(m meeting) string { return m.Review().State().Code }).Required().Refers("states.code"),
		moment("starts_at", "When it begins.", func(m meeting) time.Time { return m.StartsAt }),
		whole("minutes", "How long it lasts.", func(m meeting) int { return m.Minutes }),
		textual("room", "Where; empty: not known.", func(m meeting) string { return m.Room }),
		textual("mode", "IN_PERSON, HYBRID or VIRTUAL_RECORDED.", func(m meeting) string { return string(m.Mode) }).Required(),
		textual("status", "PLANNED, HELD, NOT_HELD or POSTPONED.", func(m meeting) string { return string(m.Status) }).Required(),
		list("missions", "States that consent to be named as coming: ISO 3166-1 alpha-3.", func(m meeting) (codes []string) {
			for _, s := range m.Missions() {
				codes = append(codes, s.Code)
			}
			return codes
		}),
		wholeOrNone("mission_count", "States that come; empty: withheld, as there are few.", func(m meeting) *int { return m.MissionCount }),
	)
	type speaker = record.Speaker
	Register(Kind{Name: "speakers", Title: "Speakers of Pre-sessions", Of: "meetings", Scope: "reviews", Key: []string{"id"},
		Description: "One row for each speaker of a Pre-session who consents to be named. There may be others."},
		listed((*record.Snapshot).Speakers),
		textual("id", "Of this one meeting: somebody who speaks at another one has another id there.", speaker.ID).Required(),
		textual("meeting_id", "The Pre-session.", func(s speaker) string { return s.Meeting().ID() }).Required().Refers("meetings.id"),
		whole("place", "In the order of speakers, from 1.", func(s speaker) int { return s.Place }),
		textual("name", "The name, or the one that was chosen; empty: not told.", func(s speaker) string { return s.Name }),
		textual("function", "In the organisation; empty: not told.", func(s speaker) string { return s.Function }),
		textual("organisation_name", "For which they speak, in their words; empty: not told.", func(s speaker) string { return s.OrganisationName }),
		textual("organisation_id", "The organisation of the record; empty: not told, or none.", func(s speaker) string {
			if o := s.Organisation(); o != nil {
				return o.ID()
			}
			return ""
		}).Refers("organisations.id"),
	)
	type brought = record.MeetingStatement
	Register(Kind{Name: "meeting_statements", Title: "Statements for Pre-sessions", Of: "meetings", Scope: "reviews", Key: []string{"id"},
		Description: "One row for each statement that a speaker brought to a Pre-session and that is public."},
		listed((*record.Snapshot).MeetingStatements),
		textual("id", "Stable as long as it is public.", brought.ID).Required(),
		textual("meeting_id", "The Pre-session.", func(b brought) string { return b.Meeting().ID() }).Required().Refers("meetings.id"),
		textual("language", "EN, FR or ES.", func(b brought) string { return string(b.Language) }).Required(),
		textual("title", "Its title; empty: it has none.", func(b brought) string { return b.Title }),
		textual("organisation_name", "Whose it is, in their words; empty: not told.", func(b brought) string { return b.OrganisationName }),
		textual("kind", "Of its file: PDF, DOCX, ODT or TEXT.", func(b brought) string { return b.Kind }).Required(),
		whole("size", "Of its file, in bytes.", func(b brought) int { return b.Size }),
		textual("sha256", "Of its file.", func(b brought) string { return b.SHA256 }).Required(),
		textual("path", "Where its file is, on this server.", brought.Path).Required(),
	)
	type ask = record.MeetingAsk
	Register(Kind{Name: "meeting_asks", Title: "What speakers of Pre-sessions ask", Of: "meetings", Scope: "reviews", Key: []string{"id"},
		Description: "One row for each thing that a statement, which is public, asks of States, in a wording that its speakers have confirmed."},
		listed((*record.Snapshot).MeetingAsks),
		textual("id", "Stable as long as it is public.", ask.ID).Required(),
		textual("meeting_id", "The Pre-session.", func(a ask) string { return a.Meeting().ID() }).Required().Refers("meetings.id"),
		textual("statement_id", "The statement.", func(a ask) string { return a.Statement().ID() }).Required().Refers("meeting_statements.id"),
		textual("text", "What is asked, in the language of the statement.", func(a ask) string { return a.Text }).Required(),
		textual("issue", "What it is about: the code of an issue.", func(a ask) string {
			if i := a.Issue(); i != nil {
				return i.Code
			}
			return ""
		}).Refers("issues.code"),
		textual("sdg_target", "The target that it serves; empty: none is named.", func(a ask) string {
			if t := a.SDGTarget(); t != nil {
				return t.Code
			}
			return ""
		}).Refers("sdg_targets.code"),
		textual("addressed_state", "The State that is asked: ISO 3166-1 alpha-3; empty: all of them.", func(a ask) string { return codeOf(a.AddressedState()) }).Refers("states.code"),
		textual("organisation_name", "Who asks, in their words; empty: not told.", func(a ask) string { return a.OrganisationName }),
		list("taken_up_by", "Recommendations that took it up: their ids.", func(a ask) (ids []string) {
			for _, r := range a.TakenUpBy() {
				ids = append(ids, r.ID())
			}
			return ids
		}),
	)
}
