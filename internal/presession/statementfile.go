package presession

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/meetingstatement"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
)

// StatementContent is the file of a statement.
type StatementContent struct {
	*file.Content
	Info   *file.Info
	Name   string // to keep it under; it says nothing of who wrote it
	Public bool
}

// OpenStatement gives the file of a statement: of one that is published, by the id that readers know, to
// anybody; of one that was handed in to those who read Statements of its registration and did not bring
// it. Returns NotFound for all others, and Conflict while its file is still looked at.
func (s *Service) OpenStatement(ctx context.Context, id string) (*StatementContent, error) {
	if s.means.Files == nil {
		return nil, noStatement(id)
	}
	if strings.HasPrefix(id, "stm_") {
		return s.openBrought(ctx, id)
	}
	ctx = asProgram(ctx)
	shown, err := s.db.Ent.MeetingStatement.Query().Where(meetingstatement.UID(id), meetingstatement.StatusEQ("PUBLISHED"), meetingstatement.HasMeetingWith(meeting.HasReviewWith(review.StatusEQ("PUBLISHED")))).
		WithMeeting(func(q *ent.MeetingQuery) { q.WithReview(func(q *ent.ReviewQuery) { q.WithState() }) }).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, noStatement(id)
	}
	if err != nil {
		return nil, fmt.Errorf("find a statement: %w", err)
	}
	opened, err := s.openFile(ctx, shown.File, shown.Edges.Meeting.Edges.Review.Edges.State.Iso3, shown.Language)
	if err == nil {
		opened.Public = true
	}
	return opened, err
}

func (s *Service) openBrought(ctx context.Context, id string) (*StatementContent, error) {
	var st *ent.PreSessionStatement
	var iso3 string
	err := s.read(ctx, func(c *change) (err error) {
		st, err = c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id), presessionstatement.FileNEQ("")).WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) }).Only(c.ctx)
		if ent.IsNotFound(err) || err == nil && (!c.readsStatements(st.Edges.Registration) || owns(c.by, st.Edges.Registration.UID)) {
			return noStatement(id)
		}
		if err != nil {
			return fmt.Errorf("find a statement: %w", err)
		}
		iso3 = st.Edges.Registration.Edges.Meeting.Edges.Review.Edges.State.Iso3
		if err = c.refuseRelated(st.Edges.Registration); fault.CodeOf(err) == fault.CodeNotFound {
			return noStatement(id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.openFile(asProgram(ctx), st.File, iso3, st.Language)
}

func (s *Service) openFile(ctx context.Context, id, iso3, language string) (*StatementContent, error) {
	content, info, err := s.means.Files.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	return &StatementContent{Content: content, Info: info, Name: info.Name("statement", iso3, language)}, nil
}
