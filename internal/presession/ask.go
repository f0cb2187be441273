package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/sdgtarget"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/notify"
)

// Ask is what a statement asks of States, as coordinators and its applicant see it.
type Ask struct {
	ID             string
	Statement      string
	Registration   string
	State          string // PROPOSED, CONTESTED or CONFIRMED
	Text           string
	Comment        *string // what the applicant wants changed
	Issue          string  // code of the vocabulary
	SDGTarget      *string // code
	AddressedState *string // ISO 3166 alpha-3; nil: all States
	TakenUpBy      []string
	Public         bool // readers see it
	Revision       int

	// What recommendations that may have taken it up are looked for by.
	StateUnderReview string
	Cycle            int
	MeetingAt        time.Time
	Judged           []string // recommendations of which somebody has said whether they did
}

// Wording is what an ask says.
type Wording struct {
	Text           string
	Issue          string
	SDGTarget      *string
	AddressedState *string
}

const (
	maxAsks = 20 // of one statement
	askLong = 500
	// asksAfter is how long the applicant is not written to, so that one mail is about all asks of a
	// statement.
	asksAfter = 15 * time.Minute
)

// askedFrom are the states of statements from which asks are taken.
var askedFrom = []presessionstatement.State{"ACCEPTED", "PUBLISHED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD"}

func noAsk(id string) error { return fault.NotFound("no ask has the id %s", id) }

// AddAsk takes an ask from a statement that is accepted, once its registration spoke. Its applicant is
// asked to confirm the wording.
func (s *Service) AddAsk(ctx context.Context, statement string, w Wording) (added *Ask, err error) {
	err = s.change(ctx, "", func(c *change) error {
		st, row, err := c.staffStatement(statement)
		switch {
		case err != nil:
			return err
		case row.State != registration.StateSPOKE:
			return conflict("statement", "is of a registration that has not spoken: asks are taken after the Pre-session")
		case !slices.Contains(askedFrom, st.State):
			return conflict("statement", "is %s: asks are taken from statements that are accepted", st.State)
		}
		n, err := c.Ent.Ask.Query().Where(ask.StatementID(st.ID)).Count(c.ctx)
		if err != nil {
			return fmt.Errorf("count asks: %w", err)
		}
		if n >= maxAsks {
			return fault.LimitExceeded("%d asks are the most of one statement: remove one first", maxAsks)
		}
		create := c.Ent.Ask.Create().SetUID(newUID("ask")).SetStatementID(st.ID).SetCreatedAt(c.now)
		if err := c.word(create.Mutation(), &w); err != nil {
			return err
		}
		made, err := create.Save(c.ctx)
		if err != nil {
			return fmt.Errorf("add an ask: %w", err)
		}
		c.log.Note(made.UID, changelog.Create)
		if err := c.tellOfAsks(row); err != nil {
			return err
		}
		added, err = c.ask(made.UID)
		return err
	})
	return added, err
}

// word writes what an ask says.
func (c *change) word(set *ent.AskMutation, w *Wording) (err error) {
	if w.Text, err = line("text", w.Text, askLong); err != nil {
		return err
	}
	set.SetText(w.Text)
	about, err := c.Ent.Issue.Query().Where(issue.Code(w.Issue)).OnlyID(c.ctx)
	if err != nil {
		return unknown(err, "issue", w.Issue, "the query issues lists their codes")
	}
	set.SetIssueID(about)
	if w.SDGTarget == nil {
		set.ClearTarget()
	} else {
		target, err := c.Ent.SDGTarget.Query().Where(sdgtarget.Code(*w.SDGTarget)).OnlyID(c.ctx)
		if err != nil {
			return unknown(err, "sdgTarget", *w.SDGTarget, "send a code as in 16.3")
		}
		set.SetTargetID(target)
	}
	if w.AddressedState == nil {
		set.ClearAddressed()
	} else {
		addressed, err := c.Ent.State.Query().Where(state.Iso3(*w.AddressedState)).OnlyID(c.ctx)
		if err != nil {
			return unknown(err, "addressedState", *w.AddressedState, "send its ISO 3166-1 alpha-3 code")
		}
		set.SetAddressedID(addressed)
	}
	return nil
}

// unknown says that a code is none of a vocabulary.
func unknown(err error, field, code, instead string) error {
	if ent.IsNotFound(err) {
		return fault.Invalid(field, "%q is none: %s", code, instead)
	}
	return fmt.Errorf("find %s: %w", field, err)
}

// UpdateAsk changes an ask. Another text, or another State that is asked, is confirmed anew; what was
// linked to the former one is not any more.
func (s *Service) UpdateAsk(ctx context.Context, id string, revision int, w Wording) (*Ask, error) {
	return s.staffAsk(ctx, id, revision, func(c *change, a *ent.Ask, row *ent.Registration) error {
		set := a.Update().AddRevision(1)
		if err := c.word(set.Mutation(), &w); err != nil {
			return err
		}
		now, err := set.Save(c.ctx)
		if err != nil {
			return fmt.Errorf("change an ask: %w", err)
		}
		c.log.Note(id, changelog.Correct)
		if equal(now.AddressedID, a.AddressedID) && now.Text == a.Text {
			return nil
		}
		return c.proposeAnew(row, a.StatementID, ask.ID(a.ID))
	})
}

// RemoveAsk takes an ask away, public or not.
func (s *Service) RemoveAsk(ctx context.Context, id string) error {
	return s.change(ctx, "", func(c *change) error {
		a, _, _, err := c.askOf(id, c.staffStatement)
		if err != nil {
			return err
		}
		c.log.Note(id, changelog.Withdraw)
		return c.dropAsks(ask.ID(a.ID))
	})
}

// ConfirmAsk says that the wording is right, as it was read. Sent twice, it is done once.
func (s *Service) ConfirmAsk(ctx context.Context, id string, revision int) (*Ask, error) {
	return s.answerAsk(ctx, id, revision, ask.StateCONFIRMED, "")
}

// ContestAsk asks for another wording, also of an ask that was confirmed, which readers do not see from
// then on. Sent twice, it is done once.
func (s *Service) ContestAsk(ctx context.Context, id string, revision int, comment string) (*Ask, error) {
	comment, err := paragraph("comment", comment, true)
	if err != nil {
		return nil, err
	}
	return s.answerAsk(ctx, id, revision, ask.StateCONTESTED, comment)
}

// answerAsk is what the applicant says of an ask.
func (s *Service) answerAsk(ctx context.Context, id string, revision int, to ask.State, comment string) (changed *Ask, err error) {
	err = s.change(ctx, "", func(c *change) error {
		a, st, row, err := c.askOf(id, c.ownStatement)
		switch {
		case err != nil:
			return err
		case a.State == to && a.Revision == revision+1:
			changed, err = c.ask(id)
			return err
		case a.Revision != revision:
			return stale(a.Revision)
		}
		set := a.Update().SetState(to).SetComment(comment).AddRevision(1)
		if to == ask.StateCONFIRMED {
			set.SetConfirmedAt(c.now)
		} else {
			set.ClearConfirmedAt()
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("answer an ask: %w", err)
		}
		c.log.Note(id, changelog.Operation(to))
		if err := c.renewAsks(st, row); err != nil {
			return err
		}
		changed, err = c.ask(id)
		return err
	})
	return changed, err
}

// proposeAnew has asks of a statement wait for their confirmation.
func (c *change) proposeAnew(row *ent.Registration, statement int, which ...askWhere) error {
	asks, err := c.Ent.Ask.Query().Where(append(which, ask.StatementID(statement))...).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list asks: %w", err)
	}
	if len(asks) == 0 {
		return nil
	}
	for _, a := range asks {
		if err := a.Update().SetState(ask.StatePROPOSED).SetComment("").ClearConfirmedAt().Exec(c.ctx); err != nil {
			return fmt.Errorf("propose an ask: %w", err)
		}
		if err := c.unlink(a.ID); err != nil {
			return err
		}
	}
	return c.tellOfAsks(row)
}

// tellOfAsks asks the applicant to confirm what waits for it, in one mail for all that is added in a
// while.
func (c *change) tellOfAsks(row *ent.Registration) error {
	if c.means.Outbox == nil {
		return nil
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(m notify.Message) bool {
		return m.Template == "asks-to-confirm" && slices.Contains([]notify.Status{notify.DraftStatus, notify.Queued, notify.Task}, m.Status)
	}) {
		return nil
	}
	d, err := c.draft(row, "asks-to-confirm")
	if err != nil {
		return err
	}
	d.NotBefore = c.now.Add(asksAfter)
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// staffAsk changes an ask for those who decide on its statement.
func (s *Service) staffAsk(ctx context.Context, id string, revision int, fn func(c *change, a *ent.Ask, row *ent.Registration) error) (changed *Ask, err error) {
	err = s.change(ctx, "", func(c *change) error {
		a, st, row, err := c.askOf(id, c.staffStatement)
		switch {
		case err != nil:
			return err
		case a.Revision != revision:
			return stale(a.Revision)
		}
		if err := fn(c, a, row); err != nil {
			return err
		}
		if err := c.renewAsks(st, row); err != nil {
			return err
		}
		changed, err = c.ask(id)
		return err
	})
	return changed, err
}

// askOf reads an ask with its statement, as one of those who may reads that: with its registration
// locked.
func (c *change) askOf(id string, statement func(id string) (*ent.PreSessionStatement, *ent.Registration, error)) (*ent.Ask, *ent.PreSessionStatement, *ent.Registration, error) {
	of, err := c.Ent.Ask.Query().Where(ask.UID(id)).QueryStatement().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, nil, noAsk(id)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("find an ask: %w", err)
	}
	st, row, err := statement(of.UID)
	if fault.CodeOf(err) == fault.CodeNotFound {
		return nil, nil, nil, noAsk(id)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	a, err := c.Ent.Ask.Query().Where(ask.UID(id), ask.StatementID(st.ID)).Only(c.ctx)
	if ent.IsNotFound(err) { // another process was faster
		return nil, nil, nil, noAsk(id)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read an ask: %w", err)
	}
	return a, st, row, nil
}
