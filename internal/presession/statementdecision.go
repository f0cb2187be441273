package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// StatementDecision is what staff want to become of a statement.
type StatementDecision struct {
	ID             string
	Revision       int
	To             string // CHANGES_REQUESTED, ACCEPTED, PUBLISHED, EMBARGOED, MISSIONS_ONLY or WITHHELD
	Questions      string
	EmbargoedUntil *time.Time
}

// decidedFrom are the states from which staff bring a statement into another one.
var decidedFrom = map[string][]presessionstatement.State{
	"CHANGES_REQUESTED": {"SUBMITTED"}, "ACCEPTED": {"SUBMITTED"},
	"PUBLISHED": {"ACCEPTED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD"}, "EMBARGOED": {"ACCEPTED", "MISSIONS_ONLY", "WITHHELD"},
	"MISSIONS_ONLY": {"ACCEPTED", "EMBARGOED", "PUBLISHED", "WITHHELD"}, "WITHHELD": {"ACCEPTED", "EMBARGOED", "PUBLISHED", "MISSIONS_ONLY"},
}

// DecideStatement is what the officer of the State, or the manager of the round, makes of a statement.
// Returns Conflict where its file is not ready, and where the participants do not consent to its being
// public, or are protected from it.
func (s *Service) DecideStatement(ctx context.Context, d StatementDecision) (decided *Statement, err error) {
	err = s.change(ctx, "", func(c *change) error {
		st, row, err := c.staffStatement(d.ID)
		switch {
		case err != nil:
			return err
		case st.Revision != d.Revision:
			return stale(st.Revision)
		case !slices.Contains(decidedFrom[d.To], st.State):
			return conflict("to", "is not possible: the statement is %s", st.State)
		}
		set := st.Update().SetState(presessionstatement.State(d.To)).AddRevision(1)
		if d.To != "EMBARGOED" {
			set.ClearEmbargoedUntil()
		}
		switch d.To {
		case "CHANGES_REQUESTED":
			if d.Questions, err = paragraph("questions", d.Questions, true); err != nil {
				return err
			}
			set.SetQuestions(d.Questions)
		case "ACCEPTED":
			err = c.acceptFile(st, row)
		case "PUBLISHED":
			err = c.publishStatement(st, row)
		case "EMBARGOED":
			if d.EmbargoedUntil == nil || !d.EmbargoedUntil.After(c.now) {
				return fault.Invalid("embargoedUntil", "must be in the future")
			}
			set.SetEmbargoedUntil(d.EmbargoedUntil.UTC())
			_, err = c.mayBePublic(st, row, consent.ItemSTATEMENT)
		case "MISSIONS_ONLY":
			if err = c.mayBeRead(st, row, consent.ItemSTATEMENT, consent.AudienceMISSIONS); err == nil {
				err = c.unpublish(st)
			}
		case "WITHHELD":
			err = c.unpublish(st)
		}
		if err != nil {
			return err
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("decide on a statement: %w", err)
		}
		c.log.Note(st.UID, changelog.Operation(d.To))
		if d.To == "CHANGES_REQUESTED" {
			if err := c.addMail(row, "statement-returned", false); err != nil {
				return err
			}
		}
		decided, err = c.statement(d.ID, false)
		return err
	})
	return decided, err
}

// staffStatement reads a statement for those who decide on it, with its registration locked.
func (c *change) staffStatement(id string) (*ent.PreSessionStatement, *ent.Registration, error) {
	st, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id)).WithRegistration().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, noStatement(id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a statement: %w", err)
	}
	row, err := c.lockRegistration(st.Edges.Registration.UID)
	if err != nil {
		return nil, nil, err
	}
	roles, err := c.staffRoles(row)
	if err != nil {
		return nil, nil, err
	}
	if _, officer := roles[viewer.Officer]; !officer && roles[viewer.Manager] == "" {
		return nil, nil, noStatement(id)
	}
	if st, err = c.Ent.PreSessionStatement.Get(c.ctx, st.ID); err != nil {
		return nil, nil, fmt.Errorf("read a statement: %w", err)
	}
	return st, row, nil
}

func noFiles() error {
	return fault.Unavailable("this server keeps no files: UPR_FILES_URL is not set")
}

// acceptFile takes the file of a statement, in the place of an earlier statement of the same language.
func (c *change) acceptFile(st *ent.PreSessionStatement, row *ent.Registration) error {
	if c.means.Files == nil {
		return noFiles()
	}
	if err := c.means.Files.Accept(c.ctx, c.Tx, st.File); err != nil {
		return err
	}
	earlier, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(st.RegistrationID), presessionstatement.Language(st.Language), presessionstatement.IDNEQ(st.ID),
		presessionstatement.StateIn("ACCEPTED", "PUBLISHED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD")).All(c.ctx)
	if err != nil {
		return fmt.Errorf("find earlier statements: %w", err)
	}
	for _, e := range earlier {
		if err := c.endStatement(e, "SUPERSEDED"); err != nil {
			return err
		}
		if err := c.inheritWords(e, st); err != nil {
			return err
		}
		if err := c.inheritAsks(e, st, row); err != nil {
			return err
		}
	}
	return nil
}

// inheritWords has a later statement have the words of whoever has left that the one has whose place it takes: its asks
// are taken over, and its text is mostly the same.
func (c *change) inheritWords(from, to *ent.PreSessionStatement) error {
	if len(from.Left) == 0 {
		return nil
	}
	left := slices.Concat(to.Left, from.Left)
	slices.Sort(left)
	to.Left = slices.Compact(left)
	if err := to.Update().SetLeft(to.Left).Exec(c.ctx); err != nil {
		return fmt.Errorf("keep whose words a statement has: %w", err)
	}
	return nil
}

// mayBePublic: everybody may read a statement, or what it asks. It returns as what they do.
func (c *change) mayBePublic(st *ent.PreSessionStatement, row *ent.Registration, what consent.Item) (readers, error) {
	by, err := c.readersOf(row)
	if err == nil {
		err = c.mayBeRead(st, row, what, by...)
	}
	return by, err
}

// mayBeRead: all participants consent to each audience's reading the statement, or what it asks, and none
// of them is protected: what a text says of who wrote it cannot be looked for. Those who have left a merger
// count further where a statement has their words.
func (c *change) mayBeRead(st *ent.PreSessionStatement, row *ent.Registration, what consent.Item, by ...consent.Audience) error {
	all, err := c.participantsOf(row.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return conflict("to", "is not possible: nobody has consented to it")
	}
	for _, id := range st.Left {
		left, err := withAppearance(c.Ent.Participant.Query().Where(participant.RegistrationID(id))).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list who has left a merger: %w", err)
		}
		if len(left) == 0 { // whoever it was is not there to consent any more
			return conflict("to", "is not possible: it has the words of a registration that was merged into this one, which has left, and of which nobody is there to consent to it")
		}
		all = append(all, left...)
	}
	for _, p := range all {
		if !consentsTo(p, what, by...) || p.Level > 0 || awaitsReview(p) {
			return conflict("to", "is not possible: %s does not consent to it, or is protected", p.UID)
		}
	}
	return nil
}
