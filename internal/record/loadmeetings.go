package record

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// meetings loads the Pre-sessions that an agenda has, who speaks there, what they brought and what they
// ask.
func (l *loader) meetings() {
	s := l.s
	missions := []json.RawMessage{}
	meetings, ids := table(l, `SELECT m.id, m.uid, m.starts_at, m.minutes, m.room, m.mode, m.status, m.sequence, m.missions, m.mission_count, m.review_id
		FROM meetings m JOIN reviews r ON r.id = m.review_id WHERE r.status = 'PUBLISHED' ORDER BY m.starts_at, m.uid`, func(r *meetingRow, id *int) []any {
		missions = append(missions, nil)
		return []any{id, &r.uid, &r.StartsAt, &r.Minutes, &r.Room, &r.Mode, &r.Status, &r.Sequence, (*[]byte)(&missions[len(missions)-1]), &r.MissionCount, &r.review}
	})
	s.meetings = meetings
	for p := range s.meetings {
		s.meetings[p].review, s.meetings[p].StartsAt = l.at.reviews[s.meetings[p].review], s.meetings[p].StartsAt.UTC()
		var codes []string
		if err := json.Unmarshal(missions[p], &codes); err != nil && l.err == nil {
			l.err = fmt.Errorf("missions at %s: %w", s.meetings[p].uid, err)
		}
		for _, code := range codes {
			if state, known := s.byCode.states[code]; known {
				s.meetings[p].missions = append(s.meetings[p].missions, state)
			}
		}
	}
	organisations := []sql.NullInt64{}
	s.speakers, _ = table(l, `SELECT k.id, k.uid, k.place, k.name, k.function, k.organisation_name, k.meeting_id, k.organisation_id
		FROM speakers k JOIN meetings m ON m.id = k.meeting_id JOIN reviews r ON r.id = m.review_id
		WHERE k.status = 'PUBLISHED' AND r.status = 'PUBLISHED' ORDER BY m.starts_at, m.uid, k.place, k.uid`, func(r *speakerRow, id *int) []any {
		organisations = append(organisations, sql.NullInt64{})
		return []any{id, &r.uid, &r.Place, &r.Name, &r.Function, &r.OrganisationName, &r.meeting, &organisations[len(organisations)-1]}
	})
	for p := range s.speakers {
		row := &s.speakers[p]
		row.organisation = position(l.at.organisations, organisations[p])
		row.meeting = ids[row.meeting]
		s.meetings[row.meeting].speakers = append(s.meetings[row.meeting].speakers, p)
	}
	var statements map[int]int
	s.brought, statements = table(l, `SELECT k.id, k.uid, k.language, k.title, k.organisation_name, k.kind, k.size, k.sha256, k.meeting_id
		FROM meeting_statements k JOIN meetings m ON m.id = k.meeting_id JOIN reviews r ON r.id = m.review_id
		WHERE k.status = 'PUBLISHED' AND r.status = 'PUBLISHED' ORDER BY m.starts_at, m.uid, k.id`, func(r *broughtRow, id *int) []any {
		return []any{id, &r.uid, &r.Language, &r.Title, &r.OrganisationName, &r.Kind, &r.Size, &r.SHA256, &r.meeting}
	})
	for p := range s.brought {
		row := &s.brought[p]
		row.meeting = ids[row.meeting]
		s.meetings[row.meeting].brought = append(s.meetings[row.meeting].brought, p)
	}
	l.asks(statements)
}
