package graph

import (
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/slice"
)

// slicePayload shows a slice that was saved or withdrawn.
func slicePayload(saved *slice.Saved, err error) (*generated.SlicePayload, error) {
	wrong, failed := userErrors(err)
	if err != nil {
		saved = nil
	}
	return &generated.SlicePayload{Slice: saved, UserErrors: wrong}, failed
}
