// Package presession coordinates Pre-sessions: rounds, meetings, and the registrations of
// organisations that want to speak.
//
// transition.go is the table of what may become of a registration, and move.go the one function
// that makes it so. registration.go is the applicant's side; round.go, meeting.go, accesscode.go,
// evaluation.go, list.go and release.go the coordinators'; sweep.go is what time does, and mail.go
// what applicants are told. participant.go seals who speaks, protection.go and consent.go say what
// may be known of them, and retention.go when it is forgotten. agenda.go publishes, in meetings
// and in speakers (speaker.go), what readers see of all this. watch.go tells staff
// what changes. figures.go counts what is over,
// withholding.go says which numbers are told (tally.go), and research.go what research may have.
package presession

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// Service coordinates Pre-sessions.
type Service struct {
	// Veto, where it is set, is asked before a registration moves.
	Veto Veto

	db    *database.DB
	now   func() time.Time
	means Means
}

// Means are what Pre-sessions are coordinated with.
type Means struct {
	Outbox    *notify.Outbox // nil: nobody is told
	PublicURL string         // of the pages that links lead to
	Box       secret.Box     // in which identities are sealed
	Files     *file.Service  // of statements; nil: none are taken
	Forget    Forgets        // accounts of applicants, after a purge; nil: they are kept
}

// New returns a service that takes its time from now.
func New(db *database.DB, now func() time.Time, means Means) *Service {
	s := &Service{db: db, now: func() time.Time { return now().UTC().Truncate(time.Second) }, means: means}
	if means.Outbox != nil {
		means.Outbox.Bind(s.beforeRelease)
		means.Outbox.Hide(unseenMail)
		means.Outbox.Compare(s.messageNamesNobody)
		means.Outbox.Look(s.pastMail)
	}
	if means.Files != nil {
		means.Files.OnChange(s.statementRefused)
		means.Files.OnChange(s.submissionRefused)
	}
	return s
}

// asProgram is for what this package has looked itself who may.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("presession"))
}

// change is one change on its way. It reads and writes as the program; by is who asked.
type change struct {
	*database.Tx
	ctx context.Context //nolint:containedctx // of the one change
	log *changelog.Log
	by  *viewer.Viewer
	now time.Time

	means Means
}

// change runs fn for whoever asks, all or nothing.
func (s *Service) change(ctx context.Context, reason string, fn func(c *change) error) error {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return err
	}
	if v.IsKey() {
		return fault.Forbidden("an API key cannot do this: sign in as a person")
	}
	origin := changelog.Desk
	if v.Program != "" {
		origin = changelog.System
	}
	because := changelog.Because{Actor: actor(v), Origin: origin, Reason: reason, Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, s.db, because, func(tx *database.Tx, log *changelog.Log) error {
		return fn(&change{Tx: tx, ctx: asProgram(ctx), log: log, by: v, now: s.now(), means: s.means})
	})
	return known(err)
}

// actor names who asks in the log. Applicants stay unnamed: who reads the log need not know who
// they are, and the registration does.
func actor(v *viewer.Viewer) string {
	if v.Program == "" && !v.IsStaff() {
		return "applicant"
	}
	return v.Actor()
}

// known words what the database refuses as people put it.
func known(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || !ent.IsConstraintError(err) {
		return err
	}
	slog.Warn("a constraint refuses a change of a Pre-session", "error", err)
	return conflict("", "somebody has made the same change just now, or there is one of this kind already: look again")
}

// equal says whether two values that may be none are the same.
func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func conflict(field, format string, args ...any) error {
	return &fault.Error{Code: fault.CodeConflict, Field: field, Message: fmt.Sprintf(format, args...)}
}

func stale(revision int) error {
	return conflict("revision", "is not the last one: it is %d now; look at it again", revision)
}

func newUID(kind string) string { return kind + "_" + strings.ToLower(rand.Text()[:16]) }

// line is a text of one line, as people see it.
func line(field, text string, atMost int) (string, error) {
	text = spelling.Seen(text)
	if text == "" || len([]rune(text)) > atMost || spelling.Breaks(text) {
		return "", fault.Invalid(field, "must be one line of 1 to %d characters", atMost)
	}
	return text, nil
}

// paragraph is a text that may have several lines, and may be required.
func paragraph(field, text string, required bool) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case required && text == "":
		return "", fault.Invalid(field, "must say something")
	case len([]rune(text)) > 4000:
		return "", fault.Invalid(field, "must have 4,000 characters at most")
	case strings.ContainsRune(text, 0):
		return "", fault.Invalid(field, "must not contain U+0000")
	}
	return text, nil
}

// openingReason is a reason for opening, or deciding on, who is sealed.
func openingReason(text string) (string, error) {
	reason, err := paragraph("reason", text, true)
	if err != nil {
		return "", err
	}
	return reason, changelog.SaysWhy(reason)
}

// read runs fn for whoever asks, who sees one moment.
func (s *Service) read(ctx context.Context, fn func(c *change) error) error {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return err
	}
	if v.IsKey() {
		return fault.Forbidden("an API key cannot do this: sign in as a person")
	}
	return database.Snapshot(ctx, s.db, func(tx *database.Tx) error {
		return fn(&change{Tx: tx, ctx: asProgram(ctx), by: v, now: s.now(), means: s.means})
	})
}
