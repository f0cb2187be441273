package record

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// editing makes random changes of everything that the record holds, past the desk's rules.
type editing struct {
	ctx    context.Context //nolint:containedctx // of one test
	tx     *database.Tx
	log    *changelog.Log
	random *rand.Rand
	n      int // makes names unique
}

// row picks one of the rows of a query at random, 0 where it has none.
func (e *editing) row(query string) int {
	rows, err := e.tx.QueryContext(e.ctx, query)
	if err != nil {
		panic(err)
	}
	defer rows.Close()
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			panic(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		panic(err)
	}
	if len(ids) == 0 {
		return 0
	}
	return ids[e.random.IntN(len(ids))]
}

func (e *editing) exec(query string, args ...any) {
	if _, err := e.tx.ExecContext(e.ctx, query, args...); err != nil {
		panic(fmt.Sprintf("%s: %v", query, err))
	}
}

func (e *editing) recommendation() int {
	row := e.row(`SELECT id FROM recommendations WHERE status = 'PUBLISHED' ORDER BY id`)
	e.log.Touch(changelog.Recommendation, changelog.Correct, row)
	return row
}

func (e *editing) review() int {
	row := e.row(`SELECT id FROM reviews WHERE status = 'PUBLISHED' ORDER BY id`)
	e.log.Touch(changelog.Review, changelog.Correct, row)
	return row
}

func (e *editing) issue() int {
	row := e.row(`SELECT id FROM issues ORDER BY id`)
	e.log.Touch(changelog.Issue, changelog.Correct, row)
	return row
}

func (e *editing) uid(kind string) string { e.n++; return fmt.Sprintf("%s_new%d", kind, e.n) }

// response gives a recommendation one more response.
func (e *editing) response(recommendation int) {
	response := responses[e.random.IntN(len(responses))]
	document := e.row(`SELECT id FROM documents WHERE status = 'PUBLISHED' ORDER BY id`)
	e.exec(`INSERT INTO response_events (response, source_word, date, document_id, run_id, recorded_at, recommendation_id, status)
		VALUES ($1, 'word', $2, NULLIF($3, 0), (SELECT MIN(id) FROM import_runs), $4, $5, 'PUBLISHED')`,
		string(response), fmt.Sprintf("2020-01-%02d", 1+e.random.IntN(28)), document, time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), recommendation)
}

// copied publishes a recommendation like another one, with another text.
func (e *editing) copied(run string) {
	from, uid := e.row(`SELECT id FROM recommendations ORDER BY id`), e.uid("rec")
	e.exec(`INSERT INTO recommendations (uid, text, number, review_id, recommending_state_id, action_category_id, run_id, source_row, status)
		SELECT $1, $2, number, review_id, recommending_state_id, NULL, `+run+`, source_row + 1, 'PUBLISHED' FROM recommendations WHERE id = $3`,
		uid, randomText(e.random), from)
	row := e.row(`SELECT id FROM recommendations WHERE uid = '` + uid + `'`)
	e.response(row)
	e.log.Touch(changelog.Recommendation, changelog.Create, row)
}

// edits are all that may happen.
var edits = map[string]func(e *editing){
	"text": func(e *editing) {
		e.exec(`UPDATE recommendations SET text = $1 WHERE id = $2`, randomText(e.random), e.recommendation())
	},
	"new words": func(e *editing) {
		e.n++
		e.exec(`UPDATE recommendations SET text = $1 WHERE id = $2`, fmt.Sprintf("ratify novel%d twice-%d", e.n, e.n%3), e.recommendation())
	},
	"withdraw": func(e *editing) {
		e.exec(`UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, e.recommendation())
	},
	"restore": func(e *editing) {
		row := e.row(`SELECT id FROM recommendations WHERE status = 'WITHDRAWN' ORDER BY id`)
		e.log.Touch(changelog.Recommendation, changelog.Restore, row)
		e.exec(`UPDATE recommendations SET status = 'PUBLISHED' WHERE id = $1`, row)
	},
	"recommending State": func(e *editing) {
		e.exec(`UPDATE recommendations SET recommending_state_id = NULLIF($1, 1) WHERE id = $2`, e.row(`SELECT id FROM states ORDER BY id`), e.recommendation())
	},
	"review of a recommendation": func(e *editing) {
		e.exec(`UPDATE recommendations SET review_id = $1 WHERE id = $2`, e.row(`SELECT id FROM reviews WHERE status = 'PUBLISHED' ORDER BY id`), e.recommendation())
	},
	"action category": func(e *editing) {
		e.exec(`UPDATE recommendations SET action_category_id = (SELECT id FROM action_categories WHERE number = $1) WHERE id = $2`, e.random.IntN(6), e.recommendation())
	},
	"response": func(e *editing) { e.response(e.recommendation()) },
	"issue tag": func(e *editing) {
		e.exec(`INSERT INTO issue_tags (source, method, confidence, recommendation_id, issue_id, rejected) VALUES ($1, 'HUMAN', 1, $2, $3, FALSE)`,
			e.uid("source"), e.recommendation(), e.row(`SELECT id FROM issues ORDER BY id`))
	},
	"no issue tags": func(e *editing) {
		e.exec(`DELETE FROM issue_tags WHERE recommendation_id = $1`, e.recommendation())
	},
	"target tag": func(e *editing) {
		e.exec(`INSERT INTO sdg_tags (source, method, confidence, recommendation_id, target_id, rejected) VALUES ($1, 'HUMAN', 1, $2, $3, FALSE)`,
			e.uid("source"), e.recommendation(), e.row(`SELECT id FROM sdg_targets ORDER BY id`))
	},
	"rejected tags": func(e *editing) {
		e.exec(`UPDATE sdg_tags SET rejected = NOT rejected WHERE recommendation_id = $1`, e.recommendation())
	},
	"new":      func(e *editing) { e.copied("run_id") },
	"some new": func(e *editing) { e.copied("run_id"); e.copied("run_id"); e.copied("run_id") },
	"import": func(e *editing) {
		e.exec(`INSERT INTO import_runs (source, file, sha256, format, synthetic, imported_at, rows_read, added, changed, unchanged)
			SELECT source, $1, sha256, format, synthetic, imported_at, 1, 1, 0, 0 FROM import_runs WHERE id = (SELECT MIN(id) FROM import_runs)`, e.uid("file"))
		e.copied("(SELECT MAX(id) FROM import_runs)")
	},
	"pledge": func(e *editing) {
		row := e.row(`SELECT id FROM pledges ORDER BY id`)
		e.log.Touch(changelog.Pledge, changelog.Correct, row)
		e.exec(`UPDATE pledges SET text = $1, status = CASE status WHEN 'PUBLISHED' THEN 'WITHDRAWN' ELSE 'PUBLISHED' END WHERE id = $2`, randomText(e.random), row)
	},
	"date of a review": func(e *editing) {
		e.exec(`UPDATE reviews SET date = $1 WHERE id = $2`, fmt.Sprintf("20%02d-02-03", 8+e.random.IntN(12)), e.review())
	},
	"session of a review": func(e *editing) {
		e.exec(`UPDATE reviews SET session_id = $1 WHERE id = $2`, e.row(`SELECT id FROM sessions ORDER BY id`), e.review())
	},
	"no review": func(e *editing) {
		e.exec(`UPDATE reviews SET status = 'WITHDRAWN' WHERE id = $1`, e.review())
	},
	"review again": func(e *editing) {
		row := e.row(`SELECT id FROM reviews WHERE status = 'WITHDRAWN' ORDER BY id`)
		e.log.Touch(changelog.Review, changelog.Restore, row)
		e.exec(`UPDATE reviews SET status = 'PUBLISHED' WHERE id = $1`, row)
	},
	"document": func(e *editing) {
		e.exec(`INSERT INTO documents (type, symbol, review_id, status) VALUES ('REPORT', $1, $2, 'PUBLISHED')`, e.uid("A/HRC"), e.review())
	},
	"no document": func(e *editing) {
		row := e.review()
		e.log.Touch(changelog.Recommendation, changelog.Correct, e.row(`SELECT id FROM recommendations ORDER BY id`))
		e.exec(`UPDATE documents SET status = 'WITHDRAWN' WHERE review_id = $1`, row)
	},
	"name of an issue": func(e *editing) {
		e.exec(`UPDATE issues SET name_en = $1 WHERE id = $2`, e.uid("Women"), e.issue())
	},
	"place of an issue": func(e *editing) {
		e.exec(`UPDATE issues SET position = $1 WHERE id = $2`, e.random.IntN(60), e.issue())
	},
	"new issue": func(e *editing) {
		code := e.uid("issue")
		e.exec(`INSERT INTO issues (code, name_en, name_fr, name_es, position) VALUES ($1, $2, '', '', (SELECT MAX(position) + 1 FROM issues))`, code, code)
		e.log.Touch(changelog.Issue, changelog.Create, e.row(`SELECT id FROM issues WHERE code = '`+code+`'`))
	},
	"successor of an issue": func(e *editing) {
		e.exec(`DELETE FROM issue_successors`)
		e.exec(`INSERT INTO issue_successors (issue_id, successor_id) SELECT $1, MAX(id) FROM issues`, e.issue())
	},
	"new group": func(e *editing) {
		code := e.uid("GROUP")
		e.exec(`INSERT INTO state_groups (code, kind, name_en, name_fr, name_es, position) VALUES ($1, 'ORGANISATION', $2, '', '', (SELECT MAX(position) + 1 FROM state_groups))`, code, code)
		e.log.Touch(changelog.Group, changelog.Create, e.row(`SELECT id FROM state_groups WHERE code = '`+code+`'`))
	},
	"shown or hidden group": func(e *editing) {
		row := e.row(`SELECT id FROM state_groups WHERE kind = 'ORGANISATION' ORDER BY id`)
		e.log.Touch(changelog.Group, changelog.Correct, row)
		e.exec(`UPDATE state_groups SET status = CASE status WHEN 'PUBLISHED' THEN 'WITHDRAWN' ELSE 'PUBLISHED' END WHERE id = $1`, row)
	},
	"affected group": func(e *editing) {
		code := e.uid("affected")
		e.exec(`INSERT INTO affected_groups (code, name_en, name_fr, name_es, position) VALUES ($1, $2, '', '', (SELECT MAX(position) + 1 FROM affected_groups))`, code, code)
		e.log.Touch(changelog.AffectedGroup, changelog.Create, e.row(`SELECT id FROM affected_groups WHERE code = '`+code+`'`))
		old := e.row(`SELECT id FROM affected_groups ORDER BY id`)
		e.log.Touch(changelog.AffectedGroup, changelog.Correct, old)
		e.exec(`DELETE FROM affected_group_successors`)
		e.exec(`INSERT INTO affected_group_successors (group_id, successor_id) SELECT $1, MAX(id) FROM affected_groups WHERE id <> $2`, old, old)
	},
	"organisation": func(e *editing) {
		row := e.row(`SELECT id FROM organisations ORDER BY id`)
		e.log.Touch(changelog.Organisation, changelog.Correct, row)
		e.exec(`UPDATE organisations SET name = $1 WHERE id = $2`, e.uid("Organisation"), row)
	},
	"membership": func(e *editing) {
		membership := e.row(`SELECT id FROM state_group_memberships ORDER BY id`)
		e.log.Touch(changelog.Group, changelog.Correct, e.row(fmt.Sprintf(`SELECT group_id FROM state_group_memberships WHERE id = %d`, membership)))
		e.exec(`UPDATE state_group_memberships SET from_date = $1 WHERE id = $2`, fmt.Sprintf("20%02d-05-06", 6+e.random.IntN(12)), membership)
	},
	"no membership": func(e *editing) {
		membership := e.row(`SELECT id FROM state_group_memberships ORDER BY id`)
		e.log.Touch(changelog.Group, changelog.Correct, e.row(fmt.Sprintf(`SELECT group_id FROM state_group_memberships WHERE id = %d`, membership)))
		e.exec(`DELETE FROM state_group_memberships WHERE id = $1`, membership)
	},
}

// made makes some changes in one transaction and lets the record follow.
func (e *editing) made(t *testing.T, r *Record, names ...string) {
	t.Helper()
	_, err := changelog.Write(t.Context(), r.db, changelog.Because{Actor: "usr_test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
		e.ctx, e.tx, e.log = t.Context(), tx, log
		for _, name := range names {
			edits[name](e)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%v: %v", names, err)
	}
	if err := r.CatchUp(t.Context()); err != nil {
		t.Fatalf("%v: %v", names, err)
	}
}

// TestNextIsWhatIsLoaded changes everything at random, one thing or several at a time, and
// demands that the record that followed answers every question as one that is loaded does.
func TestNextIsWhatIsLoaded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampled(t, url)
		r, err := Open(t.Context(), db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		e := &editing{random: rand.New(rand.NewPCG(11, 4))}
		names, n := sortedKeys(edits), 0
		for began := time.Now(); n < 20 || time.Since(began) < soak(t); n++ {
			made := make([]string, 1+e.random.IntN(5))
			for i := range made {
				made[i] = names[e.random.IntN(len(names))]
			}
			e.made(t, r, made...)
			loaded, err := Load(t.Context(), db, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			want, got := describe(t, loaded), describe(t, r.Snapshot())
			for i := range max(len(want), len(got)) {
				if i == len(want) || i == len(got) || got[i] != want[i] {
					t.Fatalf("after %v:\nloaded   %s\nfollowed %s", made, want[min(i, len(want)-1)], got[min(i, len(got)-1)])
				}
			}
		}
	})
}

// TestOneChangeIsFollowed demands that no change of one thing makes the record load everything
// again, but for those that put something between others.
func TestOneChangeIsFollowed(t *testing.T) {
	db := sampled(t, dbtest.SQLite(t))
	r, err := Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	e := &editing{random: rand.New(rand.NewPCG(4, 11))}
	e.made(t, r, "withdraw", "no review") // for others to restore
	for _, name := range sortedKeys(edits) {
		before := r.Snapshot()
		for try := 0; r.Snapshot() == before && try < 50; try++ { // what was chosen may have no tags, say
			e.made(t, r, name)
		}
		after := r.Snapshot()
		if before == after {
			t.Errorf("%s: the record did not follow", name)
		}
		if loaded := &before.actions[0] != &after.actions[0]; loaded != (name == "place of an issue") {
			t.Errorf("%s: all was loaded again: %v", name, loaded)
		}
	}
}

// describe asks a snapshot all sorts of questions, a line per answer.
func describe(t *testing.T, s *Snapshot) []string {
	t.Helper()
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	every, few, text := MaxPage, 3, ""
	say("version %s, %d recommendations", s.Version(), s.Size())
	for _, order := range []RecommendationOrder{BySession, ByStateUnderReview, ByRecommendingState} {
		for page := range pagesOf(t, s, nil, &order, every) {
			for _, edge := range page.Edges() {
				say("%s %s %s", order, edge.Cursor(), describeRecommendation(edge.Node))
			}
		}
	}
	pledges, err := s.Pledges(nil, &every, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pledges.Nodes() {
		say("%s of %s in %s: %s; %d issues", p.ID(), p.State().Code, p.Review().ID(), p.Text, len(p.Issues()))
	}
	describePlaces(t, s, say)
	today, cycles := Today, []int{2}
	for i, filter := range []*RecommendationFilter{nil, {Cycles: cycles}, {StateUnderReviewGroups: []string{"AFRICA"}},
		{RecommendingStateGroups: []string{"ASIA_PACIFIC"}, GroupMembership: &today}, {Text: &text, SDGGoals: []int{5, 16}}, {Responses: []Response{"NOTED"}}} {
		describeCounts(t, s, filter, func(format string, args ...any) { say(fmt.Sprint("filter ", i, ": ")+format, args...) })
	}
	for _, text := range []string{"ratify", "women", `"human rights"`, "wellbeing", "well-being", "non-state", "rat*", "CEDAW", "Convention against Torture -women", "novel1", "twice2 OR twice1"} {
		filter := &RecommendationFilter{Text: &text}
		for page := range pagesOf(t, s, filter, nil, few) {
			for _, edge := range page.Edges() {
				say("%s: %s %v %s %v", text, edge.Node.ID(), *edge.Score(), edge.Cursor(), edge.Highlights())
			}
		}
	}
	ids, err := s.RecommendationIDs(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids[:min(len(ids), 20)] {
		for _, in := range []SimilarScope{Anywhere, OtherStates} {
			similar, err := s.Node(id).(Recommendation).Similar(&few, &in)
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range similar {
				say("%s is like %s %s: %v", id, other.Recommendation.ID(), in, other.Score)
			}
		}
	}
	for _, typed := range []string{"wo", "afr", "16", "can"} {
		suggestions, err := s.Suggest(typed, nil, &every)
		say("%s: %v %v", typed, suggestions, err)
	}
	return lines
}

// pagesOf yields all pages of a list, each from the cursor where the one before ends.
func pagesOf(t *testing.T, s *Snapshot, filter *RecommendationFilter, order *RecommendationOrder, size int) func(yield func(*RecommendationConnection) bool) {
	t.Helper()
	return func(yield func(*RecommendationConnection) bool) {
		var after *string
		for {
			page, err := s.Recommendations(filter, order, &size, after, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if info := page.PageInfo(); yield(page) && info.HasNextPage {
				after = info.EndCursor
				continue
			}
			return
		}
	}
}

// describePlaces tells of reviews, sessions, groups, issues and organisations.
func describePlaces(t *testing.T, s *Snapshot, say func(format string, args ...any)) {
	t.Helper()
	reviews := func(list []Review) (ids []string) {
		for _, r := range list {
			ids = append(ids, r.ID())
		}
		return ids
	}
	most := MaxPage
	page, err := s.Reviews(nil, &most, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Nodes {
		say("%s on %v in session %d, troika %d", r.ID(), r.date, r.Session().Number, len(r.Troika()))
		for _, d := range r.Documents() {
			say("%s: %s %s of %s", r.ID(), d.Type, d.Symbol, d.Review().ID())
		}
		one := 1
		recommendations, err := r.Recommendations(nil, nil, &one, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		say("%s has %d", r.ID(), recommendations.TotalCount())
	}
	for p := range s.sessions {
		say("session %d: %v", s.session(p).Number, reviews(s.session(p).Reviews()))
	}
	for p := range s.states {
		list, err := s.state(p).Reviews(&most, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		say("%s: %v", s.state(p).Code, reviews(list.Nodes))
	}
	for _, g := range s.StateGroups() {
		say("%s %s", g.Code, g.Name(nil))
		for _, m := range g.Memberships() {
			say("%s: %s from %v, in %s", g.Code, m.State().Code, m.from, m.Group().Code)
		}
	}
	for _, i := range s.Issues() {
		say("%s %s, then %d", i.Code, i.Name(nil), len(i.Successors()))
	}
	for _, g := range s.AffectedGroups() {
		say("%s %s, then %d", g.Code, g.Name(nil), len(g.Successors()))
	}
	for _, o := range all(len(s.organisations), s.organisation) {
		say("%s %s", o.ID(), o.Name)
	}
}

func describeRecommendation(r Recommendation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %s", r.ID(), r.Text, r.number)
	review := r.Review()
	fmt.Fprintf(&b, " in %s on %v in session %d", review.ID(), review.day(), review.Session().Number)
	if by := r.RecommendingState(); by != nil {
		fmt.Fprintf(&b, " by %s", by.Code)
	}
	if action := r.ActionCategory(); action != nil {
		fmt.Fprintf(&b, " action %d", action.Number)
	}
	for _, e := range r.Responses() {
		fmt.Fprintf(&b, " %s %s %s %s", e.Response(), e.SourceWord(), e.date, e.Provenance().File)
		if document := e.Document(); document != nil {
			fmt.Fprintf(&b, " in %s of %s", document.Symbol, document.Review().ID())
		}
	}
	for _, issue := range r.Issues() {
		fmt.Fprintf(&b, " %s", issue.Code)
	}
	for _, target := range r.SDGTargets() {
		fmt.Fprintf(&b, " %s", target.Code)
	}
	p := r.Provenance()
	fmt.Fprintf(&b, " from %s, row %d", p.File, p.Row)
	return b.String()
}

func describeCounts(t *testing.T, s *Snapshot, filter *RecommendationFilter, say func(format string, args ...any)) {
	t.Helper()
	few := 3
	page, err := s.Recommendations(filter, nil, &few, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var dimensions []Dimension
	for _, d := range sortedKeys(definitions) {
		if d != reviewDimension {
			dimensions = append(dimensions, d)
		}
	}
	facets, err := page.Facets(dimensions)
	if err != nil {
		t.Fatal(err)
	}
	for _, facet := range facets {
		for _, bucket := range facet.Values {
			say("%s %s (%s): %d, %.6f", facet.Dimension, bucket.Key, bucket.Label(nil), bucket.Count, bucket.Share)
		}
	}
	statistics := page.Statistics()
	say("%d, %d, %d, %d", statistics.Total(), statistics.StatesUnderReview(), statistics.RecommendingStates(), statistics.Pairs())
	say("%v", statistics.CrossTab(IssueDimension, StateUnderReviewGroupDimension).Cells)
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
