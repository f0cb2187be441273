package slice

import (
	"iter"
	"slices"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/record"
)

func states(s *record.Snapshot, q *Question) (int, iter.Seq[record.State], error) {
	all, err := s.StatesOf(filter[record.StateFilter](q))
	return len(all), slices.Values(all), err
}

func reviews(s *record.Snapshot, q *Question) (int, iter.Seq[record.Review], error) {
	all, err := s.ReviewsOf(filter[record.ReviewFilter](q))
	return len(all), slices.Values(all), err
}

func init() { //nolint:gochecknoinits // kinds register themselves
	type state = record.State
	Register(Kind{Name: "states", Title: "States", Scope: "states", Key: []string{"code"}, Filter: ofStates,
		Description: "One row for each member of the United Nations and each observer that recommends."},
		states,
		textual("code", "ISO 3166-1 alpha-3.", func(s state) string { return s.Code }).Required(),
		textual("id", "Stable for ever.", state.ID).Required(),
		textual("iso2", "ISO 3166-1 alpha-2.", func(s state) string { return s.ISO2 }),
		textual("m49", "UN M49, three digits.", func(s state) string { return s.M49 }),
		labelled("name", "Short name.", state.Name),
		textual("formal_name", "Formal name in English.", func(s state) string { return s.FormalName }),
		boolean("un_member", "A member of the United Nations, and so reviewed.", func(s state) bool { return s.UnMember }),
		boolean("observer", "An observer State.", func(s state) bool { return s.Observer }),
	)
	translated("states", "state", "code", Rows[state](states), func(s state) string { return s.Code }, state.Translations)
	type alias = Edge[state, string]
	Register(Kind{Name: "state_aliases", Title: "Other names of States", Of: "states", Scope: "states", Key: []string{"state", "position"}, Filter: ofStates,
		Description: "One row for each other name that sources have for a State."},
		edges(states, func(s state) []string { return s.Aliases }),
		textual("state", "The State.", func(e alias) string { return e.Parent.Code }).Required().Refers("states.code"),
		whole("position", "Place among its names, from 1.", func(e alias) int { return e.Place }),
		textual("alias", "The name.", func(e alias) string { return e.Child }).Required(),
	)

	type group = record.StateGroup
	groups := listed((*record.Snapshot).StateGroups)
	Register(Kind{Name: "state_groups", Title: "Groups of States", Scope: "states", Key: []string{"code"},
		Description: "One row for each regional group of the United Nations and each organisation of States."},
		groups,
		textual("code", "As filters take it.", func(g group) string { return g.Code }).Required(),
		textual("id", "Stable for ever.", group.ID).Required(),
		textual("kind", "REGIONAL or ORGANISATION.", func(g group) string { return string(g.Kind) }).Required(),
		labelled("name", "Its name.", group.Name),
	)
	translated("state_groups", "state_group", "code", groups, func(g group) string { return g.Code }, group.Translations)
	type member = Edge[group, record.StateGroupMembership]
	Register(Kind{Name: "state_group_members", Title: "Memberships", Of: "state_groups", Scope: "states", Key: []string{"state_group", "position"},
		Description: "One row for each membership of a State in a group, past ones as well. Without dates it always holds."},
		edges(groups, group.Memberships),
		textual("state_group", "The group.", func(e member) string { return e.Parent.Code }).Required().Refers("state_groups.code"),
		whole("position", "Place among the memberships of the group, from 1.", func(e member) int { return e.Place }),
		textual("state", "The member.", func(e member) string { return e.Child.State().Code }).Required().Refers("states.code"),
		date("from", "First day; empty: from the beginning.", func(e member) *civil.Date { return e.Child.From() }),
		date("to", "Last day; empty: it goes on.", func(e member) *civil.Date { return e.Child.To() }),
		date("as_of", "Day on which the source listed it.", func(e member) *civil.Date { return e.Child.AsOf() }),
		textual("source", "Who says so.", func(e member) string { return e.Child.Source }),
	)

	type session = record.Session
	Register(Kind{Name: "sessions", Title: "Sessions", Scope: "reviews", Key: []string{"number"},
		Description: "One row for each session of the Working Group on the UPR."},
		listed(func(s *record.Snapshot) []session { return s.Sessions(nil) }),
		whole("number", "Number of the session.", func(s session) int { return s.Number }),
		textual("id", "Stable for ever.", session.ID).Required(),
		whole("cycle", "Cycle of the UPR.", func(s session) int { return s.Cycle }),
		date("start_date", "First day.", func(s session) *civil.Date { return known(s.StartDate) }),
		date("end_date", "Last day.", func(s session) *civil.Date { return known(s.EndDate) }),
		textual("date_source", "Who says so.", func(s session) string { return s.DateSource }),
	)

	type review = record.Review
	Register(Kind{Name: "reviews", Title: "Reviews", Scope: "reviews", Key: []string{"id"}, Filter: ofReviews,
		Description: "One row for each review of one State in one cycle."},
		reviews,
		textual("id", "Stable for ever: a postponement moves the review, not its id.", review.ID).Required(),
		textual("state", "ISO 3166-1 alpha-3.", func(r review) string { return r.State().Code }).Required().Refers("states.code"),
		labelled("state_name", "Its name.", func(r review, in *record.Language) string { return r.State().Name(in) }),
		textual("state_group", "Its regional group on the day of the review.", func(r review) string { return r.GroupAtReview(r.State()) }).Refers("state_groups.code"),
		whole("cycle", "Cycle of the UPR.", func(r review) int { return r.Cycle }),
		whole("session", "Session that holds or held it.", func(r review) int { return r.Session().Number }).Refers("sessions.number"),
		date("date", "Day of the interactive dialogue, where known.", review.Date),
		date("report_adopted", "Day on which the Working Group adopted its report, where known.", review.ReportAdopted),
		textual("list_source", "Where the list of States under review comes from.", func(r review) string { return r.ListSource }),
	)
	type rapporteur = Edge[review, state]
	Register(Kind{Name: "review_troika", Title: "Troikas", Of: "reviews", Scope: "reviews", Key: []string{"review_id", "position"}, Filter: ofReviews,
		Description: "One row for each of the three rapporteurs of a review, where known."},
		edges(reviews, review.Troika),
		textual("review_id", "The review.", func(e rapporteur) string { return e.Parent.ID() }).Required().Refers("reviews.id"),
		whole("position", "1 to 3.", func(e rapporteur) int { return e.Place }),
		textual("state", "The rapporteur.", func(e rapporteur) string { return e.Child.Code }).Required().Refers("states.code"),
	)
	type document = Edge[review, record.Document]
	Register(Kind{Name: "review_documents", Title: "Documents", Of: "reviews", Scope: "reviews", Key: []string{"review_id", "position"}, Filter: ofReviews,
		Description: "One row for each United Nations document of a review."},
		edges(reviews, review.Documents),
		textual("review_id", "The review.", func(e document) string { return e.Parent.ID() }).Required().Refers("reviews.id"),
		whole("position", "Place among them, from 1.", func(e document) int { return e.Place }),
		textual("type", "What it is in the course of the review.", func(e document) string { return string(e.Child.Type) }).Required(),
		textual("symbol", "Symbol of the United Nations.", func(e document) string { return e.Child.Symbol }).Required(),
		textual("url", "Where the United Nations serve it.", func(e document) string { return e.Child.URL() }),
	)
	type postponement = Edge[review, record.Postponement]
	Register(Kind{Name: "review_postponements", Title: "Postponements", Of: "reviews", Scope: "reviews", Key: []string{"review_id", "position"}, Filter: ofReviews,
		Description: "One row for each other session for which a review was planned before."},
		edges(reviews, review.Postponements),
		textual("review_id", "The review.", func(e postponement) string { return e.Parent.ID() }).Required().Refers("reviews.id"),
		whole("position", "Place among them, from 1.", func(e postponement) int { return e.Place }),
		whole("planned_session", "The session that was to hold it.", func(e postponement) int { return e.Child.PlannedSession().Number }).Refers("sessions.number"),
		textual("source", "Who says so.", func(e postponement) string { return e.Child.Source }),
	)
}

func known(d civil.Date) *civil.Date {
	if !d.Known() {
		return nil
	}
	return &d
}

// translated adds the names or titles of things, a row for each language.
func translated[T any](of, one, key string, things Rows[T], code func(T) string, texts func(T) []record.Translation) {
	type translation = Edge[T, record.Translation]
	Register(Kind{Name: one + "_translations", Title: "Names: " + kinds[of].Title, Of: of, Scope: kinds[of].Scope, Key: []string{one, "field", "language"}, Filter: kinds[of].Filter,
		Description: "One row for each text in one language. What has no row has not been translated."},
		edges(things, texts),
		textual(one, "What the text belongs to.", func(e translation) string { return code(e.Parent) }).Required().Refers(of+"."+key),
		textual("field", "The column.", func(e translation) string { return e.Child.Field }).Required(),
		textual("language", "EN, FR, ES, AR, RU or ZH.", func(e translation) string { return string(e.Child.Language) }).Required(),
		textual("text", "The text.", func(e translation) string { return e.Child.Text }).Required(),
	)
}
