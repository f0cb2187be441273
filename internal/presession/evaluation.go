package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/evaluationphase"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Evaluation is what one reviewer holds of a registration.
type Evaluation struct {
	Reviewer string
	Score    *int
	Notes    string
}

// NewEvaluation is a reviewer's view of a registration, or that they have a conflict of interest.
type NewEvaluation struct {
	ID       string // of the registration
	Score    *int   // 1 to 5
	Notes    string
	Conflict bool
}

// evaluates is that somebody has evaluated a registration.
const evaluates = changelog.Operation("EVALUATE")

// Evaluate keeps what whoever asks holds of a registration, in the place of what they held before.
// Who declares a conflict of interest, which is always possible, does not see it any more. Returns Conflict
// outside of the phases in which reviewers score, and Forbidden for who has an interest at the meeting.
func (s *Service) Evaluate(ctx context.Context, in NewEvaluation) error {
	notes, err := paragraph("notes", in.Notes, false)
	if err != nil {
		return err
	}
	switch {
	case in.Conflict && (in.Score != nil || notes != ""):
		return fault.Invalid("conflict", "rules an evaluation out: send no score and no notes")
	case !in.Conflict && (in.Score == nil || *in.Score < 1 || *in.Score > 5):
		return fault.Invalid("score", "must be from 1 to 5")
	}
	return s.change(ctx, "", func(c *change) error {
		row, err := c.lockRegistration(in.ID)
		if err != nil {
			return err
		}
		_, reviews := rolesOn(c.by, row)[viewer.Reviewer]
		if reviews && !in.Conflict {
			if err := c.refuseInterest(presession.ID(row.MeetingID)); err != nil {
				return err
			}
		}
		u, err := c.Ent.User.Query().Where(user.UID(c.by.UID)).Only(c.ctx)
		if err != nil || !reviews {
			return noRegistration(in.ID)
		}
		if p, _ := evaluationphase.At(row.Edges.Meeting.Edges.Round.EvaluationPhases, c.now); !p.ReviewersScore && !in.Conflict {
			return conflict("", "is not possible now: the round has phases in which reviewers evaluate")
		}
		mine, err := c.Ent.Evaluation.Query().Where(evaluation.RegistrationID(row.ID), evaluation.UserID(u.ID)).Only(c.ctx)
		switch {
		case ent.IsNotFound(err):
			err = c.Ent.Evaluation.Create().SetRegistration(row).SetUser(u).SetNillableScore(in.Score).SetNotes(notes).SetConflict(in.Conflict).SetCreatedAt(c.now).SetChangedAt(c.now).Exec(c.ctx)
		case err == nil:
			err = mine.Update().ClearScore().SetNillableScore(in.Score).SetNotes(notes).SetConflict(in.Conflict).SetChangedAt(c.now).Exec(c.ctx)
		}
		if err != nil {
			return fmt.Errorf("keep an evaluation: %w", err)
		}
		c.log.Note(row.UID, evaluates)
		return nil
	})
}
