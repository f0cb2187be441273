package graph

import (
	"context"
	"slices"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/record"
)

// groupPayload shows a group of a partner that was made, changed or withdrawn.
func groupPayload(group *partnergroup.Group, err error) (*generated.PartnerGroupPayload, error) {
	wrong, failed := userErrors(err)
	if err != nil {
		group = nil
	}
	return &generated.PartnerGroupPayload{Group: group, UserErrors: wrong}, failed
}

// nameGroups reads a field of a filter with codes of groups. Groups of partners are looked up
// as whoever asks may use them. What is answered with one is kept by nobody: it changes with
// the group, and not with the record alone.
func (r *Resolver) nameGroups(ctx context.Context, filter record.GroupNaming, field string, into *[]string, codes []string) error {
	*into = codes
	if !slices.ContainsFunc(codes, record.IsPartnerGroup) {
		return nil
	}
	markOwn(ctx)
	return r.Partners.Groups.Name(ctx, filter, field, codes)
}
