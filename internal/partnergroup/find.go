package partnergroup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/partnergroup"
	"github.com/upr-info/upr/ent/partnergrouprevision"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// found is what an id led to when the log ended somewhere: it holds until it ends elsewhere.
type found struct {
	head  changelog.Head
	group *Group // nil: there is none
}

const (
	// maxFound is how many groups are kept in memory.
	maxFound = 1000
	// maxNamed is how many groups of partners one filter may name.
	maxNamed = 20
)

// Name lays the groups of partners that a field of a filter names beside the filter. Returns
// Invalid, which names the field, for one that is not there for whoever asks, or was withdrawn.
func (s *Service) Name(ctx context.Context, filter record.GroupNaming, field string, codes []string) error {
	ids := slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !record.IsPartnerGroup(code) })
	if len(ids) == 0 {
		return nil
	}
	v, _ := viewer.From(ctx)
	groups, err := s.find(ctx, field, ids)
	if err != nil {
		return err
	}
	for i, g := range groups {
		switch {
		case g == nil || !g.readableBy(v):
			return record.NoPartnerGroup(field, ids[i])
		case g.WithdrawnAt != nil:
			return g.withdrawn(field)
		}
		filter.LayPartnerGroups(&g.PartnerGroup)
	}
	return nil
}

// NameAll is Name for all fields of a filter; of one that names no groups, nothing.
func (s *Service) NameAll(ctx context.Context, filter any) error {
	if naming, names := filter.(record.GroupNaming); names {
		return s.Name(ctx, naming, "filter", naming.NamedPartnerGroups())
	}
	return nil
}

func (g *Group) withdrawn(field string) error {
	return fault.Invalid(field, "the group %s (%s) was withdrawn by its owner on %s: name another, or make one of your own by createPartnerGroup", g.ID, g.PartnerGroup.Name, g.WithdrawnAt.Format(time.DateOnly))
}

// readableBy says whether somebody may know of a group: everybody of a public one, else its
// owner, their keys with the scope, and the program.
func (g *Group) readableBy(v *viewer.Viewer) bool {
	if g.Public {
		return true
	}
	return v != nil && (v.Program != "" || v.UID == g.owner && (v.May(readScope) || v.May(writeScope)))
}

// find returns the groups with some ids, in their order; nil for those that there are not.
func (s *Service) find(ctx context.Context, field string, ids []string) ([]*Group, error) {
	if len(ids) > maxNamed {
		return nil, fault.Invalid(field, "names %d groups of partners; %d at most, which one group could join", len(ids), maxNamed)
	}
	head, groups, unknown := s.record.Head(), map[string]*Group{}, []string(nil)
	for _, id := range ids {
		if known, there := s.found.Get(id); there && known.head == head {
			groups[id] = known.group
		} else {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 {
		asking, cancel := database.Patient(ctx)
		defer cancel()
		rows, err := withRevision(s.db.Ent.PartnerGroup.Query().Where(partnergroup.UIDIn(unknown...))).All(asProgram(asking))
		if err != nil {
			return nil, fmt.Errorf("find groups: %w", err)
		}
		for _, row := range rows {
			if groups[row.UID], err = groupOf(row); err != nil {
				return nil, err
			}
		}
		for _, id := range unknown {
			s.found.Add(id, found{head, groups[id]})
		}
	}
	list := make([]*Group, len(ids))
	for i, id := range ids {
		list[i] = groups[id]
	}
	return list, nil
}

// Find returns a group that whoever asks may read, nil where there is none.
func (s *Service) Find(ctx context.Context, id string) (*Group, error) {
	v, _ := viewer.From(ctx)
	groups, err := s.find(ctx, "id", []string{id})
	if err != nil || groups[0] == nil || groups[0].WithdrawnAt != nil || !groups[0].readableBy(v) {
		return nil, err
	}
	return groups[0], nil
}

// Mine lists the groups of whoever asks, newest first.
func (s *Service) Mine(ctx context.Context) ([]Group, error) {
	v, err := owner(ctx, readScope)
	if err != nil {
		return nil, err
	}
	rows, err := withRevision(s.db.Ent.PartnerGroup.Query().Where(partnergroup.HasUserWith(user.UID(v.UID)), partnergroup.WithdrawnAtIsNil())).
		Order(ent.Desc(partnergroup.FieldID)).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	groups := make([]Group, len(rows))
	for i, row := range rows {
		g, err := groupOf(row)
		if err != nil {
			return nil, err
		}
		groups[i] = *g
	}
	return groups, nil
}

// Revisions returns groups as they were in the revisions that keys name, as in pgr_….3, also
// where they were changed or withdrawn since: for what was pinned to them.
func (s *Service) Revisions(ctx context.Context, keys []string) ([]*record.PartnerGroup, error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	var groups []*record.PartnerGroup
	for _, key := range keys {
		id, number, _ := strings.Cut(key, ".")
		revision, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("read a revision of a group: %w", err)
		}
		row, err := ownedBy(s.db.Ent.PartnerGroup.Query().Where(partnergroup.UID(id))).
			WithRevisions(func(q *ent.PartnerGroupRevisionQuery) { q.Where(partnergrouprevision.Revision(revision)) }).Only(asProgram(ctx))
		if err != nil {
			return nil, fmt.Errorf("read a revision of a group: %w", err)
		}
		g, err := groupOf(row)
		if err != nil {
			return nil, err
		}
		groups = append(groups, &g.PartnerGroup)
	}
	return groups, nil
}

// withRevision reads the revision that holds, and the owner.
func withRevision(q *ent.PartnerGroupQuery) *ent.PartnerGroupQuery {
	return ownedBy(q).WithRevisions(func(q *ent.PartnerGroupRevisionQuery) {
		q.Where(func(s *sql.Selector) {
			s.Where(sql.ExprP("revision = (SELECT g.revision FROM partner_groups g WHERE g.id = partner_group_revisions.group_id)"))
		})
	})
}

func ownedBy(q *ent.PartnerGroupQuery) *ent.PartnerGroupQuery {
	return q.WithUser(func(u *ent.UserQuery) {
		u.WithMemberships(func(m *ent.OrganisationMembershipQuery) { m.WithOrganisation() })
	})
}

func groupOf(row *ent.PartnerGroup) (*Group, error) {
	if len(row.Edges.Revisions) != 1 {
		return nil, errors.New("a group without its revision")
	}
	r := row.Edges.Revisions[0]
	g := &Group{
		PartnerGroup: record.PartnerGroup{ID: row.UID, Revision: r.Revision, Name: r.Name, Owner: ownerName(row.Edges.User), Public: row.Public},
		Description:  r.Description, CreatedAt: row.CreatedAt.UTC(), ChangedAt: r.CreatedAt.UTC(), WithdrawnAt: row.WithdrawnAt, owner: row.Edges.User.UID,
	}
	if err := json.Unmarshal(r.Members, &g.Members); err != nil {
		return nil, fmt.Errorf("read the members of %s: %w", row.UID, err)
	}
	return g, nil
}

// ownerName is what citations call an owner: the organisations for which they speak, else them.
func ownerName(u *ent.User) string {
	var names []string
	for _, m := range u.Edges.Memberships {
		names = append(names, m.Edges.Organisation.Name)
	}
	if len(names) == 0 {
		return u.Name
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
