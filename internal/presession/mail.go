package presession

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/notify"
)

// receiptAfter is how long a receipt can be taken back with what it is for.
const receiptAfter = time.Minute

// tell writes the mail of a step that was made. What is staged stays a draft until its release;
// that a place is cancelled, until staff have spoken to the speaker.
func (s *step) tell() error {
	now := s.To
	if s.staged {
		now = State(s.row.State)
	}
	if s.row.PendingState != nil || isEnd(now) || now == Cancelled {
		if err := s.dropDrafts(s.row, now); err != nil {
			return err
		}
	}
	if now == Confirmed { // its mail says when and where the meeting is by now
		if err := s.dropPlaceNews(s.row); err != nil {
			return err
		}
	}
	if s.t.mail == "" || s.row.State == registration.StateDRAFT && s.To == Withdrawn {
		return nil
	}
	if !s.staged {
		if err := s.endMerged(); err != nil {
			return err
		}
	}
	if err := s.addMail(s.row, s.mail(), s.staged || s.To == Cancelled); err != nil {
		return err
	}
	if s.To != Merged || s.staged {
		return nil
	}
	return s.tellOther(s.row)
}

// mail is the template by which the applicant is told.
func (s *step) mail() string {
	if s.To == NotSelected {
		return endMail(s.row.Edges.Meeting, s.Outcome)
	}
	return s.t.mail
}

// endMail is the template that tells who is not selected: where the meeting is not held, that there was no place for them is not why.
func endMail[Outcome ~string](m *ent.PreSession, why *Outcome) string {
	if notHeld(m) || why != nil && string(*why) == string(registration.OutcomeNOT_HELD) {
		return "not-held"
	}
	return "not-selected"
}

// tellOther tells who speaks for both of a merger.
func (c *change) tellOther(merged *ent.Registration) error {
	if c.means.Outbox == nil {
		return nil
	}
	other, err := c.mergedInto(merged)
	if err != nil {
		return err
	}
	d, err := c.draft(other, "merged")
	if err != nil {
		return err
	}
	d.Data["partners"] = merged.Organisation
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

func (c *change) addMail(row *ent.Registration, template string, hold bool) error {
	if c.means.Outbox == nil {
		return nil
	}
	d, err := c.draft(row, template)
	if err != nil {
		return err
	}
	d.Hold = hold
	if template == "receipt" {
		d.NotBefore = c.now.Add(receiptAfter)
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// draft is a mail to an applicant, with all that is known of the registration at this moment.
func (c *change) draft(row *ent.Registration, template string) (d notify.Draft, err error) {
	m := row.Edges.Meeting // as it was read with its lock
	row, err = c.Ent.Registration.Query().Where(registration.ID(row.ID)).WithMergedInto().Only(c.ctx)
	if err != nil {
		return d, fmt.Errorf("read a registration: %w", err)
	}
	row.Edges.Meeting = m
	u, err := c.addressee(row)
	if err != nil {
		return d, err
	}
	under, in := m.Edges.Review.Edges.State, wordingIn(u.Language)
	data := map[string]string{
		"name": u.Name, "organisation": row.Organisation, "reference": row.Reference, "link": c.means.PublicURL + "/registrations/" + row.UID,
		"state": in.pick(under.NameEn, under.NameFr, under.NameEs), "meeting": in.later, "deadline": in.theDay,
	}
	if m.StartsAt != nil {
		data["meeting"] = in.meeting(m.StartsAt.In(geneva), time.Duration(m.Duration)*time.Minute, m.Room)
	}
	switch {
	case template == "draft-reminder":
		data["deadline"] = in.deadline(closesAt(m).In(geneva))
	case row.RespondBy != nil && (template == "changes-requested" || template == "changes-reminder"):
		data["deadline"] = in.deadline(row.RespondBy.In(geneva))
	case template == "statement-returned" && m.StartsAt != nil:
		data["deadline"] = in.deadline(m.StartsAt.In(geneva))
	case template == "statement-due" && m.StartsAt != nil:
		data["deadline"] = in.deadline(statementDeadline(m, c.now).In(geneva))
	case row.OfferExpiresAt != nil && State(row.State) != Waitlisted:
		data["deadline"] = in.deadline(offerEnds(row).In(geneva))
	case template == "offer": // if it were made now
		data["deadline"] = in.deadline(offerUntil(m, c.now).In(geneva))
	case m.StartsAt != nil:
		data["deadline"] = in.deadline(m.StartsAt.In(geneva))
	}
	if rank := cmp.Or(row.PendingRank, row.Rank); rank != nil {
		data["rank"] = in.reserves[min(*rank, len(in.reserves))-1]
	}
	if template == "not-selected" || template == "not-held" {
		data["feedback"] = row.Feedback
	}
	if template == "not-selected" && !isOver(m, c.now) {
		data["alternatives"] = in.alternatives()
	}
	into := row.Edges.MergedInto
	if row.PendingMergeID != nil {
		if into, err = c.Ent.Registration.Get(c.ctx, *row.PendingMergeID); err != nil {
			return d, fmt.Errorf("read what it is merged into: %w", err)
		}
	}
	if into != nil {
		data["partners"] = into.Organisation
	}
	d = notify.Draft{Template: template, Language: u.Language, To: u.Email, About: row.UID, Round: m.Edges.Round.UID, State: under.Iso3, Data: data}
	if template == "offer" || template == "offer-reminder" {
		registered, err := c.stateRegistered(m.ID)
		if err != nil {
			return d, err
		}
		data["reprisals"], data["guidance"] = in.reprisals(registered), guidance
	}
	if d.Level, d.Neutral, d.Approved, err = c.caution(row); err != nil {
		return d, err
	}
	if into != nil && template == "merged" { // which names them
		level, neutral, approved, err := c.caution(into)
		if err != nil {
			return d, err
		}
		d.Level, d.Neutral, d.Approved = max(d.Level, level), d.Neutral || neutral, d.Approved && approved
	}
	d.Calendar, err = c.entryOf(row, template)
	return d, err
}

// isEnd says whether nothing that an applicant was to be told before holds any more.
func isEnd(state State) bool { return slices.Contains([]State{Withdrawn, Expired, NotSelected}, state) }

// tellSpeakers writes to who has a place in a meeting, by whichever registration, as drafts: staff read them before they are sent.
// Who has an offer of one that is postponed is told as well: of one that is not held, their registration ends, and tells it
// (sweep.go). What they were to be told before is not so from now on.
func (c *change) tellSpeakers(m *ent.PreSession, template string) error {
	if template == "" {
		return nil
	}
	speaking, err := c.speakingIn(m.ID)
	if err != nil {
		return err
	}
	invited := registration.And(registration.MeetingID(m.ID), registration.StateEQ("OFFERED"))
	rows, err := c.Ent.Registration.Query().Where(registration.Or(registration.IDIn(speaking...), invited)).WithMeeting(withAll).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list speakers: %w", err)
	}
	for _, row := range rows {
		if err := c.dropPlaceNews(row); err != nil {
			return err
		}
		if row.State == registration.StateOFFERED && template == tellsOff["NOT_HELD"] {
			continue
		}
		if err := c.addMail(row, template, true); err != nil {
			return err
		}
	}
	return nil
}

// dropDrafts takes back what was to be told of a registration if it had been decided. Where it ends, it
// takes back what staff have not told yet as well, and for who withdraws a receipt within its first minute. Nobody
// needs a letter who does not come, for whatever reason.
func (c *change) dropDrafts(row *ent.Registration, now State) error {
	var letters []string
	if c.means.Outbox != nil && (isEnd(now) || now == Cancelled) {
		var err error
		if letters, err = c.lettersOf(row); err != nil {
			return err
		}
	}
	return c.dropMail(row, func(m notify.Message) bool {
		waits := now == Withdrawn && m.Status == notify.Queued && m.NotBefore != nil && m.NotBefore.After(c.now)
		needless := m.Status == notify.Task && (isEnd(now) || now == Cancelled && m.Template == letterTask)
		drafted := m.Status == notify.DraftStatus && (now != Cancelled || slices.Contains(placeNews, m.Template))
		return drafted || waits || needless
	}, letters...)
}

// dropMail takes back some of what is written about a registration, and other messages.
func (c *change) dropMail(row *ent.Registration, which func(notify.Message) bool, others ...string) error {
	if c.means.Outbox == nil {
		return nil
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	for _, m := range all {
		if which(m) {
			others = append(others, m.ID)
		}
	}
	return c.means.Outbox.Cancel(c.ctx, c.Tx, others...)
}

// renew brings the draft of a decision that is released up to what holds now, and returns its id.
func (c *change) renew(row *ent.Registration) (ids []string, err error) {
	if c.means.Outbox == nil {
		return nil, nil
	}
	template := decisionMail(row)
	d, err := c.draft(row, template)
	if err != nil {
		return nil, err
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m notify.Message) bool { return m.Status == notify.DraftStatus && m.Template == template })
	if i < 0 { // somebody has cancelled it: they are told all the same
		_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
		return nil, err
	}
	ids = append(ids, all[i].ID)
	if err := c.means.Outbox.Renew(c.ctx, c.Tx, all[i].ID, d); err != nil {
		return nil, err
	}
	if State(*row.PendingState) == Merged {
		err = c.tellOther(row)
	}
	return ids, err
}

func (c *change) send(drafts []string) error {
	if len(drafts) == 0 {
		return nil
	}
	return c.means.Outbox.Release(c.ctx, c.Tx, drafts...)
}

// decisionMail is the template that tells of what is staged for a registration.
func decisionMail(row *ent.Registration) string {
	to := State(*row.PendingState)
	if to == NotSelected {
		return endMail(row.Edges.Meeting, row.Outcome)
	}
	i := slices.IndexFunc(transitions, func(t Transition) bool { return t.To == to })
	return transitions[i].mail
}

// refuseStagedMail keeps hands off drafts whose decision waits for its release.
func refuseStagedMail(ctx context.Context, tx *database.Tx, about ...string) error {
	waits, err := tx.Ent.Registration.Query().Where(registration.UIDIn(about...), registration.PendingStateNotNil()).Order(ent.Asc(registration.FieldID)).First(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for a decision: %w", err)
	}
	return conflict("ids", "is not possible: the decision on %s is not released yet, and its mail goes with it", waits.UID)
}
