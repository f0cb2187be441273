package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// TestBothExecutorsAnswerAlike asks thousands of random valid questions of the direct
// executor and of gqlgen's, and compares the bytes.
func TestBothExecutorsAnswerAlike(t *testing.T) {
	db, r := sampleRecord(t, 2000)
	partners := slice.New(db, r, slice.About{})
	groups := partnerGroups(t, db, partners)
	config := generated.Config{Resolvers: &Resolver{Partners: partners, PreSessions: presession.New(db, time.Now, presession.Means{})}, Directives: directives()}
	directly := newHandler(generated.NewDirectSchema(config, markPublic), r, Options{CacheMegabytes: 64})
	plainly := newHandler(generated.NewExecutableSchema(config), r, Options{})
	questions, answered := 1200, 0
	if testing.Short() {
		questions = 400
	}
	for seed := range uint64(questions) {
		q := &questioner{Rand: rand.New(rand.NewPCG(seed, 99)), schema: Schema(), fragments: map[string]string{}, groups: groups}
		body, err := json.Marshal(q.question())
		if err != nil {
			t.Fatal(err)
		}
		got, want := ask(t, directly, body), ask(t, plainly, body)
		if again := ask(t, directly, body); !bytes.Equal(again, got) && !bytes.HasPrefix(got, []byte(`{"errors"`)) {
			t.Fatalf("seed %d: %s\nthe cache answers otherwise:\n%s\n%s", seed, body, got, again)
		}
		if bytes.Equal(got, want) {
			if !bytes.HasPrefix(got, []byte(`{"errors"`)) {
				answered++
			}
			continue
		}
		// gqlgen resolves fields at the same time, so that several errors come in any order.
		if diff := cmp.Diff(unordered(t, want), unordered(t, got)); diff != "" {
			t.Fatalf("seed %d: %s\n(-gqlgen +direct):\n%s", seed, body, diff)
		}
		if !bytes.HasPrefix(got, []byte(`{"errors"`)) {
			t.Fatalf("seed %d: %s\nthe bytes differ:\n%s\n%s", seed, body, want, got)
		}
	}
	t.Logf("%d of %d questions were answered without errors", answered, questions)
	if answered < questions/2 {
		t.Errorf("only %d of %d questions were answered without errors: the test asks the wrong ones", answered, questions)
	}
}

func sampleRecord(t testing.TB, recommendations int) (*database.DB, *record.Record) {
	t.Helper()
	ctx := context.Background()
	db := sampletest.Filled(t, dbtest.SQLite(t), recommendations)
	r, err := record.Open(ctx, db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return db, r
}

// partnerGroups makes a public group with dates and a private one, and returns their ids.
func partnerGroups(t *testing.T, db *database.DB, partners *slice.Service) (ids []string) {
	t.Helper()
	ctx, day := viewer.NewContext(t.Context(), newOwner(t, db)), civil.Date("2012-05-05")
	for _, public := range []bool{true, false} {
		g, err := partners.Groups.Create(ctx, partnergroup.CreateInput{Name: "x", Public: public, Members: []record.PartnerGroupMember{{State: "KEN"}, {State: "EGY", From: &day}, {State: "FRA", Until: &day}}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, g.ID)
	}
	return ids
}

// newOwner makes a user.
func newOwner(t testing.TB, db *database.DB) *viewer.Viewer {
	t.Helper()
	people, err := identity.New(db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	u, err := people.CreateUser(viewer.NewContext(t.Context(), viewer.Program("test")), "ann@example.org", "Ann", "EN", "")
	if err != nil {
		t.Fatal(err)
	}
	return &viewer.Viewer{UID: u.UID}
}

func ask(t *testing.T, handler http.Handler, body []byte) []byte {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer.Body.Bytes()
}

func unordered(t *testing.T, body []byte) any {
	t.Helper()
	var answer struct {
		Errors []any
		Data   any
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	slices.SortFunc(answer.Errors, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return answer
}

// questioner makes up valid operations from the schema.
type questioner struct {
	*rand.Rand
	schema    *ast.Schema
	fragments map[string]string
	groups    []string // of partners: a public one, and one that is not there
	names     int
}

// question is one request. Its variables decide about fields and about sizes of pages.
func (q *questioner) question() map[string]any {
	fields := q.selection(q.schema.Query, 4+q.IntN(3))
	document := "query($yes: Boolean!, $no: Boolean!, $n: Int) " + fields
	for _, fragment := range q.fragments {
		document += "\n" + fragment
	}
	if q.IntN(10) > 0 { // variables must be used
		document += "\nfragment used on Query { __typename @include(if: $yes) @skip(if: $no) s: states(first: $n) { totalCount } }"
		document = strings.Replace(document, "{", "{ ...used ", 1)
	} else {
		document = strings.Replace(document, "query($yes: Boolean!, $no: Boolean!, $n: Int) ", "", 1)
		document = strings.NewReplacer("$yes", "true", "$no", "false", "$n", "2").Replace(document)
	}
	return map[string]any{"query": document, "variables": map[string]any{"yes": true, "no": false, "n": q.IntN(4)}}
}

func (q *questioner) selection(definition *ast.Definition, depth int) string {
	var text strings.Builder
	text.WriteString("{ ")
	if definition.Kind == ast.Interface {
		possible := q.schema.GetPossibleTypes(definition)
		one := possible[q.IntN(len(possible))]
		fmt.Fprintf(&text, "__typename ... on %s %s ", one.Name, q.selection(one, depth-1))
	}
	asked := 0
	for range 1 + q.IntN(4) {
		f := definition.Fields[q.IntN(len(definition.Fields))]
		if strings.HasPrefix(f.Name, "__") || depth <= 0 && !q.isLeaf(f) {
			continue
		}
		asked++
		text.WriteString(q.wrapped(definition, q.field(f, depth)))
	}
	if asked == 0 {
		text.WriteString("__typename ")
	}
	text.WriteString("}")
	return text.String()
}

func (q *questioner) isLeaf(f *ast.FieldDefinition) bool {
	kind := q.schema.Types[f.Type.Name()].Kind
	return kind == ast.Scalar || kind == ast.Enum
}

// field asks for a field, under an alias of its own unless it is alone, so that two
// selections never ask for the same key in different ways.
func (q *questioner) field(f *ast.FieldDefinition, depth int) string {
	text := f.Name
	if len(f.Arguments) > 0 || q.IntN(4) == 0 {
		q.names++
		text = fmt.Sprintf("a%d: %s", q.names, f.Name)
	}
	text += q.arguments(f) + q.pick("", "", "", "", " @include(if: $yes)", " @skip(if: $no)", " @skip(if: $yes)", " @include(if: true)")
	if !q.isLeaf(f) {
		text += " " + q.selection(q.schema.Types[f.Type.Name()], depth-1)
	}
	return text + " "
}

// wrapped puts a field into a fragment at times.
func (q *questioner) wrapped(definition *ast.Definition, field string) string {
	switch q.IntN(8) {
	case 0:
		return fmt.Sprintf("... on %s { %s } ", definition.Name, field)
	case 1:
		return fmt.Sprintf("... %s { %s } ", q.pick("@include(if: $yes)", "@skip(if: $yes)", ""), field)
	case 2:
		q.names++
		name := fmt.Sprintf("F%d", q.names)
		q.fragments[name] = fmt.Sprintf("fragment %s on %s { %s }", name, definition.Name, field)
		return fmt.Sprintf("...%s ...%s ", name, name)
	}
	return field
}

func (q *questioner) pick(values ...string) string { return values[q.IntN(len(values))] }

func (q *questioner) arguments(f *ast.FieldDefinition) string {
	var given []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull && q.IntN(2) == 0 && (a.Name != "first" || q.IntN(3) == 0) {
			continue
		}
		given = append(given, a.Name+": "+q.value(a.Name, a.Type))
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

// value makes up a value of a type; the name says which ones make sense.
func (q *questioner) value(name string, t *ast.Type) string {
	if t.Elem != nil {
		return "[" + q.value(name, t.Elem) + ", " + q.value(name, t.Elem) + "]"
	}
	switch definition := q.schema.Types[t.NamedType]; definition.Kind {
	case ast.Enum:
		if name == "orderBy" {
			return q.pick("SESSION", "STATE_UNDER_REVIEW", "RECOMMENDING_STATE")
		}
		return definition.EnumValues[q.IntN(len(definition.EnumValues))].Name
	case ast.InputObject:
		return q.input(definition)
	}
	return q.scalar(name, t.NamedType)
}

func (q *questioner) input(definition *ast.Definition) string {
	var given []string
	for _, f := range definition.Fields {
		if q.IntN(len(definition.Fields)) < 2 {
			given = append(given, f.Name+": "+q.value(f.Name, f.Type))
		}
	}
	return "{" + strings.Join(given, ", ") + "}"
}

func (q *questioner) scalar(name, scalar string) string {
	switch {
	case scalar == "Boolean":
		return q.pick("true", "false")
	case scalar == "Date":
		return q.pick(`"2012-05-05"`, `"2024-01-01"`)
	case scalar == "Int":
		if strings.Contains(strings.ToLower(name), "cycle") || name == "actionCategories" {
			return q.pick("1", "2", "3")
		}
		return q.pick("0", "1", "2", "3", "3", "3", "2", "1", "2", "3", "1", "2", "2", "3", "1", "2", "1", "2", "3", "-1")
	case scalar == "ID":
		return q.pick(`"sta_KEN"`, `"rev_EGY_1"`, `"iss_justice"`, `"sdg_5"`, `"nothing"`, `"prg_in-country"`)
	case strings.Contains(strings.ToLower(name), "group"):
		return q.pick(`"AFRICA"`, `"WEOG"`, `"EU"`, `"`+q.groups[0]+`"`, `"`+q.groups[q.IntN(8)/7]+`"`)
	case strings.Contains(strings.ToLower(name), "issue"):
		return q.pick(`"justice"`, `"womens-rights"`, `"migrants"`)
	case name == "text":
		return q.pick(`"women"`, `"rights -women"`, `"(children OR women) \"human rights\""`, `"\"open"`)
	case name == "after" || name == "before":
		return q.pick("null", "null", "null", "null", "null", "null", "null", "null", "null", `"nonsense"`)
	case name == "slug":
		return q.pick(`"upr-info"`, `"in-country"`)
	case name == "sdgTargets" || name == "code" && q.IntN(4) == 0:
		return q.pick(`"5.2"`, `"16.3"`)
	}
	return q.pick(`"KEN"`, `"EGY"`, `"FRA"`, `"CAN"`, `"NOR"`)
}
