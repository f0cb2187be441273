package desk

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

// AffectedGroupPayload has the affected group as readers see it.
type AffectedGroupPayload struct {
	Outcome
	AffectedGroup *record.AffectedGroup
}

// CreateAffectedGroup adds an affected group at the end of the list.
func (d *Desk) CreateAffectedGroup(ctx context.Context, input CreateTermInput) (*AffectedGroupPayload, error) {
	return affectedGroupPayload(d.createTerm(ctx, affectedGroups, input))
}

// RenameAffectedGroup gives an affected group another name.
func (d *Desk) RenameAffectedGroup(ctx context.Context, input RenameTermInput) (*AffectedGroupPayload, error) {
	return affectedGroupPayload(d.renameTerm(ctx, affectedGroups, input))
}

// RetireAffectedGroup merges an affected group into one other, or splits it into several.
func (d *Desk) RetireAffectedGroup(ctx context.Context, input RetireTermInput) (*AffectedGroupPayload, error) {
	return affectedGroupPayload(d.retireTerm(ctx, affectedGroups, input))
}

func affectedGroupPayload(out Outcome, node record.Node, err error) (*AffectedGroupPayload, error) {
	payload := &AffectedGroupPayload{Outcome: out}
	if group, changed := node.(record.AffectedGroup); changed {
		payload.AffectedGroup = &group
	}
	return payload, err
}
