// Package partnergroup keeps the groups of States that partners define: with dated members, in
// revisions that never change, public or for their owner alone. partnergroup.go changes them,
// check.go says what they may be, and find.go finds them for filters.
package partnergroup

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/partnergroup"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// Group is a group of States that a partner defined, as it is now.
type Group struct {
	record.PartnerGroup
	Description string
	CreatedAt   time.Time
	ChangedAt   time.Time
	WithdrawnAt *time.Time

	owner string // uid of the user
}

// Service keeps the groups of a database.
type Service struct {
	db     *database.DB
	record *record.Record
	found  *lru.Cache[string, found]
}

// New keeps the groups of a database, whose record is r.
func New(db *database.DB, r *record.Record) *Service {
	cache, err := lru.New[string, found](maxFound)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	return &Service{db, r, cache}
}

// What a key needs.
const (
	readScope  = "groups:read"
	writeScope = "groups:write"
)

// asProgram is for what this package has looked itself who may.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("partnergroup"))
}

// owner returns who asks, as owner of groups.
func owner(ctx context.Context, scope string) (*viewer.Viewer, error) {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return nil, err
	}
	if v.UID == "" || !v.May(scope) {
		return nil, fault.Forbidden("a user has groups of States, and a key with the scope %s", scope)
	}
	return v, nil
}

// CreateInput is a new group.
type CreateInput struct {
	Name        string
	Description string
	Public      bool
	Members     []record.PartnerGroupMember
}

// ChangeInput is what becomes of a group; nil is left as it is.
type ChangeInput struct {
	ID          string
	Revision    int // the one that was read
	Name        *string
	Description *string
	Members     []record.PartnerGroupMember // nil: as they are
}

// maxGroups is how many one owner may have.
const maxGroups = 200

// Create makes a group. Returns Invalid, which names the place in the input, and LimitExceeded
// for too many.
func (s *Service) Create(ctx context.Context, input CreateInput) (*Group, error) {
	v, err := owner(ctx, writeScope)
	if err != nil {
		return nil, err
	}
	g := &Group{PartnerGroup: record.PartnerGroup{Revision: 1, Name: input.Name, Public: input.Public, Members: input.Members}, Description: input.Description}
	if err := g.check(s.record.Snapshot()); err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	uid := record.PartnerGroupPrefix + strings.ToLower(rand.Text()[:16])
	return s.write(ctx, v, uid, changelog.Create, func(ctx context.Context, tx *database.Tx) error {
		u, err := tx.Ent.User.Query().Where(user.UID(v.UID)).Only(ctx)
		if err != nil {
			return fmt.Errorf("find the owner: %w", err)
		}
		has, err := tx.Ent.PartnerGroup.Query().Where(partnergroup.UserID(u.ID), partnergroup.WithdrawnAtIsNil()).Count(ctx)
		if err != nil {
			return fmt.Errorf("count groups: %w", err)
		}
		if has >= maxGroups {
			return fault.LimitExceeded("you have %d groups, the most that one may have: withdraw some", has)
		}
		row, err := tx.Ent.PartnerGroup.Create().SetUID(uid).SetUserID(u.ID).SetPublic(g.Public).SetCreatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a group: %w", err)
		}
		return g.revise(ctx, tx, row.ID, now)
	})
}

// Change makes another revision of a group of one's own. Returns NotFound, Conflict where the
// revision that was read is not the one that holds, and Invalid as Create does.
func (s *Service) Change(ctx context.Context, input ChangeInput) (*Group, error) {
	v, err := owner(ctx, writeScope)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	return s.write(ctx, v, input.ID, changelog.Correct, func(ctx context.Context, tx *database.Tx) error {
		row, g, err := own(ctx, tx, v, input.ID)
		if err != nil {
			return err
		}
		if g.Revision != input.Revision {
			return changed(g.Revision)
		}
		if input.Name != nil {
			g.Name = *input.Name
		}
		if input.Description != nil {
			g.Description = *input.Description
		}
		if input.Members != nil {
			g.Members = input.Members
		}
		if err := g.check(s.record.Snapshot()); err != nil {
			return err
		}
		// Whoever changes it at the same time finds another revision, and so no row.
		n, err := tx.Ent.PartnerGroup.Update().Where(partnergroup.ID(row), partnergroup.Revision(g.Revision)).AddRevision(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("change a group: %w", err)
		}
		if g.Revision++; n == 0 {
			return changed(g.Revision)
		}
		return g.revise(ctx, tx, row, now)
	})
}

func changed(revision int) error {
	return &fault.Error{Code: fault.CodeConflict, Field: "revision", Message: fmt.Sprintf("the group was changed since you read it: it is at revision %d now; read it again", revision)}
}

// Withdraw takes a group of one's own away: filters cannot name it any more. Returns NotFound.
func (s *Service) Withdraw(ctx context.Context, id string) (*Group, error) {
	v, err := owner(ctx, writeScope)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	return s.write(ctx, v, id, changelog.Withdraw, func(ctx context.Context, tx *database.Tx) error {
		row, _, err := own(ctx, tx, v, id)
		if err != nil {
			return err
		}
		return tx.Ent.PartnerGroup.UpdateOneID(row).SetWithdrawnAt(now).Exec(ctx)
	})
}

// write changes a group in a transaction of the log, and returns it as it is then.
func (s *Service) write(ctx context.Context, v *viewer.Viewer, id string, operation changelog.Operation, fn func(context.Context, *database.Tx) error) (g *Group, err error) {
	because := changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		log.Note(id, operation)
		if err := fn(asProgram(ctx), tx); err != nil {
			return err
		}
		row, err := withRevision(tx.Ent.PartnerGroup.Query().Where(partnergroup.UID(id))).Only(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("read a group: %w", err)
		}
		g, err = groupOf(row)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.found.Remove(id)
	return g, s.record.CatchUp(ctx) // so that filters see it
}

// own finds a group of whoever asks.
func own(ctx context.Context, tx *database.Tx, v *viewer.Viewer, id string) (int, *Group, error) {
	row, err := withRevision(tx.Ent.PartnerGroup.Query().Where(partnergroup.UID(id), partnergroup.WithdrawnAtIsNil(), partnergroup.HasUserWith(user.UID(v.UID)))).Only(ctx)
	if ent.IsNotFound(err) {
		return 0, nil, fault.NotFound("no group of yours has the id %s", id)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("find a group: %w", err)
	}
	g, err := groupOf(row)
	return row.ID, g, err
}

// revise keeps what a group is from now on.
func (g *Group) revise(ctx context.Context, tx *database.Tx, row int, now time.Time) error {
	members, err := json.Marshal(g.Members)
	if err != nil {
		return fmt.Errorf("write the members: %w", err)
	}
	err = tx.Ent.PartnerGroupRevision.Create().SetGroupID(row).SetRevision(g.Revision).SetName(g.Name).SetDescription(g.Description).SetMembers(members).SetCreatedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep a revision: %w", err)
	}
	return nil
}
