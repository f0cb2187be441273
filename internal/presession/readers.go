package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/round"
)

// readers are the audiences as which everybody reads the record: whose consent it takes, each.
type readers []consent.Audience

// readersOf are those of the round of a registration: the public, and once identities were purged the archive as well.
// From then on no name can be read, and what is shown only becomes less.
func (c *change) readersOf(row *ent.Registration) (readers, error) {
	purged, err := c.Ent.Round.Query().Where(round.PurgedAtNotNil(), round.HasMeetingsWith(presession.ID(row.MeetingID))).Exist(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("look whether a round was purged: %w", err)
	}
	if purged {
		return readers{consent.AudiencePUBLIC, consent.AudienceARCHIVE}, nil
	}
	return readers{consent.AudiencePUBLIC}, nil
}

// archived says whether readers read what was purged.
func (r readers) archived() bool { return slices.Contains(r, consent.AudienceARCHIVE) }

func purged() error {
	return conflict("", "is of a round of which no identities are kept any more: consents and protection can be changed, and the place withdrawn")
}

// ofState are those whose consent a statement takes in its state.
func (r readers) ofState(state presessionstatement.State) []consent.Audience {
	if state == presessionstatement.StateMISSIONS_ONLY {
		return []consent.Audience{consent.AudienceMISSIONS}
	}
	return r
}

// read are the states of statements that somebody reads, or is to.
var read = []presessionstatement.State{presessionstatement.StatePUBLISHED, presessionstatement.StateEMBARGOED, presessionstatement.StateMISSIONS_ONLY}
