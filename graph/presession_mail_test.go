package graph_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// told is a message about a registration.
type told struct{ id, template, status, text string }

// told reads all messages about a registration but that it was begun, as who may open them.
func (h *hall) told(t testing.TB, a *application) (all []told) {
	t.Helper()
	rows, err := h.db.SQL.Query(`SELECT uid, template, status FROM outbox_messages WHERE about = $1 AND template <> 'resume' ORDER BY id`, a.id)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var m told
		if err := rows.Scan(&m.id, &m.template, &m.status); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	officer, whole := viewer.NewContext(t.Context(), with(viewer.ProtectionOfficer)), notify.NewOutbox(h.db, h.means.Box, nil, job.New(h.db)) // from whom nothing is hidden, as about drafts
	for i := range all {
		if all[i].status == "CANCELLED" {
			continue
		}
		opened, err := whole.Open(officer, all[i].id, "to see what stands in it")
		if err != nil {
			t.Fatal(err)
		}
		all[i].text = opened.Text
	}
	return all
}

// checkTold compares the templates and states of all messages about a registration, and returns the last.
func (h *hall) checkTold(t *testing.T, a *application, want ...string) told {
	t.Helper()
	all := h.told(t, a)
	var got []string
	for _, m := range all {
		got = append(got, m.template+" "+m.status)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("told %q, want %q", got, want)
	}
	return all[len(all)-1]
}

// TestApplicantsAreTold follows the mail of a round: nothing that is staged is sent before its
// release, everybody is told once, and what was withdrawn is taken back.
func TestApplicantsAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		gone, chosen, waiting, joined, last := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		if _, err := h.db.SQL.Exec(`UPDATE users SET language = 'FR' WHERE uid = $1`, chosen.by.UID); err != nil {
			t.Fatal(err)
		}
		if receipt := h.checkTold(t, gone, "receipt QUEUED"); !strings.Contains(receipt.text, "https://upr.example.org/registrations/"+gone.id) {
			t.Errorf("the receipt says %s", receipt.text)
		}
		if code := h.own(t, gone, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkTold(t, gone, "receipt CANCELLED", "withdrawn-thanks QUEUED") // within the minute

		h.clock.set("2026-02-01T02:00:00Z")
		h.sweep(t)
		staged := map[string]any{"staged": true}
		for _, code := range []string{
			h.move(t, h.manager, chosen, "OFFERED", staged), h.move(t, h.manager, last, "OFFERED", staged),
			h.move(t, h.manager, waiting, "WAITLISTED", map[string]any{"rank": 1}),
			h.move(t, h.manager, joined, "MERGED", map[string]any{"staged": true, "into": last.id, "agreement": "Both wrote to us."}),
		} {
			if code != "" {
				t.Fatal(code)
			}
		}
		draft := h.checkTold(t, chosen, "receipt QUEUED", "offer DRAFT")
		if !strings.Contains(draft.text, "8 février 2026 à 3 h (Genève)") && !strings.Contains(draft.text, "8 février 2026 à 03 h (Genève)") {
			t.Errorf("the draft of an offer says %s", draft.text)
		}
		manager := viewer.NewContext(t.Context(), h.manager)
		if _, err := h.means.Outbox.ReleaseMessages(manager, []string{draft.id}, "at once"); fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("a staged decision is told by hand: %v", err)
		}
		text := strings.Replace(draft.text, "https://upr.example.org/registrations/"+chosen.id, "[[link]]", 1) + "\nVenez tôt."
		if _, err := h.means.Outbox.Edit(manager, draft.id, 1, "Avant le 8 février 2026 à 03 h (Genève)", text, "to be there in time"); err != nil {
			t.Fatal(err)
		}
		if code := h.move(t, h.manager, last, "OFFERED", staged); code != "" { // decided again
			t.Fatal(code)
		}
		h.checkTold(t, last, "receipt QUEUED", "offer CANCELLED", "offer DRAFT")

		h.clock.set("2026-02-04T11:30:00Z")
		if code := h.release(t, 4); code != "" {
			t.Fatal(code)
		}
		offer := h.checkTold(t, chosen, "receipt QUEUED", "offer QUEUED")
		if strings.Contains(offer.text, "8 février") || !strings.Contains(offer.text, "11 février 2026 à 12 h 30 (Genève)") || !strings.Contains(offer.text, "Venez tôt.") {
			t.Errorf("what was edited, and then released, says %s", offer.text)
		}
		if reserve := h.checkTold(t, waiting, "receipt QUEUED", "waitlisted QUEUED"); !strings.Contains(reserve.text, "first reserve") {
			t.Errorf("who waits is told %s", reserve.text)
		}
		h.checkTold(t, joined, "receipt QUEUED", "merged QUEUED")
		h.checkTold(t, last, "receipt QUEUED", "offer CANCELLED", "offer QUEUED", "merged QUEUED")

		// Two reminders, each once, and then the offer is over and the next one is proposed.
		for _, at := range []string{"2026-02-08T12:00:00Z", "2026-02-09T12:00:00Z", "2026-02-10T12:00:00Z", "2026-02-11T11:00:00Z"} {
			h.clock.set(at)
			h.sweep(t)
			h.sweep(t)
		}
		h.checkTold(t, chosen, "receipt QUEUED", "offer QUEUED", "offer-reminder QUEUED", "offer-reminder QUEUED")
		last.revision++
		if code := h.own(t, last, "confirmOffer"); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-02-11T12:00:00Z")
		h.sweep(t)
		h.checkTold(t, chosen, "receipt QUEUED", "offer CANCELLED", "offer-reminder CANCELLED", "offer-reminder CANCELLED", "expired QUEUED")
		proposed := h.checkTold(t, waiting, "receipt QUEUED", "waitlisted QUEUED", "offer DRAFT")
		if !strings.Contains(proposed.text, "18 February 2026, 13:00 (Geneva)") {
			t.Errorf("what is proposed says %s", proposed.text)
		}
		if code := h.own(t, waiting, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkTold(t, waiting, "receipt QUEUED", "waitlisted CANCELLED", "offer CANCELLED", "withdrawn-thanks QUEUED")
		if code := h.move(t, h.manager, last, "CANCELLED", map[string]any{"reason": "The room is gone."}); code != "" {
			t.Fatal(code)
		}
		h.checkTold(t, last, "receipt QUEUED", "offer CANCELLED", "offer CANCELLED", "merged QUEUED", "offer-reminder CANCELLED", "offer-reminder CANCELLED", "confirmed CANCELLED", "cancelled DRAFT")
	})
}

// TestWhoWaitedIsTold holds a meeting: who still waits is not selected.
func TestWhoWaitedIsTold(t *testing.T) {
	h := openHall(t, dbtest.SQLite(t))
	state := h.states[0]
	a := h.submitted(t, state)
	if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
		t.Fatal(code)
	}
	if code := h.release(t, 1); code != "" {
		t.Fatal(code)
	}
	h.sweep(t)
	h.checkState(t, a, "WAITLISTED")
	if _, err := h.db.SQL.Exec(`UPDATE pre_sessions SET state = 'HELD' WHERE uid = $1`, h.meeting[state]); err != nil {
		t.Fatal(err)
	}
	h.sweep(t)
	h.sweep(t)
	h.checkState(t, a, "NOT_SELECTED")
	h.checkTold(t, a, "receipt QUEUED", "waitlisted CANCELLED", "not-selected QUEUED")
}

// TestVeto keeps a registration where it is, with all that would follow.
func TestVeto(t *testing.T) {
	h := openHall(t, dbtest.SQLite(t))
	a := h.submitted(t, h.states[0])
	meetings := h.resolver(nil).PreSessions
	meetings.Veto = func(_ context.Context, id string, from, to presession.State) error {
		if id != a.id || from != presession.Submitted || to != presession.Offered {
			t.Errorf("asked about %s from %s to %s", id, from, to)
		}
		return fault.Conflict("the extension says no")
	}
	err := meetings.Move(viewer.NewContext(t.Context(), h.manager), presession.Move{ID: a.id, Revision: 3, To: presession.Offered, Staged: new(bool)})
	if fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "the extension says no") {
		t.Errorf("got %v", err)
	}
	h.checkState(t, a, "SUBMITTED")
	h.checkTold(t, a, "receipt QUEUED")
}
