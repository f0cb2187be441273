package presession

import (
	"context"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/decision"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/ownerinvitation"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/participantidentity"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/speaker"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
)

// purge forgets who took part in rounds whose last meeting is as long ago as they are kept. What
// the record says stays as far as a participant consents to that in the archive.
func (s *Service) purge(ctx context.Context) error {
	now := s.now()
	rounds, err := s.db.Ent.Round.Query().Where(round.PurgedAtIsNil()).WithMeetings().All(ctx)
	if err != nil {
		return fmt.Errorf("look for rounds that are over: %w", err)
	}
	var errs []error
	for _, r := range rounds {
		if !kept(r, now) {
			errs = append(errs, s.change(ctx, "identities are not kept for longer", func(c *change) error { return c.purgeRound(r) }))
		}
	}
	return errors.Join(append(errs, s.purgeApplicants(ctx))...)
}

// postponedFor is how long after its former date, or the end of the call where it had none, a meeting that is
// postponed may still take place.
const postponedFor = 365

// kept says whether identities of a round are still kept. A round without meetings in an agenda is
// counted from the end of its call.
func kept(r *ent.Round, now time.Time) bool {
	last := r.CallClosesAt
	for _, m := range r.Edges.Meetings {
		at := r.CallClosesAt
		for _, begins := range []*time.Time{m.PostponedFrom, m.StartsAt} {
			if begins != nil {
				at = *begins
			}
		}
		if m.State == presession.StatePOSTPONED {
			at = at.AddDate(0, 0, postponedFor)
		}
		if at.After(last) {
			last = at
		}
	}
	return now.Before(last.AddDate(0, 0, r.RetentionDays))
}

func (c *change) purgeRound(r *ent.Round) error {
	if err := c.lockMeetings(r.UID); err != nil {
		return err
	}
	n, err := c.Ent.Round.Update().Where(round.ID(r.ID), round.PurgedAtIsNil()).SetPurgedAt(c.now).AddRevision(1).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("keep that a round was purged: %w", err)
	}
	if n == 0 { // another process was faster
		return nil
	}
	participants, err := withAppearance(c.Ent.Participant.Query().Where(participant.HasRegistrationWith(registration.HasMeetingWith(inRound(r.ID))))).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	for _, p := range participants {
		pseudonym, err := c.archive(p)
		if err != nil {
			return err
		}
		if _, err := c.Ent.ParticipantIdentity.Delete().Where(participantidentity.ParticipantID(p.ID)).Exec(c.ctx); err != nil {
			return fmt.Errorf("purge an identity: %w", err)
		}
		if err := p.Update().SetNamed(false).SetPerson("").SetPseudonym(pseudonym).SetContact("NONE").AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("purge a participant: %w", err)
		}
		c.log.Note(p.UID, changelog.Operation("PURGE"))
	}
	if err := c.purgeStatements(r.ID); err != nil {
		return err
	}
	if err := c.purgeSubmissions(registration.HasMeetingWith(inRound(r.ID))); err != nil {
		return err
	}
	if err := c.purgeWords(r.ID); err != nil {
		return err
	}
	for _, names := range []string{"UPDATE invitations SET label = '', domain = '' WHERE round_id = $1", "UPDATE access_codes SET label = '' WHERE round_id = $1"} { // which never change
		if _, err := c.ExecContext(c.ctx, names, r.ID); err != nil {
			return fmt.Errorf("purge who was invited: %w", err)
		}
	}
	c.log.Note(r.UID, changelog.Operation("PURGE"))
	meetings, err := c.Ent.Round.QueryMeetings(r).Select(presession.FieldUID).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("list Pre-sessions: %w", err)
	}
	_, err = c.purgeDelegates(meetings...)
	return err
}

// purgeWords forgets what was written to applicants of a round and about them: it may name people.
func (c *change) purgeWords(id int) error {
	registrations := registration.HasMeetingWith(inRound(id))
	err := errors.Join(
		c.Ent.Registration.Update().Where(registrations).SetQuestions("").SetAgreement("").SetPendingAgreement("").SetAgreesTo("").SetFeedback("").SetAvailability("").SetAims("").SetSubmissionLink("").SetSubmissionFile("").SetUnavailable([]civil.Period{}).SetHadProtected(false).Exec(c.ctx),
		c.Ent.PreSession.Update().Where(inRound(id)).SetModerator("").Exec(c.ctx),
		c.Ent.Decision.Update().Where(decision.HasRegistrationWith(registrations)).SetReason("").Exec(c.ctx),
		c.Ent.Evaluation.Update().Where(evaluation.HasRegistrationWith(registrations)).SetNotes("").Exec(c.ctx),
		c.Ent.PreSessionStatement.Update().Where(presessionstatement.HasRegistrationWith(registrations)).SetQuestions("").Exec(c.ctx),
		c.Ent.PreSessionStatement.Update().Where(presessionstatement.HasRegistrationWith(registrations), presessionstatement.StateIn(ended...)).SetTitle("").Exec(c.ctx),
		c.Ent.Ask.Update().Where(ask.HasStatementWith(presessionstatement.HasRegistrationWith(registrations))).SetComment("").Exec(c.ctx),
	)
	if err != nil {
		return fmt.Errorf("purge what was written: %w", err)
	}
	if _, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.HasRegistrationWith(registrations)).Exec(c.ctx); err != nil {
		return fmt.Errorf("purge invitations: %w", err)
	}
	if c.means.Outbox == nil {
		return nil
	}
	uids, err := c.Ent.Registration.Query().Where(registrations).Select(registration.FieldUID).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("list registrations: %w", err)
	}
	return c.means.Outbox.Forget(c.ctx, c.Tx, uids...)
}

// notPublic admits the registrations of which readers see neither a speaker nor a statement.
func notPublic(s *sql.Selector) {
	written, who, shown := sql.Table(presessionstatement.Table), sql.Table(participant.Table), sql.Table(speaker.Table)
	published := sql.Select(written.C(presessionstatement.FieldRegistrationID)).From(written).Where(sql.EQ(written.C(presessionstatement.FieldState), presessionstatement.StatePUBLISHED))
	speak := sql.Select(who.C(participant.FieldRegistrationID)).From(who).Join(shown).On(shown.C(speaker.FieldParticipantID), who.C(participant.FieldID))
	s.Where(sql.And(sql.NotIn(s.C(registration.FieldID), published), sql.NotIn(s.C(registration.FieldID), speak)))
}

// archive leaves of a participant in the record what they consent to in the archive. It returns the pseudonym by which
// readers know them further.
func (c *change) archive(p *ent.Participant) (pseudonym string, err error) {
	if err := c.renewAppearance(p.ID); err != nil || p.Level < 2 {
		return "", err
	}
	shown, err := c.shown(p.ID)
	if err != nil || shown == nil {
		return "", err
	}
	return shown.Name, nil
}
