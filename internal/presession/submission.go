package presession

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/ent/uploadpermit"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
)

// PermitSubmission permits one upload of the document that an organisation sent to the UPR, as long as the
// answers of its registration may be changed. Returns Conflict where they may not.
func (s *Service) PermitSubmission(ctx context.Context, application string) (a *Application, permit string, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(application)
		switch {
		case err != nil:
			return err
		case c.means.Files == nil:
			return noFiles()
		case !editable(row, c.now):
			return conflict("", "cannot be changed any more; withdrawing is always possible")
		}
		if permit, err = file.Permit(c.ctx, c.Tx, row.UID, file.Documents, 0, c.now.Add(permitFor)); err != nil {
			return err
		}
		a, err = c.application(application)
		return err
	})
	return a, permit, err
}

// handIn looks that what is said of the submission is there. Of a document that is attached it keeps which
// one that is: what is uploaded afterwards is another one.
func (c *change) handIn(row *ent.Registration, what registration.Submission, link string, set *ent.RegistrationUpdateOne) error {
	switch what {
	case registration.SubmissionLINK:
		if link == "" {
			return fault.Invalid("submissionLink", "is missing: say where the document is, or that it will follow")
		}
	case registration.SubmissionATTACHED:
		latest, err := c.lastFile(row.UID)
		switch {
		case err != nil:
			return err
		case latest == nil:
			return fault.Invalid("submission", "is said to be attached, and no document is there: upload it first, or say that it will follow")
		case latest.State == file.Refused:
			return fault.Invalid("submission", "is said to be attached, and the document was refused: upload another one, or say that it will follow")
		}
		set.SetSubmissionFile(latest.UID)
		return nil
	case registration.SubmissionWILL_FOLLOW:
	}
	set.SetSubmissionFile("")
	return nil
}

// latestFile is the file about a thing that was uploaded last of some; nil: none was, or it is gone.
func (c *change) latestFile(about string, which ...predicate.StoredFile) (*ent.StoredFile, error) {
	latest, err := c.Ent.StoredFile.Query().Where(storedfile.About(about), storedfile.StateNEQ(file.Purged)).Where(which...).Order(ent.Desc(storedfile.FieldID)).First(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // none is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("find a file: %w", err)
	}
	return latest, nil
}

// lastFile is latestFile of all, as it is until the transaction ends: who refuses it meanwhile waits, and finds what was
// handed in with it.
func (c *change) lastFile(about string) (*ent.StoredFile, error) {
	if err := c.lockFiles(about); err != nil {
		return nil, err
	}
	return c.latestFile(about)
}

// fileShown says how far a file about a thing has come, of some the one that was uploaded last; nil: there is none.
func (c *change) fileShown(about, path string, which ...predicate.StoredFile) (*StatementFile, error) {
	latest, err := c.latestFile(about, which...)
	if err != nil || latest == nil {
		return nil, err
	}
	return &StatementFile{State: string(latest.State), Kind: latest.Kind, Path: path, Reason: latest.Reason, Refusal: latest.Refusal, Size: int(file.InfoOf(latest).Size)}, nil
}

// submissionOf is the document of a registration that was handed in; own: the one that was uploaded last, while another
// one may be.
func (c *change) submissionOf(row *ent.Registration, own bool) (*StatementFile, error) {
	var which []predicate.StoredFile
	if !own || row.SubmittedAt != nil && !editable(row, c.now) {
		which = append(which, storedfile.UID(row.SubmissionFile))
	}
	return c.fileShown(row.UID, "/submissions/"+row.UID, which...)
}

// OpenSubmission gives the document of a registration that was handed in to those who read its statements
// and did not bring it. It is never public. Returns NotFound for all others, and Conflict while the file is
// still looked at.
func (s *Service) OpenSubmission(ctx context.Context, id string) (*StatementContent, error) {
	var name, iso3 string
	err := s.read(ctx, func(c *change) error {
		row, err := c.Ent.Registration.Query().Where(registration.UID(id), registration.SubmissionFileNEQ("")).WithMeeting(withAll).Only(c.ctx)
		if ent.IsNotFound(err) {
			return noRegistration(id)
		}
		if err != nil {
			return fmt.Errorf("find a registration: %w", err)
		}
		if !c.readsStatements(row) || owns(c.by, row.UID) || c.means.Files == nil {
			return noRegistration(id)
		}
		name, iso3 = row.SubmissionFile, row.Edges.Meeting.Edges.Review.Edges.State.Iso3
		return c.refuseRelated(row)
	})
	if err != nil {
		return nil, err
	}
	content, info, err := s.means.Files.Open(asProgram(ctx), name)
	if err != nil {
		return nil, err
	}
	return &StatementContent{Content: content, Info: info, Name: info.Name("submission", iso3)}, nil
}

// submissionRefused tells the applicant that the document that was handed in is refused, as for a virus.
func (s *Service) submissionRefused(ctx context.Context, tx *database.Tx, info *file.Info) error {
	if info.State != file.Refused {
		return nil
	}
	c := &change{Tx: tx, ctx: asProgram(ctx), now: s.now(), means: s.means}
	row, err := tx.Ent.Registration.Query().Where(registration.UID(info.About), registration.SubmissionFile(info.ID), registration.StateNotIn(states(finished)...)).WithMeeting(withAll).Only(c.ctx)
	if ent.IsNotFound(err) { // it was not handed in, another one was, or nobody waits for it any more
		return nil
	}
	if err != nil {
		return fmt.Errorf("find whose document it is: %w", err)
	}
	return c.addMail(row, "submission-refused", false)
}

// purgeSubmissions deletes the documents of registrations, and permits for more.
func (c *change) purgeSubmissions(which ...predicate.Registration) error {
	uids, err := c.Ent.Registration.Query().Where(which...).Select(registration.FieldUID).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("list registrations: %w", err)
	}
	for part := range slices.Chunk(uids, 500) {
		if _, err := c.Ent.UploadPermit.Delete().Where(uploadpermit.AboutIn(part...)).Exec(c.ctx); err != nil {
			return fmt.Errorf("purge permits: %w", err)
		}
		about, err := c.Ent.StoredFile.Query().Where(storedfile.AboutIn(part...), storedfile.StateNEQ(file.Purged)).Unique(true).Select(storedfile.FieldAbout).Strings(c.ctx)
		if err != nil {
			return fmt.Errorf("list documents: %w", err)
		}
		for _, uid := range slices.Compact(slices.Sorted(slices.Values(about))) {
			if err := file.Purge(c.ctx, c.Tx, uid); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkLink looks whether a text is the address of a document.
func checkLink(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(text) > 2000 {
		return fault.Invalid("submissionLink", "must be the address of the document, as in https://example.org/submission.pdf, of 2,000 characters at most")
	}
	return nil
}
