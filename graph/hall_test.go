package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/viewer"
)

// hall is an office that holds the Pre-sessions of one session.
type hall struct {
	*office
	manager *viewer.Viewer
	round   string
	states  []string          // under review
	meeting map[string]string // ids by State
	people  int
}

// open opens the call of a round.
func openHall(t testing.TB, url string) *hall {
	t.Helper()
	h := &hall{office: newOffice(t, url), meeting: map[string]string{}}
	h.means.Outbox, h.means.PublicURL = notify.NewOutbox(h.db, h.means.Box, nil, job.New(h.db)), "https://upr.example.org"
	h.means.Outbox.SetClock(h.clock.now)
	resolver := h.resolver(nil)
	resolver.Outbox = h.means.Outbox
	h.handler = graph.NewHandler(resolver, graph.Options{CacheMegabytes: 16})
	h.manager = h.staffMember(t, viewer.Grant{Role: viewer.Manager})
	var made struct {
		CreateRound struct {
			Round struct {
				ID       string
				Revision int
				Meetings []struct{ ID, StateUnderReview string }
			}
			outcomeOf
		}
	}
	h.must(t, h.manager, `mutation { createRound(input: {session: 13, callOpens: "2026-01-05", callCloses: "2026-01-31"}) {
		round { id revision meetings { id stateUnderReview } } userErrors { field message } } }`, nil, &made)
	h.round = made.CreateRound.Round.ID
	for _, m := range made.CreateRound.Round.Meetings {
		h.states = append(h.states, m.StateUnderReview)
		h.meeting[m.StateUnderReview] = m.ID
	}
	h.advance(t, "CALL_OPEN")
	return h
}

func (h *hall) advance(t testing.TB, to string) {
	t.Helper()
	var read struct {
		Desk struct{ Round struct{ Revision int } }
	}
	h.must(t, h.manager, `query($id: ID!) { desk { round(id: $id) { revision } } }`, map[string]any{"id": h.round}, &read)
	var done struct{ AdvanceRound outcomeOf }
	h.must(t, h.manager, `mutation($input: AdvanceRoundInput!) { advanceRound(input: $input) { userErrors { field message } } }`,
		map[string]any{"input": map[string]any{"id": h.round, "revision": read.Desk.Round.Revision, "to": to}}, &done)
	if len(done.AdvanceRound.UserErrors) > 0 {
		t.Fatal(done.AdvanceRound.UserErrors)
	}
}

// person makes a user with grants.
func (h *hall) person(t testing.TB, grants ...viewer.Grant) *viewer.Viewer {
	t.Helper()
	h.people++
	program := viewer.NewContext(context.Background(), viewer.Program("test"))
	uid := fmt.Sprintf("usr_%d", h.people)
	_, err := h.db.Ent.User.Create().SetUID(uid).SetEmail(uid + "@example.org").SetName("Quokka " + uid).SetLanguage("EN").SetPasswordHash("").SetCreatedAt(time.Now()).Save(program)
	if err != nil {
		t.Fatal(err)
	}
	return &viewer.Viewer{UID: uid, Name: "Quokka " + uid, Grants: grants}
}

func (h *hall) staffMember(t testing.TB, grants ...viewer.Grant) *viewer.Viewer {
	t.Helper()
	v := h.person(t, grants...)
	v.SecondFactor = true
	return v
}

// refresh reads somebody's grants again, as each request does.
func (h *hall) refresh(t testing.TB, v *viewer.Viewer) {
	t.Helper()
	rows, err := h.db.Ent.Grant.Query().Where(grant.HasUserWith(user.UID(v.UID))).All(viewer.NewContext(context.Background(), viewer.Program("test")))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		v.Grants = append(v.Grants, viewer.Grant{Role: viewer.Role(row.Role), Scope: row.Scope})
	}
}

// answers are complete.
func answers(organisation string) map[string]any {
	return map[string]any{"organisation": organisation, "organisationKind": "CSO", "national": true, "aims": "To speak of what we see.", "submission": "WILL_FOLLOW", "consent": true, "issues": []string{}}
}

// application is a registration as a test follows it.
type application struct {
	id       string
	by       *viewer.Viewer
	revision int    // as the applicant knows it
	speaker  string // id of who is to speak
}

type applicationAnswer struct {
	Application struct {
		ID, State, Reference string
		Revision             int
		Editable             bool
	}
	outcomeOf
}

const applicationFields = `application { id state reference revision editable } userErrors { field message code }`

// apply begins and fills a draft.
func (h *hall) apply(t testing.TB, state string) *application {
	t.Helper()
	return h.applyAs(t, h.person(t), state)
}

// applyAs has somebody apply who may have applied elsewhere: the same person is to speak.
func (h *hall) applyAs(t testing.TB, by *viewer.Viewer, state string) *application {
	t.Helper()
	a := &application{by: by}
	var begun struct{ StartApplication applicationAnswer }
	h.must(t, a.by, `mutation($id: ID!) { startApplication(input: {preSession: $id}) { `+applicationFields+` } }`, map[string]any{"id": h.meeting[state]}, &begun)
	if len(begun.StartApplication.UserErrors) > 0 {
		t.Fatal(begun.StartApplication.UserErrors)
	}
	a.id = begun.StartApplication.Application.ID
	h.refresh(t, a.by)
	var saved struct{ SaveApplication applicationAnswer }
	h.must(t, a.by, `mutation($input: SaveApplicationInput!) { saveApplication(input: $input) { `+applicationFields+` } }`,
		map[string]any{"input": map[string]any{"id": a.id, "revision": 1, "answers": answers("Organisation " + a.id)}}, &saved)
	if len(saved.SaveApplication.UserErrors) > 0 {
		t.Fatal(saved.SaveApplication.UserErrors)
	}
	a.revision = saved.SaveApplication.Application.Revision
	a.speaker = h.participant(t, a, nil)
	return a
}

type participantAnswer struct {
	Participant struct {
		About struct {
			ID       string
			Level    int
			LowerTo  *int
			Revision int
		}
		Identity *struct{ Name string }
		Publicly *struct{ Name, Organisation string }
	}
	outcomeOf
}

const participantFields = `participant { about { id level lowerTo revision } identity { name } publicly { name organisation } } userErrors { field message code }`

// participant names who is to speak; more are fields of the input. It returns their id.
func (h *hall) participant(t testing.TB, a *application, more map[string]any) string {
	t.Helper()
	input := map[string]any{"application": a.id, "identity": map[string]any{"name": "Wombat " + a.by.UID, "email": a.by.UID + "@speakers.example.org", "phone": "+41 22 000 00 00"}}
	for field, value := range more {
		input[field] = value
	}
	var saved struct{ SaveParticipant participantAnswer }
	h.must(t, a.by, `mutation($input: SaveParticipantInput!) { saveParticipant(input: $input) { `+participantFields+` } }`, map[string]any{"input": input}, &saved)
	if len(saved.SaveParticipant.UserErrors) > 0 {
		t.Fatal(saved.SaveParticipant.UserErrors)
	}
	return saved.SaveParticipant.Participant.About.ID
}

// submitted applies and submits.
func (h *hall) submitted(t testing.TB, state string) *application {
	t.Helper()
	a := h.apply(t, state)
	if code := h.own(t, a, "submitApplication"); code != "" {
		t.Fatal(code)
	}
	return a
}

// ownMutation is a change by the applicant, with its variables.
func ownMutation(mutation, id string, revision int) (text string, variables map[string]any) {
	input, kind := map[string]any{"id": id, "revision": revision}, "ApplicationInput"
	if mutation == "confirmOffer" {
		input["consentsStand"], kind = true, "ConfirmOfferInput"
	}
	return `mutation($input: ` + kind + `!) { ` + mutation + `(input: $input) { ` + applicationFields + ` } }`, map[string]any{"input": input}
}

// own is something that the applicant does. It returns the code of what is wrong.
func (h *hall) own(t testing.TB, a *application, mutation string) string {
	t.Helper()
	var done map[string]applicationAnswer
	text, input := ownMutation(mutation, a.id, a.revision)
	code := h.ask(t, a.by, text, input, &done)
	if code != "" {
		return code
	}
	if wrong := done[mutation].UserErrors; len(wrong) > 0 {
		return wrong[0].Code
	}
	a.revision = done[mutation].Application.Revision
	return ""
}

// move is what staff do. more are fields of the input. It returns the code of what is wrong.
func (h *hall) move(t testing.TB, by *viewer.Viewer, a *application, to string, more map[string]any) string {
	t.Helper()
	_, revision := h.stateOf(t, a)
	input := map[string]any{"id": a.id, "revision": revision, "to": to}
	if to == "OFFERED" || to == "MERGED" { // at once, unless more says otherwise
		input["staged"] = false
	}
	for field, value := range more {
		input[field] = value
	}
	var done struct{ MoveRegistration outcomeOf }
	code := h.ask(t, by, `mutation($input: MoveRegistrationInput!) { moveRegistration(input: $input) { userErrors { field message code } } }`, map[string]any{"input": input}, &done)
	if code == "" && len(done.MoveRegistration.UserErrors) > 0 {
		return done.MoveRegistration.UserErrors[0].Code
	}
	return code
}

// stateOf reads a registration from the tables.
func (h *hall) stateOf(t testing.TB, a *application) (state string, revision int) {
	t.Helper()
	var pending *string
	if err := h.db.SQL.QueryRow(`SELECT state, pending_state, revision + staged_revision FROM registrations WHERE uid = $1`, a.id).Scan(&state, &pending, &revision); err != nil {
		t.Fatal(err)
	}
	if pending != nil {
		state += " > " + *pending
	}
	return state, revision
}

func (h *hall) checkState(t testing.TB, a *application, want string) {
	t.Helper()
	if got, _ := h.stateOf(t, a); got != want {
		t.Errorf("%s is %s, want %s", a.id, got, want)
	}
}

// release makes all staged decisions known.
func (h *hall) release(t testing.TB, expected int) string {
	t.Helper()
	var done struct {
		ReleaseDecisions struct {
			Released int
			outcomeOf
		}
	}
	code := h.ask(t, h.manager, `mutation($input: ReleaseDecisionsInput!) { releaseDecisions(input: $input) { released userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"round": h.round, "expected": expected}}, &done)
	if code == "" && len(done.ReleaseDecisions.UserErrors) > 0 {
		t.Logf("%v", done.ReleaseDecisions.UserErrors)
		return done.ReleaseDecisions.UserErrors[0].Code
	}
	if code == "" && done.ReleaseDecisions.Released != expected {
		t.Errorf("%d were released, want %d", done.ReleaseDecisions.Released, expected)
	}
	return code
}

// seen is what the applicant sees of a registration, as it is sent.
func (h *hall) seen(t testing.TB, a *application) string {
	t.Helper()
	var read map[string]any
	h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { id reference state questions respondBy offerExpiresAt outcome editable revision submittedAt answers { organisation aims } } } }`,
		map[string]any{"id": a.id}, &read)
	return strings.TrimSpace(fmt.Sprint(read))
}
