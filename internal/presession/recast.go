package presession

import (
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/notify"
)

// recast writes what was not sent yet anew, as cautiously as a participant needs by now; also what is
// for those with whom a registration was merged, and what names it to who is merged into it. Of what was sent, staff do
// not read any more to whom, where the level of protection has risen.
func (c *change) recast(row *ent.Registration) error {
	if c.means.Outbox == nil {
		return nil
	}
	if err := c.recastMail(row, ""); err != nil {
		return err
	}
	level, _, _, err := c.caution(row)
	if err != nil {
		return err
	}
	if err := c.means.Outbox.Raise(c.ctx, c.Tx, row.UID, level); err != nil {
		return err
	}
	named, err := c.Ent.Registration.Query().Where(registration.Or(registration.MergedIntoID(row.ID), registration.PendingMergeID(row.ID))).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list who is told of it: %w", err)
	}
	for _, each := range named {
		each.Edges.Meeting = row.Edges.Meeting // mergers are within one
		if err := c.recastMail(each, "merged"); err != nil {
			return err
		}
	}
	return c.above(row, c.recast)
}

// recastMail writes what was not sent of one registration anew; template: of one alone.
func (c *change) recastMail(row *ent.Registration, template string) error {
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Status != notify.DraftStatus && m.Status != notify.Queued && m.Status != notify.Task {
			continue
		}
		if m.Template == letterTask || template != "" && m.Template != template { // the first is for staff, and of nobody
			continue
		}
		d, err := c.redraft(row, &m)
		if err != nil {
			return err
		}
		if m.Status == notify.Task && d.Level <= m.Level { // what staff are about to tell is no mail again
			continue
		}
		if err := c.replace(&m, d); err != nil {
			return err
		}
	}
	return nil
}

// redraft is what a message would be if it were written now.
func (c *change) redraft(row *ent.Registration, m *notify.Message) (notify.Draft, error) {
	d, err := c.draft(row, m.Template)
	if err != nil {
		return d, err
	}
	d.Data["change"], d.Hold = wordingIn(d.Language).moved, m.Status == notify.DraftStatus
	required, _ := notify.Fields(m.Template)
	for _, name := range required {
		if d.Data[name] == "" { // what held when it was written first, and must not keep anybody from being protected
			d.Data[name] = "–"
		}
	}
	if m.NotBefore != nil {
		d.NotBefore = *m.NotBefore
	}
	return d, nil
}

func (c *change) replace(m *notify.Message, d notify.Draft) error {
	if err := c.means.Outbox.Cancel(c.ctx, c.Tx, m.ID); err != nil {
		return err
	}
	_, err := c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// readdress has what was not sent yet go to who owns the registration by now. What staff have written into
// drafts stays.
func (c *change) readdress(row *ent.Registration) error {
	if c.means.Outbox == nil {
		return nil
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Status != notify.DraftStatus && m.Status != notify.Queued {
			continue
		}
		d, err := c.redraft(row, &m)
		if err != nil {
			return err
		}
		if m.Status == notify.DraftStatus {
			err = c.means.Outbox.Renew(c.ctx, c.Tx, m.ID, d)
		} else {
			err = c.replace(&m, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
