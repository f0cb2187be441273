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
	return "r.id IN (" + list(opposed) + ") OR r.meeting_id IN (" + list(meetings) + ")", nil
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

// workflow leads from what the change log has entries of to the registration, r, which it is of: registrations, who speaks by
// them, their statements, what these ask, what readers see of the three, and what is written to their applicants.
var workflow = []struct{ prefix, of string }{
	{"reg_", "registrations r WHERE r.uid = e.node"},
	{"par_", "participants p JOIN registrations r ON r.id = p.registration_id WHERE p.uid = e.node"},
	{"stm_", "pre_session_statements s JOIN registrations r ON r.id = s.registration_id WHERE s.uid = e.node"},
	{"ask_", "asks a JOIN pre_session_statements s ON s.id = a.statement_id JOIN registrations r ON r.id = s.registration_id WHERE a.uid = e.node"},
	{"spk_", "speakers k JOIN participants p ON p.id = k.participant_id JOIN registrations r ON r.id = p.registration_id WHERE k.uid = e.node"},
	{"pst_", "meeting_statements k JOIN pre_session_statements s ON s.id = k.statement_id JOIN registrations r ON r.id = s.registration_id WHERE k.uid = e.node"},
	{"mak_", "meeting_asks k JOIN asks a ON a.id = k.ask_id JOIN pre_session_statements s ON s.id = a.statement_id JOIN registrations r ON r.id = s.registration_id WHERE k.uid = e.node"},
	{"msg_", "outbox_messages m JOIN registrations r ON r.uid = m.about WHERE m.uid = e.node"},
}

// Seen admits in SQL the entries e of the change log that somebody reads. Those of the workflow are for who works with the
// Pre-session and has no interest there, from the submission on: what there was before tells, by the order of entries and
// their times, which account began what. That somebody asks for protection is for the protection officer. What is not there any
// more can have been of anybody, and mail that is about no registration is of none.
func Seen(ctx context.Context, in *ent.Client, v *viewer.Viewer) (string, error) {
	q := in.PreSession.Query()
	withAll(q)
	all, err := q.All(asProgram(ctx))
	if err != nil {
		return "", fmt.Errorf("list Pre-sessions: %w", err)
	}
	var works []int
	for _, m := range all {
		_, protects := rolesAt(v, m)[viewer.ProtectionOfficer]
		if _, coordinates := coordinatorAt(v, m); coordinates || protects {
			works = append(works, m.ID)
		}
	}
	hidden, err := hiddenFrom(ctx, in, v)
	if err != nil {
		return "", err
	}
	theirs := " AND r.meeting_id IN (" + list(works) + ")"
	if hidden != "" {
		theirs += " AND NOT (" + hidden + ")"
	}
	theirs += fmt.Sprintf(" AND e.id >= (SELECT MIN(f.id) FROM change_entries f WHERE f.node = r.uid AND f.operation = '%s_TO_%s')", Draft, Submitted)
	if !v.Has(viewer.ProtectionOfficer, "") {
		theirs += " AND e.operation <> '" + asksProtection + "'"
	}
	var b strings.Builder
	b.WriteString("CASE SUBSTR(e.node, 1, 4)")
	for _, w := range workflow {
		b.WriteString(" WHEN '" + w.prefix + "' THEN ")
		if len(works) == 0 {
			b.WriteString("FALSE")
		} else {
			b.WriteString("EXISTS (SELECT 1 FROM " + w.of + theirs + ")")
		}
		if w.prefix == "msg_" {
			b.WriteString(" OR EXISTS (SELECT 1 FROM outbox_messages m WHERE m.uid = e.node AND SUBSTR(m.about, 1, 4) <> 'reg_')")
		}
	}
	b.WriteString(" ELSE TRUE END")
	return b.String(), nil
}

// unseenMail selects in SQL what somebody sees no mail about: registrations that are hidden, and those that their applicants have
// not submitted, which staff do not see.
func unseenMail(ctx context.Context, in *ent.Client, v *viewer.Viewer) (string, error) {
	from, err := hiddenFrom(ctx, in, v)
	if from != "" {
		from = " OR " + from
	}
	return "SELECT r.uid FROM registrations r WHERE r.submitted_at IS NULL AND (r.owner_id IS NOT NULL OR r.organisation = '')" + from, err
}
