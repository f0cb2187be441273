package slice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// groups are the groups of partners that a question names, as they were looked up.
func (q *Question) groups() []*record.PartnerGroup {
	if naming, names := q.Filter.(record.GroupNaming); names {
		return naming.PartnerGroups()
	}
	return nil
}

// private says whether a question names a group that is its owner's alone.
func (q *Question) private() bool {
	return slices.ContainsFunc(q.groups(), func(g *record.PartnerGroup) bool { return !g.Public })
}

// keep says who may keep the answer to a question that anybody may ask.
func (q *Question) keep() string {
	if q.private() {
		return "private, no-cache"
	}
	return "public, no-cache"
}

// beyond is what an answer depends on beside the record: the day, where it asks for what holds
// today, and the groups of partners that it names. Empty where there is nothing.
func (q *Question) beyond(s *record.Snapshot) string {
	parts := words(q.groups(), describeGroup)
	if q.Kind.Filter != nil && q.Filter != nil && q.Kind.Filter.today(q.Filter) {
		parts = append(parts, string(s.Day()))
	}
	return strings.Join(parts, "\n")
}

// short is a digest of what an answer depends on beside the record, empty where there is nothing.
func short(beyond string) string {
	if beyond == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(beyond))
	return hex.EncodeToString(sum[:6])
}

// describeGroup says what a group of a partner is: its owner and its members with their dates.
func describeGroup(g *record.PartnerGroup) string {
	return fmt.Sprintf("%s is %s, revision %d, a group of States by %s: %s", g.ID, g.Name, g.Revision, g.Owner,
		strings.Join(words(g.Members, describeMember), ", "))
}

// maxCited is how many characters of a group stand in a citation.
const maxCited = 1000

// citeGroup is describeGroup, without the members where they are very many: a package's README
// has them, and partnerGroup of the graph.
func citeGroup(g *record.PartnerGroup) string {
	if whole := describeGroup(g); len(whole) <= maxCited {
		return whole
	}
	return fmt.Sprintf("%s is %s, revision %d, a group of States by %s with %d memberships", g.ID, g.Name, g.Revision, g.Owner, len(g.Members))
}

func describeMember(m record.PartnerGroupMember) string {
	switch {
	case m.From != nil && m.Until != nil:
		return fmt.Sprintf("%s from %s to %s", m.State, *m.From, *m.Until)
	case m.From != nil:
		return fmt.Sprintf("%s from %s", m.State, *m.From)
	case m.Until != nil:
		return fmt.Sprintf("%s to %s", m.State, *m.Until)
	}
	return m.State
}

// questionOf returns what a slice asks. A live one names groups of partners as they are now, by
// its owner's right; a pinned one as they were. Returns Conflict where one was withdrawn.
func (s *Service) questionOf(ctx context.Context, saved *Saved) (*Question, error) {
	q, err := saved.question()
	if err != nil {
		return nil, err
	}
	naming, names := q.Filter.(record.GroupNaming)
	if !names {
		return q, nil
	}
	if saved.Version != nil {
		groups, err := s.Groups.Revisions(ctx, saved.groups)
		naming.LayPartnerGroups(groups...)
		return q, err
	}
	err = s.Groups.NameAll(viewer.NewContext(ctx, &viewer.Viewer{UID: saved.owner}), q.Filter)
	if fault.CodeOf(err) == fault.CodeInvalid {
		return nil, fault.Conflict("this slice answers no more: %v. Ask its owner for another one; slices that were pinned keep their rows", err)
	}
	return q, err
}
