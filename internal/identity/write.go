package identity

import (
	"context"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/viewer"
)

// Operations on people, grants and keys, as the change log names them.
const (
	opCreate   = changelog.Create
	opCorrect  = changelog.Correct
	opDisable  = changelog.Operation("DISABLE")
	opEnable   = changelog.Operation("ENABLE")
	opGrant    = changelog.Operation("GRANT_ROLE")
	opRevoke   = changelog.Operation("REVOKE_ROLE")
	opJoin     = changelog.Operation("JOIN_ORGANISATION")
	opLeave    = changelog.Operation("LEAVE_ORGANISATION")
	opPassword = changelog.Operation("CHANGE_PASSWORD")
	opFactor   = changelog.Operation("CHANGE_SECOND_FACTOR")
	opForget   = changelog.Operation("FORGET")
	opReset    = changelog.Operation("RESET")
	opLink     = changelog.Operation("LINK_IDENTITY")
	opWithdraw = changelog.Operation("REVOKE")
)

// write changes something about people, and notes that it did: whom and what, no values.
// Within fn the program writes; who asked is the actor.
func (s *Service) write(ctx context.Context, fn func(ctx context.Context, tx *database.Tx, note func(uid string, op changelog.Operation)) error) error {
	because := changelog.Because{Origin: changelog.Desk, Actor: "program:identity", Request: callerOf(ctx).Request}
	if v, known := viewer.From(ctx); known {
		because.Actor = v.Actor()
	}
	_, err := changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		return fn(asProgram(ctx), tx, log.Note)
	})
	return err
}

// keep writes what is no change to a person: attempts, links, sessions, last uses.
func (s *Service) keep(ctx context.Context, fn func(ctx context.Context, tx *database.Tx) error) error {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	return database.WithTx(ctx, s.db, func(tx *database.Tx) error { return fn(asProgram(ctx), tx) })
}
