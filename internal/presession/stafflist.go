package presession

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// ListRequest is what somebody asks of a staff list.
type ListRequest struct {
	Round   string
	Columns []string // none: all but those with identities
	Filter  *RegistrationFilter
	Reason  string // of opening identities
}

// StaffList is the list of registrations as a table, and the number of drafts, of which it has no row.
type StaffList struct {
	*slice.Sheet
	Drafts int
}

// listColumn is a column of a staff list: of the registration, or of who is to speak.
type listColumn struct {
	slice.Column
	cell   func(*Registration) slice.Cell
	opened func(*Identity) string // nil: it has no identities
}

var listColumns = []listColumn{
	ofList("reference", "By which people speak of it.", func(r *Registration) string { return r.Reference }),
	ofList("id", "Of the registration.", func(r *Registration) string { return r.ID }),
	ofList("pre_session", "Id of the Pre-session.", func(r *Registration) string { return r.PreSession }),
	ofList("state_under_review", "ISO 3166-1 alpha-3.", func(r *Registration) string { return r.StateUnderReview }),
	ofList("state", "What has become of it.", func(r *Registration) string { return string(r.State) }),
	ofList("pending_state", "What was decided and not released.", func(r *Registration) string { return told((*string)(r.PendingState)) }),
	ofList("organisation", "As the applicant writes it.", func(r *Registration) string { return r.Answers.Organisation }),
	ofList("organisation_kind", "CSO, NHRI, COALITION, ACADEMIC or OTHER.", func(r *Registration) string { return told(r.Answers.OrganisationKind) }),
	{Column: slice.Column{Name: "national", Description: "It works in the State under review.", Type: slice.Boolean}, cell: func(r *Registration) slice.Cell {
		return slice.Cell{Null: r.Answers.National == nil, Boolean: r.Answers.National != nil && *r.Answers.National}
	}},
	truth("women_led", "It is led by women.", func(r *Registration) bool { return r.Answers.WomenLed }),
	truth("group_at_risk", "It is led by people who risk being left behind.", func(r *Registration) bool { return r.Answers.GroupAtRisk }),
	counted("founded", "Year in which it was founded.", func(r *Registration) *int { return r.Answers.Founded }),
	truth("ecosoc", "It has consultative status with ECOSOC.", func(r *Registration) bool { return r.Answers.Ecosoc }),
	ofList("aims", "In its words.", func(r *Registration) string { return r.Answers.Aims }),
	{Column: slice.Column{Name: "issues", Description: "Codes.", Type: slice.List}, cell: func(r *Registration) slice.Cell { return slice.Cell{List: r.Answers.Issues} }},
	ofList("submission", "To the UPR of the State: ATTACHED, LINK or WILL_FOLLOW.", func(r *Registration) string { return told(r.Answers.Submission) }),
	ofList("submission_link", "Where it is.", func(r *Registration) string { return r.Answers.SubmissionLink }),
	ofList("availability", "Of who speaks.", func(r *Registration) string { return r.Availability }),
	counted("rank", "On the waiting list.", func(r *Registration) *int { return r.Rank }),
	ofList("questions", "What the applicant is to answer.", func(r *Registration) string { return r.Questions }),
	dated("respond_by", "By when.", func(r *Registration) *time.Time { return r.RespondBy }),
	truth("returned_unchanged", "Questions were not answered in time.", func(r *Registration) bool { return r.ReturnedUnchanged }),
	dated("offer_expires_at", "Until when an offer stands.", func(r *Registration) *time.Time { return r.OfferExpiresAt }),
	ofList("outcome", "Why it was not selected.", func(r *Registration) string { return told(r.Outcome) }),
	ofList("feedback", "On that, for the applicant.", func(r *Registration) string { return r.Feedback }),
	truth("on_behalf", "Nobody owns it: staff act in the applicant's place.", func(r *Registration) bool { return r.OnBehalf }),
	ofList("merged_into", "Id of the registration that speaks for it.", func(r *Registration) string { return told(r.MergedInto) }),
	truth("duplicate", "Another one for the same Pre-session is of the same applicant, or of an organisation of the same name.", func(r *Registration) bool { return r.Duplicate }),
	{Column: slice.Column{Name: "score", Description: "Mean of the scores that whoever asks may see.", Type: slice.Number}, cell: func(r *Registration) slice.Cell {
		if r.Score == nil {
			return slice.Cell{Null: true}
		}
		return slice.Cell{Number: *r.Score}
	}},
	dated("submitted_at", "When it was submitted.", func(r *Registration) *time.Time { return r.SubmittedAt }),
	sealed("speaker_names", "Of all participants. For the protection officer alone.", func(who *Identity) string { return who.Name }),
	sealed("speaker_positions", "For the protection officer alone.", func(who *Identity) string { return who.Position }),
	sealed("speaker_emails", "For the protection officer alone.", func(who *Identity) string { return who.Email }),
	sealed("speaker_phones", "For the protection officer alone.", func(who *Identity) string { return who.Phone }),
}

func ofList(name, description string, text func(*Registration) string) listColumn {
	return listColumn{Column: slice.Column{Name: name, Description: description, Type: slice.Text}, cell: func(r *Registration) slice.Cell { return slice.TextCell(text(r)) }}
}

func truth(name, description string, is func(*Registration) bool) listColumn {
	return listColumn{Column: slice.Column{Name: name, Description: description, Type: slice.Boolean}, cell: func(r *Registration) slice.Cell { return slice.Cell{Boolean: is(r)} }}
}

func counted(name, description string, number func(*Registration) *int) listColumn {
	return listColumn{Column: slice.Column{Name: name, Description: description, Type: slice.Integer}, cell: func(r *Registration) slice.Cell {
		n := number(r)
		if n == nil {
			return slice.Cell{Null: true}
		}
		return slice.Cell{Integer: int64(*n)}
	}}
}

func dated(name, description string, at func(*Registration) *time.Time) listColumn {
	return listColumn{Column: slice.Column{Name: name, Description: description, Type: slice.DateTime}, cell: func(r *Registration) slice.Cell {
		t := at(r)
		if t == nil {
			return slice.Cell{Null: true}
		}
		return slice.Cell{Time: t.UTC()}
	}}
}

func sealed(name, description string, opened func(*Identity) string) listColumn {
	return listColumn{Column: slice.Column{Name: name, Description: description, Type: slice.List}, opened: opened}
}

// told is a text that may be none.
func told(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// StaffList lists the registrations of a round as Registrations does, all of them and with the columns that
// are asked for. Columns with identities open them: they are for the protection officer, with a reason, and
// the change log keeps each. Returns Invalid for an unknown column, and Forbidden for one that is not theirs.
func (s *Service) StaffList(ctx context.Context, asked ListRequest) (list *StaffList, err error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	columns, err := chosen(asked.Columns)
	if err != nil {
		return nil, err
	}
	if err := asked.Filter.check(); err != nil {
		return nil, err
	}
	opens := slices.ContainsFunc(columns, func(col listColumn) bool { return col.opened != nil })
	within := s.read
	if opens {
		if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
			return nil, err
		}
		reason, err := openingReason(asked.Reason)
		if err != nil {
			return nil, err
		}
		within = func(ctx context.Context, fn func(*change) error) error { return s.change(ctx, reason, fn) }
	}
	err = within(ctx, func(c *change) error {
		r, err := c.round(asked.Round)
		if err != nil {
			return err
		}
		if r == nil {
			return fault.NotFound("no round that you work with has the id %s", asked.Round)
		}
		page, err := c.page(r, asked.Filter, math.MaxInt, 0)
		if err != nil {
			return err
		}
		who := map[string][]*Identity{}
		if opens {
			if err := c.refuseWhereAnotherProtects(presession.HasRoundWith(roundIs(r.ID)), presession.HasRegistrationsWith(asked.Filter.meetings()...)); err != nil {
				return err
			}
			c.log.Note(r.ID, changelog.Operation("OPEN_LIST"))
			if who, err = c.openAll(page.Nodes, asked.Reason); err != nil {
				return err
			}
		}
		list = &StaffList{Drafts: page.Drafts, Sheet: &slice.Sheet{
			Name: fmt.Sprintf("registrations-%d", r.Session), Title: fmt.Sprintf("Registrations for the Pre-sessions before session %d", r.Session), Row: "A registration that was submitted.", Made: c.now,
		}}
		for _, col := range columns {
			list.Columns = append(list.Columns, col.Column)
		}
		for i := range page.Nodes {
			list.Rows = append(list.Rows, cells(columns, &page.Nodes[i], who[page.Nodes[i].ID]))
		}
		return nil
	})
	if err != nil {
		return nil, err // also where it could not be logged
	}
	return list, nil
}

// chosen are the columns with some names; none: all that have no identities.
func chosen(names []string) (columns []listColumn, err error) {
	for _, name := range names {
		i := slices.IndexFunc(listColumns, func(col listColumn) bool { return col.Name == name })
		if i < 0 {
			known := make([]string, len(listColumns))
			for i, col := range listColumns {
				known[i] = col.Name
			}
			return nil, fault.Invalid("columns", "there is no %.60q; there are %s", name, strings.Join(known, ", "))
		}
		if slices.ContainsFunc(columns, func(col listColumn) bool { return col.Name == name }) {
			return nil, fault.Invalid("columns", "has %s twice", name)
		}
		columns = append(columns, listColumns[i])
	}
	if len(names) == 0 {
		columns = slices.DeleteFunc(slices.Clone(listColumns), func(col listColumn) bool { return col.opened != nil })
	}
	return columns, nil
}

func cells(columns []listColumn, r *Registration, who []*Identity) []slice.Cell {
	row := make([]slice.Cell, len(columns))
	for i, col := range columns {
		if col.opened == nil {
			row[i] = col.cell(r)
			continue
		}
		row[i].List = []string{}
		for _, person := range who {
			row[i].List = append(row[i].List, col.opened(person))
		}
	}
	return row
}

// check refuses values that there are not, as the schema does where it is asked by GraphQL.
func (f *RegistrationFilter) check() error {
	if f == nil {
		return nil
	}
	for _, state := range f.States {
		if registration.StateValidator(registration.State(state)) != nil {
			return fault.Invalid("filter.states", "there is no %.60q", string(state))
		}
	}
	if kind := f.OrganisationKind; kind != nil && registration.OrganisationKindValidator(registration.OrganisationKind(*kind)) != nil {
		return fault.Invalid("filter.organisationKind", "there is no %.60q", *kind)
	}
	for _, text := range append([]string{told(f.PreSession), told(f.Issue), told(f.Search)}, f.StatesOfReview...) {
		if strings.ContainsRune(text, 0) {
			return fault.Invalid("filter", "must not contain U+0000")
		}
	}
	return nil
}

// openAll opens who is to speak for some registrations, and logs each opening. The reason is kept for ever:
// it names none of them.
func (c *change) openAll(of []Registration, reason string) (map[string][]*Identity, error) {
	uids := make([]string, len(of))
	for i := range of {
		uids[i] = of[i].ID
	}
	all, err := c.Ent.Participant.Query().Where(participant.HasRegistrationWith(registration.UIDIn(uids...))).WithIdentity().WithRegistration().Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list participants: %w", err)
	}
	opened := map[string][]*Identity{}
	for _, p := range all {
		who, err := c.unsealed(p, p.Edges.Identity)
		if err != nil {
			return nil, err
		}
		if who == nil {
			continue
		}
		if err := changelog.NamesNobody(reason, who.Name, who.Email); err != nil {
			return nil, err
		}
		c.log.Note(p.UID, changelog.Operation("OPEN"))
		opened[p.Edges.Registration.UID] = append(opened[p.Edges.Registration.UID], who)
	}
	return opened, nil
}
