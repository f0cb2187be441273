package presession

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/decision"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/viewer"
)

// newsHour is when, in Geneva, officers and managers are mailed what registrations have brought. The
// day of which they are told ends an hour sooner: nothing of it is still being written.
const newsHour = 7

// newsUntil is the end of the last day of which officers are told by now.
func newsUntil(now time.Time) time.Time {
	here := now.In(geneva)
	end := time.Date(here.Year(), here.Month(), here.Day(), newsHour-1, 0, 0, 0, geneva)
	if here.Hour() < newsHour {
		end = end.AddDate(0, 0, -1)
	}
	return end.UTC()
}

// sendNews mails each officer and manager, once a day, how many registrations have come in for their
// States: no names, and nothing where there is nothing new.
func (s *Service) sendNews(ctx context.Context) error {
	if s.means.Outbox == nil {
		return nil
	}
	until := newsUntil(s.now())
	staff, err := s.db.Ent.User.Query().Where(awaitsNews(until)).Order(ent.Asc(user.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("look for officers: %w", err)
	}
	var errs []error
	for _, u := range staff {
		errs = append(errs, s.change(ctx, "news of registrations", func(c *change) error { return c.tellNews(u.ID, until) }))
	}
	return errors.Join(errs...)
}

// awaitsNews finds officers and managers who were not told of the day that ends then.
func awaitsNews(until time.Time) predicate.User {
	return user.And(user.DisabledAtIsNil(), user.Or(user.NewsUntilIsNil(), user.NewsUntilLT(until)),
		user.HasGrantsWith(grant.RoleIn(string(viewer.Officer), string(viewer.Manager))))
}

func (c *change) tellNews(id int, until time.Time) error {
	u, err := c.Ent.User.Query().Where(user.ID(id)).WithGrants().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read an officer: %w", err)
	}
	claimed, err := c.Ent.User.Update().Where(user.ID(id), awaitsNews(until)).SetNewsUntil(until).Save(c.ctx)
	if err != nil || claimed == 0 { // another process was faster
		return err
	}
	since := until.Add(-day)
	if u.NewsUntil != nil {
		since = *u.NewsUntil
	}
	news, err := c.news(u, since, until)
	if err != nil || news == "" {
		return err
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, notify.Draft{
		Template: "officer-news", Language: u.Language, To: u.Email, About: u.UID,
		Data: map[string]string{"name": u.Name, "news": news, "link": c.means.PublicURL},
	})
	return err
}

// news counts what became of registrations, by the State under review, and says for which too few have
// applied; empty: nothing new.
func (c *change) news(u *ent.User, since, until time.Time) (string, error) {
	rows, err := c.Ent.Decision.Query().Where(decision.AtGT(since), decision.AtLTE(until), decision.TransitionIn(2, 4, 10, 11), decision.Not(decision.ActorHasPrefix("program:"))).
		WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) }).All(c.ctx)
	if err != nil {
		return "", fmt.Errorf("look for news of registrations: %w", err)
	}
	in, counts := wordingIn(u.Language), map[string]*[3]int{}
	for _, row := range rows {
		kind := map[State]int{Draft: 0, ChangesRequested: 1}[State(row.From)]
		if State(row.To) == Withdrawn {
			kind = 2
		}
		m := row.Edges.Registration.Edges.Meeting
		under := m.Edges.Review.Edges.State
		if State(row.From) == Draft && kind == 2 || !coordinates(u, m) {
			continue // what was never submitted is the applicant's
		}
		name := in.pick(under.NameEn, under.NameFr, under.NameEs)
		if counts[name] == nil {
			counts[name] = &[3]int{}
		}
		counts[name][kind]++
	}
	lines := make([]string, 0, len(counts))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, in.news(name, *counts[name]))
	}
	extensions, err := c.extensions(u, since, until)
	if err != nil {
		return "", err
	}
	lines = append(lines, extensions...)
	return strings.Join(lines, in.pick("; ", " ; ", "; ")), nil
}

// coordinates says whether somebody is an officer or a manager of a meeting.
func coordinates(u *ent.User, m *ent.PreSession) bool {
	v := holderOf(u)
	return v.Has(viewer.Officer, "state:"+m.Edges.Review.Edges.State.Iso3) || manages(v, m.Edges.Round.UID)
}
