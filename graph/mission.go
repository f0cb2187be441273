package graph

import (
	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func invitationPayload(held *presession.HeldInvitation, err error) (*generated.InvitationPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.InvitationPayload{Invitation: held, UserErrors: wrong}, failed
}

func delegatePayload(own *presession.OwnDelegate, err error) (*generated.DelegatePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.DelegatePayload{Delegate: own, UserErrors: wrong}, failed
}

func invitePayload(made []presession.Invitation, err error) (*generated.InvitePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.InvitePayload{Invitations: made, UserErrors: wrong}, failed
}

func attendancePayload(a *presession.Attendance, err error) (*generated.AttendancePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.AttendancePayload{Attendance: a, UserErrors: wrong}, failed
}

func openedDelegatePayload(who *presession.Delegate, err error) (*generated.OpenedDelegatePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.OpenedDelegatePayload{Delegate: who, UserErrors: wrong}, failed
}

func arrivalsPayload(all []presession.Arrival, err error) (*generated.ArrivalsPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.ArrivalsPayload{Arrivals: all, UserErrors: wrong}, failed
}

func missionStatementsPayload(all []presession.MissionStatement, err error) (*generated.MissionStatementsPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.MissionStatementsPayload{Statements: all, UserErrors: wrong}, failed
}
