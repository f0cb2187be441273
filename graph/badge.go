package graph

import (
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func badgeListPayload(made *presession.BadgeList, err error) (*generated.BadgeListPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.BadgeListPayload{BadgeList: made, UserErrors: wrong}, failed
}
