package presession

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/viewer"
)

// hiddenFrom admits in SQL the registrations of which somebody sees neither mail nor history: those of which they may have no
// opinion, and all for meetings at which they have an interest; empty: none.
func hiddenFrom(ctx context.Context, in *ent.Client, v *viewer.Viewer) (string, error) {
	meetings, opposed, err := interestsOf(asProgram(ctx), in, v)
	if err != nil || len(opposed) == 0 {
		return "", err
	}
	return "id IN (" + list(opposed) + ") OR meeting_id IN (" + list(meetings) + ")", nil
}

// list writes ids, and one that nothing has: SQL has no empty list.
func list(ids []int) string {
	var b strings.Builder
	b.WriteString("0")
	for _, id := range ids {
		fmt.Fprintf(&b, ", %d", id)
	}
	return b.String()
}

// Hidden selects in SQL the nodes of whose history somebody reads nothing: registrations, with who speaks by them, their
// statements, what these ask, and what is written to their applicants. What is not there any more can have been of one of these.
// Empty: nothing is hidden.
func Hidden(ctx context.Context, in *ent.Client, v *viewer.Viewer) (string, error) {
	from, err := hiddenFrom(ctx, in, v)
	if err != nil || from == "" {
		return "", err
	}
	of := func(field string) string { return "(SELECT " + field + " FROM registrations WHERE " + from + ")" }
	return strings.Join([]string{
		"SELECT uid FROM registrations WHERE " + from,
		"SELECT uid FROM participants WHERE registration_id IN " + of("id"),
		"SELECT uid FROM pre_session_statements WHERE registration_id IN " + of("id"),
		"SELECT uid FROM asks WHERE statement_id IN (SELECT id FROM pre_session_statements WHERE registration_id IN " + of("id") + ")",
		"SELECT uid FROM outbox_messages WHERE about IN " + of("uid"),
		"SELECT node FROM change_entries WHERE SUBSTR(node, 1, 4) IN ('par_', 'ask_') AND node NOT IN (SELECT uid FROM participants UNION ALL SELECT uid FROM asks)",
	}, " UNION ALL "), nil
}

// unseenMail selects in SQL what somebody sees no mail about: registrations that are hidden, and those that their applicants have
// not submitted, which staff do not see.
func unseenMail(ctx context.Context, in *ent.Client, v *viewer.Viewer) (string, error) {
	from, err := hiddenFrom(ctx, in, v)
	if from != "" {
		from = " OR " + from
	}
	return "SELECT uid FROM registrations WHERE submitted_at IS NULL AND (owner_id IS NOT NULL OR organisation = '')" + from, err
}
