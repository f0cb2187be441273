package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/viewer"
)

// Statement is what a registration brings to its meeting in writing, or as a recording.
type Statement struct {
	ID             string
	Registration   string
	State          string
	Language       string // EN, FR or ES
	Title          string
	Questions      *string // what is to be changed
	EmbargoedUntil *time.Time
	File           *StatementFile // nil: nothing is uploaded yet
	Revision       int
	SubmittedAt    *time.Time
}

// StatementFile is how far the file of a statement, or of a submission, has come.
type StatementFile struct {
	State   string // UPLOADED, QUARANTINED, CLEAN, ACCEPTED or REFUSED
	Kind    string
	Path    string  // where staff read what was handed in, on this server
	Reason  string  // why it was refused
	Refusal *string // the same in a closed list
	Size    int     // bytes
}

// Days before a meeting.
const (
	statementsDue    = 14
	statementsFrozen = 3
)

// permitFor is how long an upload may be begun.
const permitFor = time.Hour

// statementKinds are those of the files of statements.
var statementKinds = slices.Concat(file.Documents, file.Recordings)

// BeginStatement begins a statement of one's own registration that has a place, and permits one upload to
// it. Returns Conflict where there is no place, or the statements of the meeting are frozen.
func (s *Service) BeginStatement(ctx context.Context, application, language, title string) (begun *Statement, permit string, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(application)
		switch {
		case err != nil:
			return err
		case row.State != registration.StateCONFIRMED && row.State != registration.StateSPOKE:
			return conflict("", "has no place to speak, and so no statement")
		case notHeld(row.Edges.Meeting):
			return takesNone()
		case row.Edges.Meeting.Edges.Round.PurgedAt != nil:
			return purged()
		case c.frozen(row.Edges.Meeting):
			return frozen()
		case !slices.Contains([]string{"EN", "FR", "ES"}, language):
			return fault.Invalid("language", "must be EN, FR or ES")
		}
		if title != "" {
			if title, err = line("title", title, 200); err != nil {
				return err
			}
		}
		n, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID)).Count(c.ctx)
		if err != nil {
			return fmt.Errorf("count statements: %w", err)
		}
		if n >= maxStatements {
			return fault.LimitExceeded("%d statements are the most of one registration, those that were replaced among them: write to UPR Info", maxStatements)
		}
		st, err := c.Ent.PreSessionStatement.Create().SetUID(newUID("stm")).SetRegistrationID(row.ID).SetLanguage(language).SetTitle(title).SetCreatedAt(c.now).Save(c.ctx)
		if err != nil {
			return fmt.Errorf("begin a statement: %w", err)
		}
		c.log.Note(st.UID, changelog.Create)
		if permit, err = file.Permit(c.ctx, c.Tx, st.UID, statementKinds, 0, c.permitEnds(st, row.Edges.Meeting)); err != nil {
			return err
		}
		begun, err = c.statement(st.UID, true)
		return err
	})
	return begun, permit, err
}

// maxStatements are enough for three languages, replaced twice.
const maxStatements = 9

// frozen says whether no more statements of a meeting are taken, but those that staff have returned.
// Once it has begun they are again, as for the archive.
func (c *change) frozen(m *ent.PreSession) bool {
	return m.StartsAt != nil && !c.now.Before(daysFrom(*m.StartsAt, -statementsFrozen)) && c.now.Before(*m.StartsAt)
}

// permitEnds is until when an upload that is permitted now may be begun: of a draft, not beyond the moment
// from which none is taken.
func (c *change) permitEnds(st *ent.PreSessionStatement, m *ent.PreSession) time.Time {
	ends := c.now.Add(permitFor)
	if st.State != presessionstatement.StateDRAFT || m.StartsAt == nil || !c.now.Before(*m.StartsAt) {
		return ends
	}
	if freeze := daysFrom(*m.StartsAt, -statementsFrozen); freeze.Before(ends) {
		return freeze
	}
	return ends
}

func frozen() error {
	return conflict("", "takes no statements from three days before the Pre-session on: write to UPR Info")
}

// notHeld says whether nobody speaks at a meeting, and nobody brings anything.
func notHeld(m *ent.PreSession) bool { return m.State == presession.StateNOT_HELD }

func takesNone() error {
	return conflict("", "takes no statements: the Pre-session is not held")
}

// PermitStatement permits another upload to a statement that is a draft or was returned.
func (s *Service) PermitStatement(ctx context.Context, id string) (st *Statement, permit string, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, of, err := c.ownStatement(id)
		switch {
		case err != nil:
			return err
		case !open(row):
			return conflict("", "cannot be changed any more: begin another one")
		case notHeld(of.Edges.Meeting):
			return takesNone()
		case row.State == presessionstatement.StateDRAFT && c.frozen(of.Edges.Meeting):
			return frozen()
		}
		if permit, err = file.Permit(c.ctx, c.Tx, row.UID, statementKinds, 0, c.permitEnds(row, of.Edges.Meeting)); err != nil {
			return err
		}
		st, err = c.statement(id, true)
		return err
	})
	return st, permit, err
}

// open says whether a statement is the applicant's to change.
func open(st *ent.PreSessionStatement) bool {
	return st.State == presessionstatement.StateDRAFT || st.State == presessionstatement.StateCHANGES_REQUESTED
}

func noStatement(id string) error { return fault.NotFound("no statement has the id %s", id) }

// ownStatement reads a statement of whoever asks, with its registration locked.
func (c *change) ownStatement(id string) (*ent.PreSessionStatement, *ent.Registration, error) {
	st, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id)).WithRegistration().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, noStatement(id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a statement: %w", err)
	}
	row, err := c.ownRegistration(st.Edges.Registration.UID)
	if fault.CodeOf(err) == fault.CodeNotFound {
		return nil, nil, noStatement(id)
	}
	if err != nil {
		return nil, nil, err
	}
	if st, err = c.Ent.PreSessionStatement.Get(c.ctx, st.ID); err != nil {
		return nil, nil, fmt.Errorf("read a statement: %w", err)
	}
	return st, row, nil
}

// SubmitStatement hands a statement in with the file that was uploaded last; none is uploaded after it. Where nobody has
// looked at it yet and it is refused later, the statement goes back (statementRefused). Sent twice, it is done once.
func (s *Service) SubmitStatement(ctx context.Context, id string, revision int) (submitted *Statement, err error) {
	err = s.change(ctx, "", func(c *change) error {
		st, of, err := c.ownStatement(id)
		switch {
		case err != nil:
			return err
		case notHeld(of.Edges.Meeting):
			return takesNone()
		case st.State == presessionstatement.StateDRAFT && c.frozen(of.Edges.Meeting):
			return frozen()
		case st.State == presessionstatement.StateSUBMITTED && st.Revision == revision+1:
			submitted, err = c.statement(id, true)
			return err
		case !open(st):
			return conflict("", "cannot be submitted: it is %s", st.State)
		case st.Revision != revision:
			return stale(st.Revision)
		}
		latest, err := c.lastToHandIn(st)
		if err != nil {
			return err
		}
		if err := st.Update().SetState("SUBMITTED").SetFile(latest.UID).SetQuestions("").SetSubmittedAt(c.now).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("submit a statement: %w", err)
		}
		c.log.Note(id, changelog.Operation("SUBMIT"))
		submitted, err = c.statement(id, true)
		return err
	})
	return submitted, err
}

// lastToHandIn is the file of a statement that was uploaded last. Permits for more end, so that it stays the last one.
func (c *change) lastToHandIn(st *ent.PreSessionStatement) (*ent.StoredFile, error) {
	if err := file.EndPermits(c.ctx, c.Tx, st.UID); err != nil {
		return nil, err
	}
	latest, err := c.lastFile(st.UID)
	switch {
	case err != nil:
		return nil, err
	case latest == nil:
		return nil, fault.Invalid("file", "is missing: upload it first")
	case latest.State == file.Refused:
		return nil, fault.Invalid("file", "was refused: upload another one")
	case latest.UID == st.File:
		return nil, fault.Invalid("file", "is the one that was returned: upload another one")
	}
	return latest, nil
}

// WithdrawStatement takes a statement back, published or not; always possible.
func (s *Service) WithdrawStatement(ctx context.Context, id string) error {
	return s.change(ctx, "", func(c *change) error {
		st, _, err := c.ownStatement(id)
		if err != nil {
			return err
		}
		return c.endStatement(st, "WITHDRAWN")
	})
}

// ended are the states of statements that are not brought any more.
var ended = []presessionstatement.State{presessionstatement.StateWITHDRAWN, presessionstatement.StateSUPERSEDED}

// endStatement ends a statement: readers do not see it, and its files are purged.
func (c *change) endStatement(st *ent.PreSessionStatement, as presessionstatement.State) error {
	if st.State == as {
		return nil
	}
	if err := c.unpublish(st); err != nil {
		return err
	}
	if as == presessionstatement.StateWITHDRAWN {
		if err := c.dropAsks(ask.StatementID(st.ID)); err != nil {
			return err
		}
	}
	if err := st.Update().SetState(as).AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("end a statement: %w", err)
	}
	c.log.Note(st.UID, changelog.Operation(as))
	return file.Purge(c.ctx, c.Tx, st.UID)
}

// endStatements takes all statements of a registration back, as one that does not speak any more; but for
// those that are published, where they are kept and may still be read.
func (c *change) endStatements(row *ent.Registration, keep bool) error {
	all, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID), presessionstatement.StateNotIn(ended...)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list statements: %w", err)
	}
	for _, st := range all {
		if keep && st.State == presessionstatement.StatePUBLISHED {
			_, err := c.mayBePublic(st, row, consent.ItemSTATEMENT)
			if err == nil {
				continue
			}
			if fault.CodeOf(err) != fault.CodeConflict {
				return err
			}
		}
		if err := c.endStatement(st, "WITHDRAWN"); err != nil {
			return err
		}
	}
	return nil
}

// readsStatements says whether whoever asks sees the statements of a registration: who brings them, and
// staff. Reviewers do not: what a statement says can tell who wrote it.
func (c *change) readsStatements(row *ent.Registration) bool {
	roles := rolesOn(c.by, row)
	delete(roles, viewer.Reviewer)
	return len(roles) > 0
}

// Statements are those of a registration that whoever asks applies with, or works with and not as a
// reviewer. Where own, applicants are told of the files that they have uploaded and not handed in yet.
func (s *Service) Statements(ctx context.Context, id string, own bool) (all []Statement, err error) {
	err = s.read(ctx, func(c *change) error {
		row, err := c.Ent.Registration.Query().Where(registration.UID(id)).WithMeeting(withAll).Only(c.ctx)
		if ent.IsNotFound(err) || err == nil && !c.readsStatements(row) {
			return noRegistration(id)
		}
		if err != nil {
			return fmt.Errorf("find a registration: %w", err)
		}
		if err := c.refuseRelated(row); err != nil {
			return err
		}
		rows, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID)).Order(ent.Asc(presessionstatement.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list statements: %w", err)
		}
		_, acts := inPlace(c.by, row)
		for _, st := range rows {
			one, err := c.statement(st.UID, own && acts)
			if err != nil {
				return err
			}
			all = append(all, *one)
		}
		return nil
	})
	return all, err
}

// statement reads one, with the file that was handed in; own: with the one that was uploaded last, while another one may be.
func (c *change) statement(id string, own bool) (*Statement, error) {
	st, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id)).WithRegistration().Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read a statement: %w", err)
	}
	shown := &Statement{ID: id, Registration: st.Edges.Registration.UID, State: string(st.State), Language: st.Language, Title: st.Title, EmbargoedUntil: st.EmbargoedUntil, Revision: st.Revision, SubmittedAt: st.SubmittedAt}
	if st.Questions != "" {
		shown.Questions = &st.Questions
	}
	which := storedfile.UID(st.File)
	if own && open(st) {
		which = storedfile.About(id)
	}
	if shown.File, err = c.fileShown(id, "/statements/"+id, which); err != nil {
		return nil, err
	}
	return shown, nil
}

// statementRefused has a statement whose file is refused go back to its applicant.
func (s *Service) statementRefused(ctx context.Context, tx *database.Tx, info *file.Info) error {
	if info.State != file.Refused {
		return nil
	}
	c := &change{Tx: tx, ctx: asProgram(ctx), now: s.now(), means: s.means}
	n, err := tx.Ent.PreSessionStatement.Update().Where(presessionstatement.UID(info.About), presessionstatement.File(info.ID), presessionstatement.StateEQ("SUBMITTED")).
		SetState("CHANGES_REQUESTED").SetQuestions(info.Reason).AddRevision(1).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("return a statement: %w", err)
	}
	if n == 0 { // another file has taken its place
		return nil
	}
	st, err := tx.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(info.About)).WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) }).Only(c.ctx)
	if err != nil {
		return fmt.Errorf("find whose statement it is: %w", err)
	}
	return c.addMail(st.Edges.Registration, "statement-returned", false)
}
