package notify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/notify"
)

// TestOrderOfMessages: what is released about one registration to one address arrives in the order of its release, also where
// the server puts the first one off, and nobody else waits for it.
func TestOrderOfMessages(t *testing.T) {
	t.Parallel()
	for _, reversed := range []bool{false, true} {
		busy := map[string]int{}
		each(t, func(step, to string, _ *smtp.Conn) error {
			if step != "RCPT" || to != "ann@example.org" || busy[to] >= 2 {
				return nil
			}
			busy[to]++ // only one of both is tried at a time
			return &smtp.SMTPError{Code: 451, Message: "later"}
		}, func(t *testing.T, h *house, p *postOffice) {
			clear(busy)
			held := offer("ann@example.org")
			held.Hold = true
			uids := []string{h.add(t, held), h.add(t, held)}
			if reversed {
				slices.Reverse(uids)
			}
			for _, uid := range uids {
				h.in(t, func(tx *database.Tx) error { return h.Release(t.Context(), tx, uid) })
				time.Sleep(2 * time.Millisecond) // released one after the other
			}
			other := h.add(t, offer("ben@example.org"))
			h.work(t)
			h.becomes(t, other, notify.Sent)
			if m := h.message(t, uids[1]); m.Status == notify.Sent {
				t.Error("the second is sent before the first, or others wait")
			}
			first, second := h.becomes(t, uids[0], notify.Sent), h.becomes(t, uids[1], notify.Sent)
			if second.SentAt.Before(*first.SentAt) || second.Attempts != 1 {
				t.Errorf("the first is sent at %v, the second at %v, in %d attempts", first.SentAt, second.SentAt, second.Attempts)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			var arrived []string
			for _, l := range p.taken {
				if l.to == "ann@example.org" {
					arrived = append(arrived, l.id)
				}
			}
			if !slices.Equal(arrived, uids) {
				t.Errorf("%v arrived, released were %v", arrived, uids)
			}
		})
	}
}
