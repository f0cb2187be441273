package slice

import (
	"iter"
	"slices"

	"github.com/upr-info/upr/internal/record"
)

func organisations(s *record.Snapshot, q *Question) (int, iter.Seq[record.Organisation], error) {
	all, err := s.OrganisationsOf(filter[record.OrganisationFilter](q))
	return len(all), slices.Values(all), err
}

func init() { //nolint:gochecknoinits // kinds register themselves
	type organisation = record.Organisation
	Register(Kind{Name: "organisations", Title: "Organisations", Scope: "organisations", Key: []string{"id"}, Filter: ofOrganisations,
		Description: "One row for each institution that takes part in the UPR or works with UPR Info."},
		organisations,
		textual("id", "Stable for ever.", organisation.ID).Required(),
		textual("slug", "Short name for addresses.", func(o organisation) string { return o.Slug }).Required(),
		textual("name", "Its name.", func(o organisation) string { return o.Name }).Required(),
		textual("kind", "What sort of institution it is.", func(o organisation) string { return string(o.Kind) }).Required(),
		textual("country", "Where it has its seat, ISO 3166-1 alpha-3.", func(o organisation) string { return codeOf(o.Country()) }).Refers("states.code"),
	)
	type link = Edge[organisation, record.OrganisationLink]
	Register(Kind{Name: "organisation_links", Title: "Pages of organisations", Of: "organisations", Scope: "organisations", Key: []string{"organisation_id", "position"}, Filter: ofOrganisations,
		Description: "One row for each public page of an organisation."},
		edges(organisations, func(o organisation) []record.OrganisationLink { return o.Links }),
		textual("organisation_id", "The organisation.", func(e link) string { return e.Parent.ID() }).Required().Refers("organisations.id"),
		whole("position", "Place among them, from 1.", func(e link) int { return e.Place }),
		textual("label", "What it is.", func(e link) string { return e.Child.Label }),
		textual("url", "Its address.", func(e link) string { return e.Child.URL }).Required(),
	)

	type programme = record.Programme
	programmes := listed((*record.Snapshot).Programmes)
	Register(Kind{Name: "programmes", Title: "Programmes", Scope: "programmes", Key: []string{"id"},
		Description: "One row for each programme of UPR Info."},
		programmes,
		textual("id", "Stable for ever.", programme.ID).Required(),
		textual("slug", "Short name for addresses.", func(p programme) string { return p.Slug }).Required(),
		labelled("name", "Today's name.", programme.Name),
		labelled("description", "What it does.", programme.Description),
		wholeOrNone("start_year", "First year.", func(p programme) *int { return p.StartYear }),
		wholeOrNone("end_year", "Last year; empty: it goes on.", func(p programme) *int { return p.EndYear }),
		list("former_names", "What it was called before.", func(p programme) []string { return p.FormerNames }),
	)
	translated("programmes", "programme", "id", programmes, programme.ID, programme.Translations)
	type place = Edge[programme, record.ProgrammeState]
	Register(Kind{Name: "programme_states", Title: "States of programmes", Of: "programmes", Scope: "programmes", Key: []string{"programme_id", "state"},
		Description: "One row for each State in or with which a programme worked."},
		edges(programmes, programme.States),
		textual("programme_id", "The programme.", func(e place) string { return e.Parent.ID() }).Required().Refers("programmes.id"),
		textual("state", "ISO 3166-1 alpha-3.", func(e place) string { return e.Child.State().Code }).Required().Refers("states.code"),
		wholeOrNone("from_year", "First year.", func(e place) *int { return e.Child.FromYear }),
		wholeOrNone("to_year", "Last year.", func(e place) *int { return e.Child.ToYear }),
	)
	type worker = Edge[programme, organisation]
	Register(Kind{Name: "programme_organisations", Title: "Organisations of programmes", Of: "programmes", Scope: "programmes", Key: []string{"programme_id", "organisation_id"},
		Description: "One row for each organisation that works in a programme."},
		edges(programmes, programme.Organisations),
		textual("programme_id", "The programme.", func(e worker) string { return e.Parent.ID() }).Required().Refers("programmes.id"),
		textual("organisation_id", "The organisation.", func(e worker) string { return e.Child.ID() }).Required().Refers("organisations.id"),
	)
	type goal = Edge[programme, record.SDGGoal]
	Register(Kind{Name: "programme_sdg_goals", Title: "Goals of programmes", Of: "programmes", Scope: "programmes", Key: []string{"programme_id", "sdg_goal"},
		Description: "One row for each Sustainable Development Goal that a programme works for."},
		edges(programmes, programme.SDGGoals),
		textual("programme_id", "The programme.", func(e goal) string { return e.Parent.ID() }).Required().Refers("programmes.id"),
		whole("sdg_goal", "Number of the goal.", func(e goal) int { return e.Child.Number }).Refers("sdg_goals.number"),
	)
}
