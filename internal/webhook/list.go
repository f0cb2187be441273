package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/user"
	enthook "github.com/upr-info/upr/ent/webhook"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// Hook is a webhook as its owner and administrators see it.
type Hook struct {
	ID              string
	Name            string
	URL             string
	Kinds           []string // none: all
	Filter          *string  // JSON
	Slice           *string  // whose question it was
	Cursor          string   // up to which deliveries were made
	CreatedAt       time.Time
	DisabledAt      *time.Time
	DisabledBecause *string
	WithdrawnAt     *time.Time
	// Deliveries are the last ones, and DeadLetters those that were given up, newest first.
	Deliveries, DeadLetters []Delivery

	row int
}

// State is how far a delivery is.
type State string

// Delivery is what was sent at once, or is to be.
type Delivery struct {
	ID        string
	Since     string
	Cursor    string
	State     State
	Attempts  int
	Status    *int    // of the last answer; nil: there was none
	Failure   *string // why the last attempt failed
	NextAt    *time.Time
	CreatedAt time.Time
	EndedAt   *time.Time
}

const (
	// shown is how many deliveries of a webhook are.
	shown = 20
	// maxFailing is how many webhooks administrators see.
	maxFailing = 200
)

// Mine lists the webhooks of whoever asks, newest first. A key needs webhooks:read.
func (s *Service) Mine(ctx context.Context) ([]Hook, error) {
	v, err := owner(ctx, "webhooks:read")
	if err != nil {
		return nil, err
	}
	return s.list(ctx, enthook.HasUserWith(user.UID(v.UID)), enthook.WithdrawnAtIsNil())
}

// Failing lists the webhooks of everybody that are disabled or of which the last delivery was
// given up, to administrators.
func (s *Service) Failing(ctx context.Context) ([]Hook, error) {
	if err := policy.Require(ctx, viewer.Admin); err != nil {
		return nil, err
	}
	return s.list(ctx, enthook.WithdrawnAtIsNil(), enthook.Or(enthook.DisabledAtNotNil(), enthook.DeadLettersGT(0)))
}

// own returns one that whoever asks has just changed.
func (s *Service) own(ctx context.Context, v *viewer.Viewer, uid string) (*Hook, error) {
	which := []predicate.Webhook{enthook.UID(uid)}
	if !v.Has(viewer.Admin) {
		which = append(which, enthook.HasUserWith(user.UID(v.UID)))
	}
	hooks, err := s.list(ctx, which...)
	if err != nil {
		return nil, err
	}
	if len(hooks) == 0 {
		return nil, notThere(uid)
	}
	return &hooks[0], nil
}

func (s *Service) list(ctx context.Context, which ...predicate.Webhook) ([]Hook, error) {
	rows, err := s.db.Ent.Webhook.Query().Where(which...).Order(ent.Desc(enthook.FieldID)).Limit(maxFailing).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	hooks, byRow := make([]Hook, len(rows)), map[int]*Hook{}
	for i, w := range rows {
		hooks[i] = Hook{
			ID: w.UID, Name: w.Name, URL: w.URL, Kinds: w.Kinds, Filter: orNil(w.FilterText), Slice: orNil(w.Slice), Cursor: w.Cursor, CreatedAt: w.CreatedAt.UTC(),
			DisabledAt: w.DisabledAt, DisabledBecause: orNil(w.DisabledBecause), WithdrawnAt: w.WithdrawnAt, row: w.ID,
		}
		if hooks[i].Kinds == nil {
			hooks[i].Kinds = []string{}
		}
		byRow[w.ID] = &hooks[i]
	}
	return hooks, s.addDeliveries(ctx, byRow)
}

// addDeliveries reads the last deliveries of all webhooks of a list at once, and the dead ones.
func (s *Service) addDeliveries(ctx context.Context, hooks map[int]*Hook) error {
	for row := range hooks {
		hooks[row].Deliveries, hooks[row].DeadLetters = []Delivery{}, []Delivery{}
	}
	if len(hooks) == 0 {
		return nil
	}
	ids := make([]int, 0, len(hooks))
	for row := range hooks {
		ids = append(ids, row)
	}
	last, err := s.last(ctx, ids, "")
	if err != nil {
		return err
	}
	dead, err := s.last(ctx, ids, " AND state = 'DEAD'")
	if err != nil {
		return err
	}
	for row, hook := range hooks {
		hook.Deliveries, hook.DeadLetters = append(hook.Deliveries, last[row]...), append(hook.DeadLetters, dead[row]...)
	}
	return nil
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
