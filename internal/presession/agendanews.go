package presession

import (
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/notify"
)

// tellChanges writes drafts of what is new, for staff to read and release. Who is in the agenda no
// more was told why when that happened, and whose time has come is told of no other.
func (c *change) tellChanges(changes []AgendaChange, entries []agendaEntry) error {
	if c.means.Outbox == nil {
		return nil
	}
	for _, change := range changes {
		if change.Change == "CANCELLED" {
			continue
		}
		row, err := c.Ent.Registration.Query().Where(registration.UID(change.Registration)).WithMeeting(withAll).Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a registration: %w", err)
		}
		if row.State != registration.StateCONFIRMED || row.Edges.Meeting.State == presession.StateHELD {
			continue
		}
		merged, err := c.mergedWith(row)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(entries, func(e agendaEntry) bool { return e.Registration == change.Registration })
		for _, speaks := range append(merged, row) {
			if err := c.tellChange(speaks, change.Change, entries[i].Shown); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *change) tellChange(row *ent.Registration, what string, place int) error {
	d, err := c.draft(row, "agenda-changed")
	if err != nil {
		return err
	}
	if what == "MOVED" { // the draft that said so may have been taken back, as when the meeting was postponed
		knows, err := c.knowsAgenda(row)
		if err != nil {
			return err
		}
		if !knows {
			what = "NEW"
		}
	}
	in := wordingIn(d.Language)
	d.Data["change"], d.Hold = in.agenda(what, place), true
	if what == "NEW" {
		otherwise, err := c.toldOtherwise(row, &d)
		if err != nil {
			return err
		}
		if otherwise {
			d.Data["change"] = strings.TrimSuffix(in.planned, ".") + "; " + in.moved
		}
	}
	if err := c.takeOver(row, &d, what == "REORDERED"); err != nil {
		return err
	}
	if d.Calendar, err = c.invitation(row); err != nil {
		return err
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// toldOtherwise says whether who is told for the first time that they are in the agenda was mailed another time or room as they
// confirmed. That the meeting is postponed, or that its time is to follow, was no time.
func (c *change) toldOtherwise(row *ent.Registration, d *notify.Draft) (bool, error) {
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return false, err
	}
	for _, m := range slices.Backward(all) {
		if m.Status == notify.DraftStatus || m.Status == notify.Cancelled {
			continue
		}
		switch m.Template {
		case "postponed":
			return false, nil
		case "confirmed":
			said, err := m.Filled("meeting")
			return said != "" && said != wordingIn(m.Language).later && said != d.Data["meeting"], err
		}
	}
	return false, nil
}

// knowsAgenda says whether somebody was told that they are in the agenda.
func (c *change) knowsAgenda(row *ent.Registration) (bool, error) {
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	return slices.ContainsFunc(all, func(m notify.Message) bool {
		return m.Template == "agenda-changed" && m.Status != notify.DraftStatus && m.Status != notify.Cancelled
	}), err
}
