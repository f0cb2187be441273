package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/presession"
)

func (r *applicationResolver) Missions(ctx context.Context, obj *presession.Application) (*presession.MissionsComing, error) {
	return r.PreSessions.MissionsOf(ctx, obj.ID)
}

func (r *deskResolver) Invitations(ctx context.Context, obj *root.Desk, round string) ([]presession.Invitation, error) {
	return r.PreSessions.Invitations(ctx, round)
}

func (r *deskResolver) Attendances(ctx context.Context, obj *root.Desk, preSession string) (*presession.AttendanceList, error) {
	return r.PreSessions.Attendances(ctx, preSession)
}

func (r *mutationResolver) OpenInvitation(ctx context.Context, input generated.InvitationInput) (*generated.InvitationPayload, error) {
	return invitationPayload(r.PreSessions.OpenInvitation(ctx, input.Token))
}

func (r *mutationResolver) RegisterDelegate(ctx context.Context, input presession.NewDelegate) (*generated.DelegatePayload, error) {
	return delegatePayload(r.PreSessions.RegisterDelegate(ctx, input))
}

func (r *mutationResolver) DeclineDelegate(ctx context.Context, input generated.DeclineDelegateInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.DeclineDelegate(ctx, input.Token, input.ID))
}

func (r *mutationResolver) WithdrawNaming(ctx context.Context, input generated.InvitationInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.WithdrawNaming(ctx, input.Token))
}

func (r *mutationResolver) Invite(ctx context.Context, input generated.InviteInput) (*generated.InvitePayload, error) {
	return invitePayload(r.PreSessions.Invite(ctx, input.Round, input.Invitees))
}

func (r *mutationResolver) WithdrawInvitation(ctx context.Context, input generated.WithdrawInvitationInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.WithdrawInvitation(ctx, input.ID))
}

func (r *mutationResolver) ChangeMissionDeadline(ctx context.Context, input generated.ChangeMissionDeadlineInput) (*generated.PreSessionPayload, error) {
	return preSessionPayload(r.PreSessions.MissionDeadline(ctx, input.ID, input.Revision, input.Closes))
}

func (r *mutationResolver) AdmitMedia(ctx context.Context, input generated.AdmitMediaInput) (*generated.AttendancePayload, error) {
	return attendancePayload(r.PreSessions.AdmitMedia(ctx, input.ID, input.Admit))
}

func (r *mutationResolver) CheckInDelegate(ctx context.Context, input generated.CheckInDelegateInput) (*generated.AttendancePayload, error) {
	return attendancePayload(r.PreSessions.CheckInDelegate(ctx, input.ID, input.Attended))
}

func (r *mutationResolver) DecideFloor(ctx context.Context, input generated.DecideFloorInput) (*generated.AttendancePayload, error) {
	return attendancePayload(r.PreSessions.DecideFloor(ctx, input.ID, input.Grant))
}

func (r *mutationResolver) OpenDelegate(ctx context.Context, input generated.OpenDelegateInput) (*generated.OpenedDelegatePayload, error) {
	return openedDelegatePayload(r.PreSessions.OpenDelegate(ctx, input.ID, input.Reason))
}

func (r *mutationResolver) OpenArrivals(ctx context.Context, input generated.OpenArrivalsInput) (*generated.ArrivalsPayload, error) {
	return arrivalsPayload(r.PreSessions.OpenArrivals(ctx, input.PreSession))
}
