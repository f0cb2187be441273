package viewer

import "slices"

// Role is what somebody may do. Where they may is the scope of the grant.
type Role string

// The roles. Most are granted within a scope, which stands behind them.
const (
	Applicant         Role = "APPLICANT" // registration
	Delegate          Role = "DELEGATE"  // mission
	Reviewer          Role = "REVIEWER"  // round
	Officer           Role = "OFFICER"   // State
	Manager           Role = "MANAGER"   // round
	ProtectionOfficer Role = "PROTECTION_OFFICER"
	Author            Role = "AUTHOR"
	Translator        Role = "TRANSLATOR" // language
	Editor            Role = "EDITOR"
	Publisher         Role = "PUBLISHER"
	Partner           Role = "PARTNER"
	Admin             Role = "ADMIN"
)

// staff are the roles of those who work on the desk.
var staff = []Role{Reviewer, Officer, Manager, ProtectionOfficer, Author, Translator, Editor, Publisher, Admin}

// Roles are all there are.
func Roles() []Role { return append([]Role{Applicant, Delegate, Partner}, staff...) }

// IsStaff says whether a role is one of those who work on the desk.
func (r Role) IsStaff() bool { return slices.Contains(staff, r) }

// IsValid says whether there is such a role.
func (r Role) IsValid() bool { return slices.Contains(Roles(), r) }
