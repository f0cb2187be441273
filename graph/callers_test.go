package graph_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

var updateCallers = flag.Bool("update-callers", false, "write testdata/callers.txt anew: read the difference before it is committed")

const callersFile = "testdata/callers.txt"

// doors are where private questions begin: each of their fields is asked as every caller.
// The question leads to the door.
var doors = map[string]string{
	"Query": "query { %s }", "Mutation": "mutation { %s }", "Subscription": "subscription { %s }",
	"Desk": "query { desk { %s } }", "Mine": "query { mine { %s } }", "Viewer": "query { viewer { %s } }",
}

// callers are every kind of whoever may ask.
func callers() (names []string, byName map[string]*viewer.Viewer) {
	byName = map[string]*viewer.Viewer{
		"nobody":      nil,
		"signed-in":   {UID: "usr_test", Name: "Test"}, // staff without their second factor are no more than this
		"partner-key": {UID: "usr_test", KeyUID: "key_test", KeyScopes: []string{"recommendations:read"}},
		"program":     viewer.Program("test"),
	}
	names = []string{"nobody", "signed-in", "partner-key", "program"}
	for _, role := range viewer.Roles() {
		names = append(names, string(role))
		byName[string(role)] = with(role)
	}
	return names, byName
}

// TestCallerMatrix holds every field that is not public against testdata/callers.txt: who is
// let in, measured by asking as everyone, and through which fields private types are
// reached. A field without a row fails: whoever adds one decides who may see it.
func TestCallerMatrix(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	resolver := o.resolver(newPeople(t, o.db))
	resolver.Hooks = newHooks(t, o)
	resolver.Outbox = notify.NewOutbox(o.db, secret.NewBox(secret.Key{}), nil, job.New(o.db))
	o.handler = graph.NewHandler(resolver, graph.Options{CacheMegabytes: 16})
	want := readRows(t)
	got := slices.Concat(o.measureDoors(t), privateFields())
	if *updateCallers {
		text := "# Who is let in, and what private types are reached by. See TestCallerMatrix.\n" + strings.Join(got, "\n") + "\n"
		if err := os.WriteFile(callersFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, row := range got {
		if !want[row] {
			t.Errorf("no such row; decide who may, and write it into %s:\n%s", callersFile, row)
		}
		delete(want, row)
	}
	for row := range want {
		t.Errorf("%s has a row that is not true: %s", callersFile, row)
	}
}

func readRows(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(callersFile)
	if err != nil && !*updateCallers {
		t.Fatal(err)
	}
	rows := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			rows[line] = true
		}
	}
	return rows
}

// measureDoors asks each field of each door as each caller.
func (o *office) measureDoors(t *testing.T) (rows []string) {
	t.Helper()
	names, byName := callers()
	schema := graph.Schema()
	for _, door := range []string{"Query", "Mutation", "Subscription", "Desk", "Mine", "Viewer"} {
		for _, field := range schema.Types[door].Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			query := fmt.Sprintf(doors[door], asked(schema, field))
			var in []string
			for _, name := range names {
				if o.letsIn(t, byName[name], door, query) {
					in = append(in, name)
				}
			}
			who := strings.Join(in, " ")
			switch len(in) {
			case len(names):
				who = "everyone"
			case len(names) - 1:
				who = "everyone but " + missing(names, in)
			case 0:
				who = "no one, with what is asked here"
			}
			rows = append(rows, fmt.Sprintf("%s.%s: %s", door, field.Name, who))
		}
	}
	return rows
}

func missing(names, in []string) string {
	return names[slices.IndexFunc(names, func(name string) bool { return !slices.Contains(in, name) })]
}

// letsIn says whether a caller comes as far as the field: whatever it then answers.
func (o *office) letsIn(t *testing.T, v *viewer.Viewer, door, query string) bool {
	t.Helper()
	if door == "Subscription" {
		return o.hears(t, v, query)
	}
	var data map[string]any
	code := o.ask(t, v, query, nil, &data)
	switch {
	case code == "UNAUTHENTICATED", code == "FORBIDDEN":
		return false
	case (door == "Mine" || door == "Viewer") && code == "":
		return data[strings.ToLower(door)] != nil
	}
	return true
}

// hears subscribes and changes something until an answer comes: the change, or a refusal.
func (o *office) hears(t *testing.T, v *viewer.Viewer, query string) bool {
	t.Helper()
	answers := o.listen(t, v, query)
	row := o.rowOf(t, `SELECT MIN(id) FROM recommendations`)
	for i := range 100 {
		o.change(t, "rec", row, `UPDATE recommendations SET number = $1 WHERE id = $2`, fmt.Sprint(i), row)
		select {
		case a, more := <-answers:
			return more && len(a.Errors) == 0
		case <-time.After(200 * time.Millisecond):
		}
	}
	t.Fatalf("nothing came of %s", query)
	return false
}

// asked writes a field with the least that it needs.
func asked(schema *ast.Schema, field *ast.FieldDefinition) string {
	var args []string
	for _, arg := range field.Arguments {
		if arg.Type.NonNull {
			args = append(args, arg.Name+": "+least(schema, arg.Type))
		}
	}
	text := field.Name
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if schema.Types[field.Type.Name()].IsCompositeType() {
		text += " { __typename }"
	}
	return text
}

// least is a value of a type that names nothing there is.
func least(schema *ast.Schema, of *ast.Type) string {
	if of.Elem != nil {
		return "[" + least(schema, of.Elem) + "]"
	}
	definition := schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return definition.EnumValues[0].Name
	case ast.InputObject:
		var fields []string
		for _, field := range definition.Fields {
			if field.Type.NonNull {
				fields = append(fields, field.Name+": "+least(schema, field.Type))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	}
	return map[string]string{"Int": "1", "Float": "1", "Boolean": "true", "Date": `"2020-01-01"`, "Time": `"2020-01-01T00:00:00Z"`}[of.NamedType] + map[bool]string{
		true: `"nothing"`}[slices.Contains([]string{"String", "ID", "JSON"}, of.NamedType)]
}

// privateFields lists the fields of all types that public questions do not reach, and by
// which fields these types are reached.
func privateFields() (rows []string) {
	schema := graph.Schema()
	public := map[string]bool{}
	reach(schema, schema.Query, public, "desk", "mine", "viewer")
	parents := map[string][]string{}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			if definition.Kind == ast.Object {
				parents[field.Type.Name()] = append(parents[field.Type.Name()], definition.Name+"."+field.Name)
			}
		}
	}
	for _, definition := range schema.Types {
		_, isDoor := doors[definition.Name]
		if definition.Kind != ast.Object || public[definition.Name] || isDoor || strings.HasPrefix(definition.Name, "__") {
			continue
		}
		through := slices.Sorted(slices.Values(parents[definition.Name]))
		for _, field := range definition.Fields {
			row := fmt.Sprintf("%s.%s: reached by %s", definition.Name, field.Name, strings.Join(through, " "))
			if directive := field.Directives.ForName("requireRole"); directive != nil {
				row += "; needs " + directive.Arguments.ForName("roles").Value.String()
			}
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	return rows
}

// reach collects the types that a type leads to, but for some of its own fields.
func reach(schema *ast.Schema, from *ast.Definition, seen map[string]bool, without ...string) {
	if seen[from.Name] {
		return
	}
	seen[from.Name] = true
	for _, possible := range schema.GetPossibleTypes(from) {
		if possible != from {
			reach(schema, possible, seen)
		}
	}
	for _, field := range from.Fields {
		if !slices.Contains(without, field.Name) {
			reach(schema, schema.Types[field.Type.Name()], seen)
		}
	}
}

// TestPrivateIDsAreNothing asks for what is private by its id, as everyone.
func TestPrivateIDsAreNothing(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	var user string
	people := newPeople(t, o.db)
	if _, err := people.CreateUser(viewer.NewContext(t.Context(), viewer.Program("test")), "quokka@example.org", "Quokka Warden", "EN", ""); err != nil {
		t.Fatal(err)
	}
	if err := o.db.SQL.QueryRow(`SELECT uid FROM users`).Scan(&user); err != nil {
		t.Fatal(err)
	}
	o.change(t, "rec", o.rowOf(t, `SELECT MIN(id) FROM recommendations`), `UPDATE recommendations SET status = 'DRAFT', text = 'Quokka draft' WHERE id = (SELECT MIN(id) FROM recommendations)`)
	var draft string
	if err := o.db.SQL.QueryRow(`SELECT uid FROM recommendations WHERE status = 'DRAFT'`).Scan(&draft); err != nil {
		t.Fatal(err)
	}
	names, byName := callers()
	for _, name := range names {
		var got struct {
			Node            *struct{ ID string }
			Nodes           []*struct{ ID string }
			Recommendations struct{ TotalCount int }
			Suggest         []struct{ Key string }
		}
		o.must(t, byName[name], `query($ids: [ID!]!, $id: ID!) { node(id: $id) { id } nodes(ids: $ids) { id }
			recommendations(filter: {text: "quokka"}) { totalCount } suggest(text: "quokka") { key } }`,
			map[string]any{"id": draft, "ids": []string{draft, user, "key_1", "log_1"}}, &got)
		if got.Node != nil || slices.ContainsFunc(got.Nodes, func(n *struct{ ID string }) bool { return n != nil }) || got.Recommendations.TotalCount != 0 || len(got.Suggest) != 0 {
			t.Errorf("%s sees %+v", name, got)
		}
	}
}
