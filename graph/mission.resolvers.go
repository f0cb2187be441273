package graph

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/presession"
)

func (r *applicationResolver) Missions(ctx context.Context, obj *presession.Application) (*presession.MissionsComing, error) {
	panic(fmt.Errorf("not implemented: Missions - missions"))
}

func (r *deskResolver) Invitations(ctx context.Context, obj *root.Desk, round string) ([]presession.Invitation, error) {
	panic(fmt.Errorf("not implemented: Invitations - invitations"))
}

func (r *deskResolver) Attendances(ctx context.Context, obj *root.Desk, preSession string) (*presession.AttendanceList, error) {
	panic(fmt.Errorf("not implemented: Attendances - attendances"))
}

func (r *mutationResolver) OpenInvitation(ctx context.Context, input generated.InvitationInput) (*generated.InvitationPayload, error) {
	panic(fmt.Errorf("not implemented: OpenInvitation - openInvitation"))
}

func (r *mutationResolver) RegisterDelegate(ctx context.Context, input presession.NewDelegate) (*generated.DelegatePayload, error) {
	panic(fmt.Errorf("not implemented: RegisterDelegate - registerDelegate"))
}

func (r *mutationResolver) DeclineDelegate(ctx context.Context, input generated.DeclineDelegateInput) (*generated.DonePayload, error) {
	panic(fmt.Errorf("not implemented: DeclineDelegate - declineDelegate"))
}

func (r *mutationResolver) WithdrawNaming(ctx context.Context, input generated.InvitationInput) (*generated.DonePayload, error) {
	panic(fmt.Errorf("not implemented: WithdrawNaming - withdrawNaming"))
}

func (r *mutationResolver) Invite(ctx context.Context, input generated.InviteInput) (*generated.InvitePayload, error) {
	panic(fmt.Errorf("not implemented: Invite - invite"))
}

func (r *mutationResolver) WithdrawInvitation(ctx context.Context, input generated.WithdrawInvitationInput) (*generated.DonePayload, error) {
	panic(fmt.Errorf("not implemented: WithdrawInvitation - withdrawInvitation"))
}

func (r *mutationResolver) ChangeMissionDeadline(ctx context.Context, input generated.ChangeMissionDeadlineInput) (*generated.PreSessionPayload, error) {
	panic(fmt.Errorf("not implemented: ChangeMissionDeadline - changeMissionDeadline"))
}

func (r *mutationResolver) AdmitMedia(ctx context.Context, input generated.AdmitMediaInput) (*generated.AttendancePayload, error) {
	panic(fmt.Errorf("not implemented: AdmitMedia - admitMedia"))
}

func (r *mutationResolver) CheckInDelegate(ctx context.Context, input generated.CheckInDelegateInput) (*generated.AttendancePayload, error) {
	panic(fmt.Errorf("not implemented: CheckInDelegate - checkInDelegate"))
}

func (r *mutationResolver) DecideFloor(ctx context.Context, input generated.DecideFloorInput) (*generated.AttendancePayload, error) {
	panic(fmt.Errorf("not implemented: DecideFloor - decideFloor"))
}

func (r *mutationResolver) OpenDelegate(ctx context.Context, input generated.OpenDelegateInput) (*generated.OpenedDelegatePayload, error) {
	panic(fmt.Errorf("not implemented: OpenDelegate - openDelegate"))
}

func (r *mutationResolver) OpenArrivals(ctx context.Context, input generated.OpenArrivalsInput) (*generated.ArrivalsPayload, error) {
	panic(fmt.Errorf("not implemented: OpenArrivals - openArrivals"))
}
