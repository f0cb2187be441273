package slice

import (
	"iter"
	"strconv"
	"time"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/record"
)

var responseLabels = map[record.Response]string{
	"SUPPORTED": "Supported", "PARTIALLY_SUPPORTED": "Partially supported", "NOTED": "Noted",
	"NO_CLEAR_POSITION": "No clear position", "NO_RESPONSE": "No response", "PENDING": "Pending",
}

func recommendations(s *record.Snapshot, q *Question) (int, iter.Seq[record.Recommendation], error) {
	return s.EachRecommendation(filter[record.RecommendationFilter](q), q.Order)
}

func pledges(s *record.Snapshot, q *Question) (int, iter.Seq[record.Pledge], error) {
	return s.EachPledge(filter[record.RecommendationFilter](q))
}

// statement is what recommendations and pledges have in common.
type statement interface {
	ID() string
	Review() record.Review
	ActionCategory() *record.ActionCategory
	IssueCodes(into []string) []string
	SDGTargetCodes(into []string) []string
	SDGGoalNumbers(into []string) []string
	AffectedGroupCodes(into []string) []string
	IssueTags() []record.IssueTag
	SDGTags() []record.SDGTag
	AffectedGroupTags() []record.AffectedGroupTag
	Provenance() record.Provenance
}

func reviewColumns[T statement]() []Of[T] {
	return []Of[T]{
		textual("review_id", "The review in which it was made.", func(t T) string { return t.Review().ID() }).Required().Refers("reviews.id"),
		whole("cycle", "Cycle of the UPR.", func(t T) int { return t.Review().Cycle }),
		whole("session", "Session of the Working Group.", func(t T) int { return t.Review().Session().Number }).Refers("sessions.number"),
		date("review_date", "Day of the interactive dialogue, where known.", func(t T) *civil.Date { return t.Review().Date() }),
	}
}

func tagColumns[T statement]() []Of[T] {
	return []Of[T]{
		wholeOrNone("action_category", "1 to 5, McMahon; empty: not classified.", func(t T) *int {
			if a := t.ActionCategory(); a != nil {
				return &a.Number
			}
			return nil
		}).Refers("action_categories.number"),
		labelled("action_category_name", "Name of the action category.", func(t T, _ *record.Language) string {
			if a := t.ActionCategory(); a != nil {
				return a.Name
			}
			return ""
		}),
		appended("issues", "Codes of its issues.", T.IssueCodes),
		appended("sdg_goals", "Numbers of the Sustainable Development Goals of its targets.", T.SDGGoalNumbers),
		appended("sdg_targets", "Codes of its SDG targets.", T.SDGTargetCodes),
		appended("affected_groups", "Codes of the groups of persons that it concerns.", T.AffectedGroupCodes),
		textual("source", "Whose data it is.", func(t T) string { return t.Provenance().Source }),
		textual("source_file", "File from which it was imported.", func(t T) string { return t.Provenance().File }),
		whole("source_row", "Line of that file.", func(t T) int { return t.Provenance().Row }),
		moment("imported_at", "When it was imported.", func(t T) time.Time { return t.Provenance().ImportedAt }),
		boolean("synthetic", "Made up for a demonstration: not real.", func(t T) bool { return t.Provenance().Synthetic }),
	}
}

func init() { //nolint:gochecknoinits // kinds register themselves
	type rec = record.Recommendation
	Register(Kind{Name: "recommendations", Title: "Recommendations", Scope: "recommendations", Key: []string{"id"}, Filter: ofStatements,
		Description: "One row for each recommendation. The unit is UPR Info's: one text by one recommending State. It is not OHCHR's, which is the numbered paragraph and holds one or more of them."},
		recommendations, join(
			[]Of[rec]{
				textual("id", "Stable for ever.", rec.ID).Required(),
				textual("number", "Paragraph in the Working Group's report, where known.", func(r rec) string { return orEmpty(r.Number()) }),
				textual("text", "The text, as the source has it.", func(r rec) string { return r.Text }).Required(),
			}, reviewColumns[rec](), []Of[rec]{
				textual("state_under_review", "ISO 3166-1 alpha-3.", func(r rec) string { return r.StateUnderReview().Code }).Required().Refers("states.code"),
				labelled("state_under_review_name", "Its name.", func(r rec, in *record.Language) string { return r.StateUnderReview().Name(in) }),
				textual("state_under_review_group", "Its regional group on the day of the review.", func(r rec) string { return r.Review().GroupAtReview(r.StateUnderReview()) }).Refers("state_groups.code"),
				textual("recommending_state", "ISO 3166-1 alpha-3; empty: the source does not say.", func(r rec) string { return codeOf(r.RecommendingState()) }).Refers("states.code"),
				labelled("recommending_state_name", "Its name.", func(r rec, in *record.Language) string { return nameOf(r.RecommendingState(), in) }),
				textual("recommending_state_group", "Its regional group on the day of the review.", func(r rec) string {
					if by := r.RecommendingState(); by != nil {
						return r.Review().GroupAtReview(*by)
					}
					return ""
				}).Refers("state_groups.code"),
				textual("response", "The current response: SUPPORTED, PARTIALLY_SUPPORTED, NOTED, NO_CLEAR_POSITION, NO_RESPONSE or PENDING. Pending is never noted.", func(r rec) string { return string(r.Response()) }).Required(),
				labelled("response_name", "The current response in words.", func(r rec, _ *record.Language) string { return responseLabels[r.Response()] }),
			}, tagColumns[rec]())...)

	type response = Edge[rec, record.ResponseEvent]
	Register(Kind{Name: "recommendation_responses", Title: "Responses", Of: "recommendations", Scope: "recommendations", Key: []string{"recommendation_id", "position"}, Filter: ofStatements,
		Description: "One row for each position that a State under review took on a recommendation, oldest first. The last one is the current response."},
		edges(recommendations, rec.Responses),
		textual("recommendation_id", "The recommendation.", func(e response) string { return e.Parent.ID() }).Required().Refers("recommendations.id"),
		whole("position", "Place in the order of time, from 1.", func(e response) int { return e.Place }),
		textual("response", "The position.", func(e response) string { return string(e.Child.Response()) }).Required(),
		labelled("response_name", "The position in words.", func(e response, _ *record.Language) string { return responseLabels[e.Child.Response()] }),
		textual("source_word", "The source's own word.", func(e response) string { return e.Child.SourceWord() }),
		date("date", "Day of the position, where known.", func(e response) *civil.Date { return e.Child.Date() }),
		textual("document", "Symbol of the document that says so, where known.", func(e response) string {
			if d := e.Child.Document(); d != nil {
				return d.Symbol
			}
			return ""
		}),
		textual("source", "Whose data it is.", func(e response) string { return e.Child.Provenance().Source }),
		textual("source_file", "File from which it was imported.", func(e response) string { return e.Child.Provenance().File }),
		moment("recorded_at", "When the platform learnt of it.", func(e response) time.Time { return e.Child.Provenance().RecordedAt }),
	)
	registerTags("recommendation", "recommendations", Rows[rec](recommendations))

	type plg = record.Pledge
	Register(Kind{Name: "pledges", Title: "Voluntary pledges", Scope: "pledges", Key: []string{"id"}, Filter: ofStatements,
		Description: "One row for each voluntary commitment of a State under review."},
		pledges, join(
			[]Of[plg]{
				textual("id", "Stable for ever.", plg.ID).Required(),
				textual("text", "The text, as the source has it.", func(p plg) string { return p.Text }).Required(),
			}, reviewColumns[plg](), []Of[plg]{
				textual("state", "The State that pledges, ISO 3166-1 alpha-3.", func(p plg) string { return p.State().Code }).Required().Refers("states.code"),
				labelled("state_name", "Its name.", func(p plg, in *record.Language) string { return p.State().Name(in) }),
			}, tagColumns[plg]())...)
	registerTags("pledge", "pledges", Rows[plg](pledges))
}

// registerTags adds who tagged statements with what, a row for each tag.
func registerTags[T statement](one, many string, rows Rows[T]) {
	type issue = Edge[T, record.IssueTag]
	Register(Kind{Name: one + "_issues", Title: "Issues of " + many, Of: many, Scope: many, Key: []string{one + "_id", "issue", "source"}, Filter: ofStatements,
		Description: "One row for each issue that a source gave to one of the " + many + ". Sources may disagree; both are kept."},
		edges(rows, T.IssueTags),
		textual(one+"_id", "What was tagged.", func(e issue) string { return e.Parent.ID() }).Required().Refers(many+".id"),
		textual("issue", "Code of the issue.", func(e issue) string { return e.Child.Issue().Code }).Required().Refers("issues.code"),
		labelled("issue_name", "Its name.", func(e issue, in *record.Language) string { return e.Child.Issue().Name(in) }),
		textual("source", "Who says so.", func(e issue) string { return e.Child.Source }).Required(),
		textual("method", "CURATED by people, RULE by written rules, MODEL by a statistical model.", func(e issue) string { return string(e.Child.Method) }),
		number("confidence", "From 0 to 1.", func(e issue) float64 { return e.Child.Confidence }),
		boolean("reviewed", "A person looked at it.", func(e issue) bool { return e.Child.Reviewed }),
	)
	type target = Edge[T, record.SDGTag]
	Register(Kind{Name: one + "_sdg_targets", Title: "SDG targets of " + many, Of: many, Scope: many, Key: []string{one + "_id", "sdg_target", "source"}, Filter: ofStatements,
		Description: "One row for each SDG target to which a source linked one of the " + many + "."},
		edges(rows, T.SDGTags),
		textual(one+"_id", "What was tagged.", func(e target) string { return e.Parent.ID() }).Required().Refers(many+".id"),
		textual("sdg_target", "Code of the target.", func(e target) string { return e.Child.Target().Code }).Required().Refers("sdg_targets.code"),
		whole("sdg_goal", "Number of its goal.", func(e target) int { return e.Child.Target().Goal().Number }).Refers("sdg_goals.number"),
		labelled("sdg_target_title", "Its title.", func(e target, in *record.Language) string { return e.Child.Target().Title(in) }),
		textual("source", "Who says so.", func(e target) string { return e.Child.Source }).Required(),
		textual("method", "CURATED, RULE or MODEL.", func(e target) string { return string(e.Child.Method) }),
		number("confidence", "From 0 to 1.", func(e target) float64 { return e.Child.Confidence }),
		boolean("reviewed", "A person looked at it.", func(e target) bool { return e.Child.Reviewed }),
	)
	type group = Edge[T, record.AffectedGroupTag]
	Register(Kind{Name: one + "_affected_groups", Title: "Affected groups of " + many, Of: many, Scope: many, Key: []string{one + "_id", "affected_group", "source"}, Filter: ofStatements,
		Description: "One row for each group of persons that, as a source says, one of the " + many + " concerns."},
		edges(rows, T.AffectedGroupTags),
		textual(one+"_id", "What was tagged.", func(e group) string { return e.Parent.ID() }).Required().Refers(many+".id"),
		textual("affected_group", "Code of the group.", func(e group) string { return e.Child.AffectedGroup().Code }).Required().Refers("affected_groups.code"),
		labelled("affected_group_name", "Its name.", func(e group, in *record.Language) string { return e.Child.AffectedGroup().Name(in) }),
		textual("source", "Who says so.", func(e group) string { return e.Child.Source }).Required(),
		textual("method", "CURATED, RULE or MODEL.", func(e group) string { return string(e.Child.Method) }),
		number("confidence", "From 0 to 1.", func(e group) float64 { return e.Child.Confidence }),
		boolean("reviewed", "A person looked at it.", func(e group) bool { return e.Child.Reviewed }),
	)
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func join[T any](parts ...[]Of[T]) (all []Of[T]) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func decimal(n int) string { return strconv.Itoa(n) }
