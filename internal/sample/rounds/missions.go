package rounds

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// missions are those that come to the meetings of a round, by State; of the first two the State may
// be named.
var missions = []string{"CHE", "URY", "FRA", "GHA", "MDV", "NZL", "CRI"}

// invite has missions register a delegate each for the meetings that are held.
func (m *maker) invite(ctx context.Context, r *presession.Round) error {
	all := []presession.Invitee{}
	for _, state := range missions {
		all = append(all, presession.Invitee{Category: "MISSION", State: &state, Address: "mission@" + strings.ToLower(state) + ".sample.example", Language: "EN"})
	}
	made, err := m.workflow.Invite(ctx, r.ID, all)
	if err != nil {
		return err
	}
	program := viewer.NewContext(ctx, viewer.Program("sample"))
	for i, in := range made {
		row, err := m.db.Ent.Invitation.Query().Where(invitation.UID(in.ID)).Only(program)
		if err != nil {
			return fmt.Errorf("read an invitation: %w", err)
		}
		token, err := m.box.Open(row.Token, in.ID)
		if err != nil {
			return err
		}
		for k := range applicants {
			_, err := m.workflow.RegisterDelegate(ctx, presession.NewDelegate{
				Token: token, PreSession: r.Meetings[k].ID, Name: fmt.Sprintf("Sample Delegate %d", i+1), Email: "delegate@" + in.Domain, Position: "Made up", NameState: i < 2,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
