package reference

import (
	"strconv"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
)

func (a *applier) states(d *Data) {
	states := table{name: "states", kind: changelog.State, keys: 1, columns: strings.Fields("iso3 iso2 m49 name_en name_fr name_es formal_name_en un_member observer")}
	for _, s := range d.States {
		states.rows = append(states.rows, []any{s.ISO3, s.ISO2, s.M49, s.Names[0], s.Names[1], s.Names[2], s.Formal, s.UNMember, s.Observer})
	}
	a.ids.states = a.sync(states)
	aliases := table{name: "state_alias", kind: changelog.State, owner: 1, keys: 2, columns: strings.Fields("state_id alias kind")}
	for _, alias := range d.Aliases {
		aliases.rows = append(aliases.rows, []any{a.ids.states[alias.ISO3], alias.Alias, alias.Kind})
	}
	a.sync(aliases)
	groups := table{name: "state_groups", kind: changelog.Group, keys: 1, columns: strings.Fields("code kind name_en name_fr name_es position")}
	for i, g := range d.Groups {
		groups.rows = append(groups.rows, []any{g.Code, g.Kind, g.Names[0], g.Names[1], g.Names[2], i + 1})
	}
	ids := a.sync(groups)
	members := table{name: "state_group_memberships", kind: changelog.Group, owner: 1, keys: 3, within: 2, columns: strings.Fields("group_id state_id from_date to_date as_of source")}
	for _, m := range d.Members {
		members.rows = append(members.rows, []any{ids[m.Group], a.ids.states[m.ISO3], day(m.From), day(m.To), day(m.AsOf), m.Source})
	}
	a.sync(members)
}

func (a *applier) calendar(d *Data) {
	sessions := table{name: "sessions", kind: changelog.Session, keys: 1, columns: strings.Fields("number cycle start_date end_date date_source")}
	for _, s := range d.Sessions {
		sessions.rows = append(sessions.rows, []any{s.Number, s.Cycle, day(s.Start), day(s.End), s.DateSource})
	}
	ids := a.sync(sessions)
	reviews := table{name: "reviews", kind: changelog.Review, keys: 2, columns: strings.Fields("state_id cycle session_id position date report_adopted list_source date_source")}
	for _, v := range d.Reviews {
		reviews.rows = append(reviews.rows, []any{a.ids.states[v.ISO3], v.Cycle, ids[strconv.Itoa(v.Session)], number(v.Position),
			day(v.Date), day(v.Adopted), v.ListSource, v.DateSource})
	}
	byReview := a.sync(reviews)
	review := func(iso3 string, cycle int) int { return byReview[keyOf([]any{a.ids.states[iso3], cycle})] }
	troikas := table{name: "troika_members", kind: changelog.Review, owner: 1, keys: 2, within: 1, columns: strings.Fields("review_id state_id position")}
	documents := table{name: "documents", kind: changelog.Review, owner: 1, keys: 3, within: 2, columns: strings.Fields("review_id type symbol")}
	for _, v := range d.Reviews {
		for i, member := range v.Troika {
			troikas.rows = append(troikas.rows, []any{review(v.ISO3, v.Cycle), a.ids.states[member], i + 1})
		}
		for _, document := range v.Documents {
			documents.rows = append(documents.rows, []any{review(v.ISO3, v.Cycle), document.Type, document.Symbol})
		}
	}
	a.sync(troikas)
	a.sync(documents)
	postponements := table{name: "postponements", kind: changelog.Review, owner: 1, keys: 2, within: 1, columns: strings.Fields("review_id planned_session_id source")}
	for _, p := range d.Postponements {
		postponements.rows = append(postponements.rows, []any{review(p.ISO3, p.Cycle), ids[strconv.Itoa(p.Planned)], p.Source})
	}
	a.sync(postponements)
}

func (a *applier) sdgs(d *Data) {
	const titles = " title_en title_fr title_es title_ar title_ru title_zh"
	six := func(texts [6]string) []any { return []any{texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]} }
	goals := table{name: "sdg_goals", kind: changelog.Goal, keys: 1, columns: strings.Fields("number short_en short_fr short_es short_ar short_ru short_zh" + titles)}
	for _, g := range d.Goals {
		goals.rows = append(goals.rows, append(append([]any{g.Number}, six(g.Short)...), six(g.Titles)...))
	}
	a.ids.goals = a.sync(goals)
	texts := func(name, kind, parent string, parents map[string]int, list []Text) map[string]int {
		t := table{name: name, kind: kind, keys: 1, columns: strings.Fields("code " + parent + " position" + titles)}
		for i, text := range list {
			t.rows = append(t.rows, append([]any{text.Code, parents[text.Parent], i + 1}, six(text.Titles)...))
		}
		return a.sync(t)
	}
	targets := texts("sdg_targets", changelog.Target, "goal_id", a.ids.goals, d.Targets)
	texts("sdg_indicators", changelog.Indicator, "target_id", targets, d.Indicators)
}

func (a *applier) vocabularies(d *Data) {
	vocabularies := table{name: "issue_vocabularies", kind: changelog.Vocabulary, keys: 1, columns: strings.Fields("code title year source")}
	for _, v := range d.Vocabularies {
		vocabularies.rows = append(vocabularies.rows, []any{v.Code, v.Title, v.Year, v.Source})
	}
	byVocabulary := a.sync(vocabularies)
	byIssue := a.named("issues", changelog.Issue, d.Issues)
	labels := table{name: "issue_labels", kind: changelog.Issue, owner: 2, keys: 2, columns: strings.Fields("vocabulary_id issue_id label status")}
	for _, l := range d.IssueLabels {
		labels.rows = append(labels.rows, []any{byVocabulary[l.Vocabulary], byIssue[l.Issue], l.Label, l.Status})
	}
	a.sync(labels)
	a.named("affected_groups", changelog.AffectedGroup, d.AffectedGroups)
	a.actions(d)
}

func (a *applier) named(name, kind string, list []Named) map[string]int {
	t := table{name: name, kind: kind, keys: 1, columns: strings.Fields("code name_en name_fr name_es position")}
	for i, n := range list {
		t.rows = append(t.rows, []any{n.Code, n.Names[0], n.Names[1], n.Names[2], i + 1})
	}
	return a.sync(t)
}

func (a *applier) actions(d *Data) {
	actions := table{name: "action_categories", kind: changelog.Action, keys: 1, columns: strings.Fields("number name definition verbs example")}
	for _, c := range d.Actions {
		verbs, err := jsonOf(c.Verbs)
		if err != nil && a.err == nil {
			a.err = err
		}
		actions.rows = append(actions.rows, []any{c.Number, c.Name, c.Definition, verbs, c.Example})
	}
	a.sync(actions)
	rules := table{name: "action_coding_rules", kind: changelog.CodingRule, keys: 1, columns: strings.Fields("position rule")}
	for i, rule := range d.CodingRules {
		rules.rows = append(rules.rows, []any{i + 1, rule})
	}
	a.sync(rules)
}

func (a *applier) institutions(d *Data) {
	organisations := table{name: "organisations", kind: changelog.Organisation, keys: 1, columns: strings.Fields("slug name kind country_id uid")}
	for _, o := range d.Organisations {
		var country any
		if o.Country != "" {
			country = a.ids.states[o.Country]
		}
		organisations.rows = append(organisations.rows, []any{o.Slug, o.Name, o.Kind, country, "org_" + o.Slug})
	}
	byOrganisation := a.sync(organisations)
	links := table{name: "organisation_links", kind: changelog.Organisation, owner: 1, keys: 2, columns: strings.Fields("organisation_id url label")}
	for _, l := range d.Links {
		links.rows = append(links.rows, []any{byOrganisation[l.Organisation], l.URL, l.Label})
	}
	a.sync(links)
	programmes := table{name: "programmes", kind: changelog.Programme, keys: 1, columns: strings.Fields(
		"slug name_en name_fr name_es description_en description_fr description_es start_year end_year position uid")}
	for i, p := range d.Programmes {
		programmes.rows = append(programmes.rows, []any{p.Slug, p.Names[0], p.Names[1], p.Names[2], p.Descriptions[0], p.Descriptions[1],
			p.Descriptions[2], number(p.StartYear), number(p.EndYear), i + 1, "prg_" + p.Slug})
	}
	a.programmeEdges(d, a.sync(programmes), byOrganisation)
}

func (a *applier) programmeEdges(d *Data, byProgramme, byOrganisation map[string]int) {
	goals := table{name: "programme_goals", kind: changelog.Programme, owner: 1, keys: 2, columns: strings.Fields("programme_id sdg_goal_id"), noID: true}
	partners := table{name: "programme_organisations", kind: changelog.Programme, owner: 1, keys: 2, columns: strings.Fields("programme_id organisation_id"), noID: true}
	for _, p := range d.Programmes {
		for _, goal := range p.Goals {
			goals.rows = append(goals.rows, []any{byProgramme[p.Slug], a.ids.goals[goal]})
		}
		for _, organisation := range p.Organisations {
			partners.rows = append(partners.rows, []any{byProgramme[p.Slug], byOrganisation[organisation]})
		}
	}
	a.sync(goals)
	a.sync(partners)
	names := table{name: "programme_names", kind: changelog.Programme, owner: 1, keys: 2, columns: strings.Fields("programme_id name until_year")}
	for _, n := range d.ProgrammeNames {
		names.rows = append(names.rows, []any{byProgramme[n.Programme], n.Name, number(n.UntilYear)})
	}
	a.sync(names)
	states := table{name: "programme_states", kind: changelog.Programme, owner: 1, keys: 2, columns: strings.Fields("programme_id state_id from_year to_year")}
	for _, s := range d.ProgrammeStates {
		states.rows = append(states.rows, []any{byProgramme[s.Programme], a.ids.states[s.ISO3], number(s.FromYear), number(s.ToYear)})
	}
	a.sync(states)
}
