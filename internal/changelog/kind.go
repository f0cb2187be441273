package changelog

import (
	"slices"
	"strings"
)

// kind says how things of one kind are projected: which columns readers see, under
// which names. What is not listed here is never in the log.
type kind struct {
	table    string // its rows are t in the expressions below
	joins    string
	node     string // SQL of the public id
	public   string // SQL of whether readers see it; empty: always
	columns  []column
	children []child
	guarded  bool // only the package that writes it does, by rules of its own: nobody goes back to an earlier version
}

// child are rows that belong to a thing, as a list within its projection.
type child struct {
	name    string
	table   string
	keys    int    // how many of the columns tell rows apart; 0: all
	ordinal string // column with the place in the list, where no member says it
	hidden  string // SQL that hides a row that is not to be lost; empty: it is deleted
	retired string // SQL that counts what has come instead of what a new row names by its first column; empty: nothing can have
	shown   string // SQL that shows it again
	noID    bool   // a table of pairs alone
	from    string // its rows are c
	owner   string // column that names the thing's row
	where   string // which of them readers see; empty: all
	order   string
	columns []column // a list of plain values where the only one has no name
}

// column is a member of a projection, and where its value is written when an earlier
// version is restored.
type column struct {
	name   string
	sql    string
	as     format
	set    string // column of the table; empty: the one that sql names, if it names one
	lookup string // SQL of the id that set wants for a value $1
}

// target is the column that the value is written to; empty: it follows from others.
func (c column) target() string {
	if c.set != "" {
		return c.set
	}
	alias, name, _ := strings.Cut(c.sql, ".")
	if (alias == "t" || alias == "c") && strings.IndexFunc(name, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }) < 0 {
		return name
	}
	return ""
}

// format is how a value is written as JSON. Texts that are empty and values that are
// NULL are left out.
type format int

const (
	text format = iota
	number
	decimal
	boolean
	day
	moment
	list // JSON already
)

// texts lists columns "name expression" of texts.
func texts(pairs ...string) []column {
	columns := make([]column, len(pairs))
	for i, pair := range pairs {
		name, sql, _ := strings.Cut(pair, " ")
		columns[i] = column{name: name, sql: sql}
	}
	return columns
}

func columns(parts ...[]column) (all []column) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func one(name, sql string, as format) []column { return []column{{name: name, sql: sql, as: as}} }

// ref is the public id of another thing, whose row set points at. The other table has the
// alias that sql uses.
func ref(name, sql, set, table string) []column {
	return []column{{name: name, sql: sql, set: set, lookup: "SELECT " + aliasOf(sql) + ".id FROM " + table + " WHERE " + sql + " = $1"}}
}

// aliasOf finds the alias in "'sta_' || s.iso3".
func aliasOf(sql string) string { return sql[strings.Index(sql, ".")-1 : strings.Index(sql, ".")] }

var (
	names  = texts("nameEn t.name_en", "nameFr t.name_fr", "nameEs t.name_es")
	titles = texts("titleEn t.title_en", "titleFr t.title_fr", "titleEs t.title_es", "titleAr t.title_ar", "titleRu t.title_ru", "titleZh t.title_zh")
	shorts = texts("shortEn t.short_en", "shortFr t.short_fr", "shortEs t.short_es", "shortAr t.short_ar", "shortRu t.short_ru", "shortZh t.short_zh")
	place  = one("position", "t.position", number)
)

// Kinds of things that readers see, by the prefix of their ids. The order is the one in
// which they can refer to each other.
const (
	State          = "sta"
	Group          = "grp"
	Session        = "ses"
	Review         = "rev"
	Vocabulary     = "voc"
	Issue          = "iss"
	Action         = "act"
	CodingRule     = "acr"
	AffectedGroup  = "aff"
	Goal           = "sdg"
	Target         = "tgt"
	Indicator      = "ind"
	Organisation   = "org"
	Programme      = "prg"
	Recommendation = "rec"
	Pledge         = "plg"
	Meeting        = "mtg"
	Speaker        = "spk"
	// MeetingStatement is what a speaker brought in writing.
	MeetingStatement = "pst"
	// MeetingAsk is what a statement asks of States.
	MeetingAsk = "mak"
)

// order is the one in which kinds refer to each other, and in which they are locked.
var order = []string{State, Group, Session, Review, Vocabulary, Issue, Action, CodingRule, AffectedGroup, Goal, Target, Indicator,
	Organisation, Programme, Recommendation, Pledge, Meeting, Speaker, MeetingStatement, MeetingAsk}

// Kinds are the prefixes of the ids of things that readers see.
func Kinds() []string { return slices.Clone(order) }

// IsKind says whether a prefix of ids is one of things that readers see.
func IsKind(prefix string) bool {
	_, known := kinds[prefix]
	return known
}

// Guarded says whether a thing is of a kind that is never brought back to an earlier version, as
// where people have said what may be shown of them.
func Guarded(node string) bool {
	prefix, _, _ := strings.Cut(node, "_")
	return kinds[prefix].guarded
}

const reviewNode = `'rev_' || s.iso3 || '_' || r.cycle`

var kinds = map[string]kind{
	State: {table: "states", node: `'sta_' || t.iso3`,
		columns: columns(texts("code t.iso3", "iso2 t.iso2", "m49 t.m49"), names, texts("formalName t.formal_name_en"),
			one("unMember", "t.un_member", boolean), one("observer", "t.observer", boolean)),
		children: []child{{name: "aliases", table: "state_alias", from: "state_alias c", owner: "c.state_id", order: "c.id", columns: texts("alias c.alias", "kind c.kind")}},
	},
	Group: {table: "state_groups", node: `'grp_' || t.code`, public: "t.status = 'PUBLISHED'",
		columns: columns(texts("code t.code", "kind t.kind"), names, place),
		children: []child{{name: "memberships", table: "state_group_memberships", keys: 2, from: "state_group_memberships c JOIN states s ON s.id = c.state_id", owner: "c.group_id",
			order: "s.iso3, c.from_date, c.id", columns: columns(ref("state", `'sta_' || s.iso3`, "state_id", "states s"), one("from", "c.from_date", day), one("to", "c.to_date", day),
				one("asOf", "c.as_of", day), texts("source c.source"))}},
	},
	Session: {table: "sessions", node: `'ses_' || t.number`,
		columns: columns(one("number", "t.number", number), one("cycle", "t.cycle", number), one("startDate", "t.start_date", day),
			one("endDate", "t.end_date", day), texts("dateSource t.date_source"))},
	Review: {table: "reviews", joins: "JOIN states s ON s.id = t.state_id JOIN sessions n ON n.id = t.session_id",
		node: `'rev_' || s.iso3 || '_' || t.cycle`, public: "t.status = 'PUBLISHED'",
		columns: columns(one("state", `'sta_' || s.iso3`, text), []column{{name: "cycle", sql: "(t.cycle)", as: number}},
			ref("session", `'ses_' || n.number`, "session_id", "sessions n"), place,
			one("date", "t.date", day), one("reportAdopted", "t.report_adopted", day), texts("listSource t.list_source", "dateSource t.date_source")),
		children: []child{
			{name: "troika", table: "troika_members", ordinal: "position", from: "troika_members c JOIN states s ON s.id = c.state_id", owner: "c.review_id", order: "c.position", columns: ref("", `'sta_' || s.iso3`, "state_id", "states s")},
			{name: "documents", table: "documents", hidden: hidden, shown: shown, from: "documents c", owner: "c.review_id", where: "c.status = 'PUBLISHED'", order: "c.id", columns: texts("type c.type", "symbol c.symbol")},
			{name: "postponements", table: "postponements", from: "postponements c JOIN sessions n ON n.id = c.planned_session_id", owner: "c.review_id", order: "c.id",
				columns: columns(ref("plannedSession", `'ses_' || n.number`, "planned_session_id", "sessions n"), texts("source c.source"))},
		}},
	Vocabulary: {table: "issue_vocabularies", node: `'voc_' || t.code`,
		columns: columns(texts("code t.code", "title t.title"), one("year", "t.year", number), texts("source t.source"))},
	Issue: {table: "issues", node: `'iss_' || t.code`, columns: columns(texts("code t.code"), names, place),
		children: []child{{name: "labels", table: "issue_labels", keys: 1, from: "issue_labels c JOIN issue_vocabularies v ON v.id = c.vocabulary_id", owner: "c.issue_id", order: "v.year, v.id",
			columns: columns(ref("vocabulary", `'voc_' || v.code`, "vocabulary_id", "issue_vocabularies v"), texts("label c.label", "status c.status"))},
			{name: "successors", table: "issue_successors", from: "issue_successors c JOIN issues n ON n.id = c.successor_id", owner: "c.issue_id", order: "n.position, n.code",
				columns: ref("", `'iss_' || n.code`, "successor_id", "issues n")}}},
	Action: {table: "action_categories", node: `'act_' || t.number`,
		columns: columns(one("number", "t.number", number), texts("name t.name", "definition t.definition"), one("verbs", "t.verbs", list), texts("example t.example"))},
	CodingRule: {table: "action_coding_rules", node: `'acr_' || t.position`, columns: columns(place, texts("rule t.rule"))},
	AffectedGroup: {table: "affected_groups", node: `'aff_' || t.code`, columns: columns(texts("code t.code"), names, place),
		children: []child{{name: "successors", table: "affected_group_successors", from: "affected_group_successors c JOIN affected_groups n ON n.id = c.successor_id", owner: "c.group_id", order: "n.position, n.code",
			columns: ref("", `'aff_' || n.code`, "successor_id", "affected_groups n")}}},
	Goal: {table: "sdg_goals", node: `'sdg_' || t.number`, columns: columns(one("number", "t.number", number), titles, shorts)},
	Target: {table: "sdg_targets", joins: "JOIN sdg_goals g ON g.id = t.goal_id", node: `'tgt_' || t.code`,
		columns: columns(texts("code t.code"), ref("goal", `'sdg_' || g.number`, "goal_id", "sdg_goals g"), place, titles)},
	Indicator: {table: "sdg_indicators", joins: "JOIN sdg_targets g ON g.id = t.target_id", node: `'ind_' || t.code`,
		columns: columns(texts("code t.code"), ref("target", `'tgt_' || g.code`, "target_id", "sdg_targets g"), place, titles)},
	Organisation: {table: "organisations", joins: "LEFT JOIN states s ON s.id = t.country_id", node: "t.uid",
		columns: columns(texts("slug t.slug", "name t.name", "kind t.kind"), ref("country", `'sta_' || s.iso3`, "country_id", "states s")),
		children: []child{{name: "links", table: "organisation_links", from: "organisation_links c", owner: "c.organisation_id", order: "c.id",
			columns: texts("label c.label", "url c.url")}}},
	Programme: {table: "programmes", node: "t.uid",
		columns: columns(texts("slug t.slug"), names, texts("descriptionEn t.description_en", "descriptionFr t.description_fr", "descriptionEs t.description_es"),
			one("startYear", "t.start_year", number), one("endYear", "t.end_year", number), place),
		children: []child{
			{name: "formerNames", table: "programme_names", from: "programme_names c", owner: "c.programme_id", order: "c.id", columns: columns(texts("name c.name"), one("untilYear", "c.until_year", number))},
			{name: "states", table: "programme_states", keys: 1, from: "programme_states c JOIN states s ON s.id = c.state_id", owner: "c.programme_id", order: "s.iso3",
				columns: columns(ref("state", `'sta_' || s.iso3`, "state_id", "states s"), one("fromYear", "c.from_year", number), one("toYear", "c.to_year", number))},
			{name: "organisations", table: "programme_organisations", noID: true, from: "programme_organisations c JOIN organisations o ON o.id = c.organisation_id", owner: "c.programme_id", order: "o.uid", columns: ref("", "o.uid", "organisation_id", "organisations o")},
			{name: "sdgGoals", table: "programme_goals", noID: true, from: "programme_goals c JOIN sdg_goals g ON g.id = c.sdg_goal_id", owner: "c.programme_id", order: "g.number", columns: ref("", `'sdg_' || g.number`, "sdg_goal_id", "sdg_goals g")},
		}},
	Recommendation: {table: "recommendations", node: "t.uid", public: "t.status = 'PUBLISHED' AND r.status = 'PUBLISHED'",
		joins: statementJoins + " LEFT JOIN states f ON f.id = t.recommending_state_id",
		columns: columns(reviewRef, one("stateUnderReview", `'sta_' || s.iso3`, text),
			ref("recommendingState", `'sta_' || f.iso3`, "recommending_state_id", "states f"),
			texts("number t.number"), statementColumns),
		children: append([]child{{name: "responses", table: "response_events", hidden: hidden, shown: shown, owner: "c.recommendation_id", where: "c.status = 'PUBLISHED'", order: "c.id",
			from: "response_events c JOIN import_runs i ON i.id = c.run_id LEFT JOIN documents d ON d.id = c.document_id AND d.status = 'PUBLISHED' AND d.review_id IN (SELECT id FROM reviews WHERE status = 'PUBLISHED')",
			columns: columns(texts("response c.response", "sourceWord c.source_word"), one("date", "c.date", day), []column{{name: "document", sql: "d.type || ' ' || d.symbol", set: "document_id", lookup: documentOf}},
				one("run", "c.run_id", number), texts("source i.source", "file i.file"), one("recordedAt", "c.recorded_at", moment))}},
			tags("recommendation_id")...)},
	Pledge: {table: "pledges", node: "t.uid", public: "t.status = 'PUBLISHED' AND r.status = 'PUBLISHED'", joins: statementJoins,
		columns:  columns(reviewRef, one("state", `'sta_' || s.iso3`, text), statementColumns),
		children: tags("pledge_id")},
	Meeting: {table: "meetings", node: "t.uid", public: "r.status = 'PUBLISHED'", guarded: true, joins: "JOIN reviews r ON r.id = t.review_id JOIN states s ON s.id = r.state_id",
		columns: columns(one("review", reviewNode, text), one("startsAt", "t.starts_at", moment), one("minutes", "t.minutes", number), texts("room t.room", "mode t.mode", "status t.status"),
			one("missions", "t.missions", list), one("missionCount", "t.mission_count", number), one("sequence", "t.sequence", number))},
	Speaker: {table: "speakers", node: "t.uid", public: "t.status = 'PUBLISHED' AND r.status = 'PUBLISHED'", guarded: true,
		joins: "JOIN meetings m ON m.id = t.meeting_id JOIN reviews r ON r.id = m.review_id LEFT JOIN organisations o ON o.id = t.organisation_id",
		columns: columns(one("meeting", "m.uid", text), one("place", "t.place", number), texts("name t.name", "function t.function", "organisationName t.organisation_name"),
			one("organisation", "o.uid", text))},
	MeetingStatement: {table: "meeting_statements", node: "t.uid", public: "t.status = 'PUBLISHED' AND r.status = 'PUBLISHED'", guarded: true,
		joins: "JOIN meetings m ON m.id = t.meeting_id JOIN reviews r ON r.id = m.review_id",
		columns: columns(one("meeting", "m.uid", text), texts("language t.language", "title t.title", "organisationName t.organisation_name", "kind t.kind"),
			one("size", "t.size", number), texts("sha256 t.sha256"))},
	MeetingAsk: {table: "meeting_asks", node: "t.uid", public: "t.status = 'PUBLISHED' AND r.status = 'PUBLISHED'", guarded: true,
		joins: `JOIN meeting_statements m ON m.id = t.statement_id JOIN meetings w ON w.id = m.meeting_id JOIN reviews r ON r.id = w.review_id
			LEFT JOIN issues i ON i.id = t.issue_id LEFT JOIN sdg_targets g ON g.id = t.target_id LEFT JOIN states s ON s.id = t.addressed_id`,
		columns: columns(one("statement", "m.uid", text), texts("text t.text", "organisationName t.organisation_name"), one("issue", `'iss_' || i.code`, text),
			one("sdgTarget", `'tgt_' || g.code`, text), one("addressedState", `'sta_' || s.iso3`, text), one("takenUpBy", "t.taken_up_by", list))},
}

// documentOf finds a document of the recommendation $2 by its type and symbol.
const documentOf = `SELECT d.id FROM documents d JOIN recommendations r ON r.review_id = d.review_id WHERE d.type || ' ' || d.symbol = $1 AND r.id = $2`

const (
	hidden = "status = 'WITHDRAWN'"
	shown  = "status = 'PUBLISHED'"
)

var reviewRef = []column{{name: "review", sql: reviewNode, set: "review_id",
	lookup: "SELECT r.id FROM reviews r JOIN states s ON s.id = r.state_id WHERE " + reviewNode + " = $1"}}

// Recommendations and pledges share most of what they have.
const statementJoins = `JOIN reviews r ON r.id = t.review_id JOIN states s ON s.id = r.state_id JOIN import_runs i ON i.id = t.run_id
	LEFT JOIN action_categories a ON a.id = t.action_category_id`

var statementColumns = columns(texts("text t.text"), []column{{name: "actionCategory", sql: "a.number", as: number, set: "action_category_id",
	lookup: "SELECT id FROM action_categories WHERE number = $1"}},
	one("run", "t.run_id", number), texts("source i.source", "file i.file"), one("row", "t.source_row", number),
	one("importedAt", "i.imported_at", moment), one("synthetic", "i.synthetic", boolean))

// reviewedAt is when a person looked at a tag. Readers see that, not when, nor who.
const reviewedAt = "reviewed_at"

func tags(owner string) []child {
	tag := func(name, table, vocabulary, value, node, retired string) child {
		return child{name: name, table: table, keys: 2, shown: "rejected = FALSE", retired: retired, from: table + " c JOIN " + vocabulary + " v ON v.id = c." + value, owner: "c." + owner, where: "NOT c.rejected",
			order: "v.position, c.source, c.id", columns: columns(ref("value", node, value, vocabulary+" v"), texts("source c.source", "method c.method"),
				one("confidence", "c.confidence", decimal), []column{{name: "reviewed", sql: "c.reviewed_at IS NOT NULL", as: boolean, set: reviewedAt}})}
	}
	return []child{
		tag("issues", "issue_tags", "issues", "issue_id", `'iss_' || v.code`, "SELECT COUNT(*) FROM issue_successors WHERE issue_id = $1"),
		tag("sdgTargets", "sdg_tags", "sdg_targets", "target_id", `'tgt_' || v.code`, ""),
		tag("affectedGroups", "affected_group_tags", "affected_groups", "group_id", `'aff_' || v.code`, "SELECT COUNT(*) FROM affected_group_successors WHERE group_id = $1"),
	}
}
