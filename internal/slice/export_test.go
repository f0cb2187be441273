package slice_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// rowsOf reads NDJSON with a reader that is not ours.
func rowsOf(t testing.TB, body []byte) (rows []map[string]any) {
	t.Helper()
	for decoder := json.NewDecoder(bytes.NewReader(body)); decoder.More(); {
		var row map[string]any
		if err := decoder.Decode(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestFormatsAgree takes every kind in every format and compares what readers of others make of them.
func TestFormatsAgree(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 300)
	if _, err := rounds.Fill(t.Context(), h.db, secret.NewBox(secret.Key{1}), nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	in := h.db.Ent.Meeting.Query().FirstIDX(program)
	brought := h.db.Ent.MeetingStatement.Create().SetUID("pst_1").SetMeetingID(in).SetLanguage("FR").SetTitle("A, \"B\"").SetKind("PDF").SetSize(7).SetSha256("ab").SetFile("fil_1").SaveX(program)
	recommendation := h.db.Ent.Recommendation.Query().FirstX(program).UID
	h.db.Ent.MeetingAsk.Create().SetUID("mak_1").SetStatement(brought).SetText("Do, \"please\"").SetIssueID(h.db.Ent.Issue.Query().FirstIDX(program)).SetTakenUpBy([]string{recommendation}).ExecX(program)
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, k := range slice.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			exact := h.must(t, "/export/"+k.Name+".ndjson", nil)
			rows := rowsOf(t, exact.body)
			if n := exact.header.Get("X-Total-Count"); n != strconv.Itoa(len(rows)) {
				t.Errorf("%s rows announced, %d sent", n, len(rows))
			}
			if len(rows) == 0 && k.Name != "issue_successors" && k.Name != "programme_organisations" && !strings.HasSuffix(k.Name, "_affected_groups") && k.Name != "review_documents" && k.Name != "organisation_links" {
				t.Error("no rows")
			}
			checkKeys(t, k, rows)
			checkJSON(t, h, k, rows)
			table, err := csv.NewReader(bytes.NewReader(h.must(t, "/export/"+k.Name+".csv", nil).body)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			checkTable(t, "csv", k, table, rows, func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") })
			checkWorkbook(t, h, k, rows)
		})
	}
}

func checkKeys(t *testing.T, k *slice.Kind, rows []map[string]any) {
	t.Helper()
	seen := map[string]bool{}
	for _, row := range rows {
		key := ""
		for _, column := range k.Key {
			key += fmt.Sprintf("%v\x00", row[column])
		}
		if seen[key] {
			t.Errorf("two rows have the key %q", key)
		}
		seen[key] = true
		for _, c := range k.Columns {
			if value, there := row[c.Name]; !there || value == nil && c.Required {
				t.Errorf("%s: %v", c.Name, row)
			}
		}
	}
}

func checkJSON(t *testing.T, h *house, k *slice.Kind, rows []map[string]any) {
	t.Helper()
	var whole struct {
		Count    int
		Complete bool
		Rows     []map[string]any
	}
	if err := json.Unmarshal(h.must(t, "/export/"+k.Name+".json", nil).body, &whole); err != nil {
		t.Fatal(err)
	}
	if whole.Count != len(rows) || !whole.Complete || fmt.Sprint(whole.Rows) != fmt.Sprint(rows) {
		t.Errorf("JSON has other rows: %d, %v", whole.Count, whole.Complete)
	}
}

// checkTable compares a table of texts with rows. CSV readers turn CR LF within texts into LF.
func checkTable(t *testing.T, format string, k *slice.Kind, table [][]string, rows []map[string]any, same func(string) string) {
	t.Helper()
	if len(table) != len(rows)+1 {
		t.Fatalf("%s has %d lines, %d rows", format, len(table), len(rows))
	}
	for i, row := range rows {
		for column, name := range table[0] {
			want := fmt.Sprint(row[name])
			switch value := row[name].(type) {
			case nil:
				want = ""
			case float64:
				want = strconv.FormatFloat(value, 'g', -1, 64)
			}
			if got := table[i+1][column]; same(got) != same(want) {
				t.Fatalf("%s, row %d, %s: got %q, want %q", format, i+1, name, got, want)
			}
		}
	}
	if lists := slices.ContainsFunc(k.Columns, func(c slice.Column) bool {
		return c.Type == slice.List && slices.Contains(table[0], c.Name)
	}); lists {
		t.Errorf("%s packs lists into cells", format)
	}
}

// checkWorkbook reads a workbook with Debian's xlsx2csv.
func checkWorkbook(t *testing.T, h *house, k *slice.Kind, rows []map[string]any) {
	t.Helper()
	reader, err := exec.LookPath("xlsx2csv")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xlsx2csv is missing: .ci/setup installs it")
		}
		t.Skip("SKIPPED, WORKBOOKS ARE NOT TESTED: xlsx2csv is missing")
	}
	file := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(file, h.must(t, "/export/"+k.Name+".xlsx", nil).body, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), reader, "--sheet", "1", "--ignoreempty", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.FieldsPerRecord = -1 // it leaves empty cells at the end of a line out
	table, err := lines.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i := range table {
		table[i] = append(table[i], make([]string, len(table[0])-len(table[i]))...)
	}
	checkTable(t, "xlsx", k, table, rows, func(s string) string {
		return strings.ToLower(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n").Replace(strings.TrimSpace(s)))
	})
}

func TestHardTextsSurvive(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rows := rowsOf(t, h.must(t, "/export/recommendations.ndjson", nil).body)
		plain := string(h.must(t, "/export/recommendations.csv", nil).body)
		for _, text := range hard {
			if !slices.ContainsFunc(rows, func(row map[string]any) bool { return row["text"] == text }) {
				t.Errorf("NDJSON has lost %q", text)
			}
			if !strings.Contains(plain, strings.ReplaceAll(text, `"`, `""`)) {
				t.Errorf("CSV has lost %q", text)
			}
		}
		excel := h.must(t, "/export/recommendations.excel.csv", url.Values{"columns": {"text"}}).body
		if !bytes.HasPrefix(excel, []byte("\xef\xbb\xbf")) {
			t.Error("no byte-order mark")
		}
		table, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(excel, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		guarded := 0
		for _, line := range table {
			if strings.ContainsAny(line[0][:1], "=+-@\t\r") {
				t.Errorf("Excel would calculate %q", line[0])
			}
			if strings.HasPrefix(line[0], "'=") {
				guarded++
			}
		}
		if guarded != 1 {
			t.Errorf("%d cells were made harmless", guarded)
		}
	})
}

// TestNothingToRepair has the steps of the script that partners need for other exports.
func TestNothingToRepair(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 300)
	states := rowsOf(t, h.must(t, "/export/states.ndjson", nil).body)
	for code, name := range map[string]string{"TLS": "Timor-Leste", "CIV": "Côte d'Ivoire"} {
		if !slices.ContainsFunc(states, func(row map[string]any) bool { return row["code"] == code && row["name"] == name }) {
			t.Errorf("%s is not %s", code, name)
		}
	}
	known := map[any]bool{}
	for _, row := range states {
		known[row["code"]] = true
	}
	for _, row := range rowsOf(t, h.must(t, "/export/recommendations.ndjson", nil).body) {
		if _, there := row["number"]; !there || row["cycle"] == nil || row["session"] == nil || !known[row["state_under_review"]] {
			t.Errorf("to repair: %v", row)
		}
		if by := row["recommending_state"]; by != nil && !known[by] {
			t.Errorf("no State: %v", by)
		}
	}
	ids := map[any]int{}
	for _, row := range rowsOf(t, h.must(t, "/export/recommendation_responses.ndjson", nil).body) {
		ids[row["recommendation_id"]]++
	}
	if len(ids) != 300 {
		t.Errorf("responses of %d recommendations", len(ids))
	}
	french := rowsOf(t, h.must(t, "/export/states.ndjson", url.Values{"language": {"fr"}}).body)
	if !slices.ContainsFunc(french, func(row map[string]any) bool { return row["code"] == "DEU" && row["name"] == "Allemagne" }) {
		t.Error("names are not French")
	}
}

func TestTheFilterIsTheOneOfGraphQL(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, filter := range []string{`{}`, `{"cycles":[1]}`, `{"cycles":2}`, `{"responses":["SUPPORTED","NOTED"],"stateUnderReviewGroups":["AFRICA"]}`, `{"text":"women OR children"}`,
			`{"recommendingStateGroups":["EU"],"groupMembership":"TODAY"}`, `{"sdgGoals":[5],"issues":null}`} {
			rows := rowsOf(t, h.must(t, "/export/recommendations.ndjson", url.Values{"filter": {filter}}).body)
			if want := h.total(t, filter); len(rows) != want {
				t.Errorf("%s: %d exported, %d counted", filter, len(rows), want)
			}
		}
		for parameter, wrong := range map[string]string{"filter": `{"cycle":[1]}`, "columns": "nothing", "language": "xx", "order": "SIZE", "filtre": "{}", "values": "some"} {
			a := h.get(t, "/export/recommendations.csv", url.Values{parameter: {wrong}})
			if a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"INVALID"`) {
				t.Errorf("%s=%s: %d %s", parameter, wrong, a.status, a.body)
			}
		}
		for _, wrong := range []string{`{"cycles":["1"]}`, `{"issues":["no-such"]}`, `{"cycles":[null]}`, `[]`, `{"groupMembership":"NOW"}`, `{`} {
			if a := h.get(t, "/export/recommendations.csv", url.Values{"filter": {wrong}}); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", wrong, a.status, a.body)
			}
		}
		for _, path := range []string{"/export/users.csv", "/export/recommendations.docx", "/export/recommendations"} {
			if a := h.get(t, path, nil); a.status != http.StatusNotFound || !strings.Contains(string(a.body), `"NOT_FOUND"`) {
				t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		}
	})
}

// total asks GraphQL how many recommendations a filter admits.
func (h *house) total(t *testing.T, filter string) int {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": `query($f: RecommendationFilter) { recommendations(filter: $f) { totalCount } }`, "variables": map[string]any{"f": json.RawMessage(filter)}})
	if err != nil {
		t.Fatal(err)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct {
		Data struct{ Recommendations struct{ TotalCount int } }
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got.Data.Recommendations.TotalCount
}

func TestTheSameVersionHasTheSameBytes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, f := range slice.Formats() {
			path := "/export/recommendations." + f.Extension
			first, second := h.must(t, path, nil), h.must(t, path, nil)
			if !bytes.Equal(first.body, second.body) || first.header.Get("ETag") != second.header.Get("ETag") {
				t.Errorf("%s has other bytes the second time", f.Extension)
			}
			if a := h.get(t, path, nil, "If-None-Match", first.header.Get("ETag")); a.status != http.StatusNotModified || len(a.body) != 0 {
				t.Errorf("%s: %d", f.Extension, a.status)
			}
			if !f.Finished {
				sum := sha256.Sum256(first.body)
				if first.trailer.Get("Repr-Digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" || first.trailer.Get("X-Rows-Sent") != "300" {
					t.Errorf("%s ends in %v", f.Extension, first.trailer)
				}
			}
			resume(t, h, path, first)
		}
	})
}

// resume gets an export in two parts.
func resume(t *testing.T, h *house, path string, whole answer) {
	t.Helper()
	half, tag := len(whole.body)/2, whole.header.Get("ETag")
	begin := h.get(t, path, nil, "Range", fmt.Sprintf("bytes=0-%d", half-1), "If-Range", tag)
	end := h.get(t, path, nil, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", tag)
	if begin.status != http.StatusPartialContent || end.status != http.StatusPartialContent || !bytes.Equal(slices.Concat(begin.body, end.body), whole.body) {
		t.Errorf("%s in two parts: %d, %d, %d of %d bytes", path, begin.status, end.status, len(begin.body)+len(end.body), len(whole.body))
	}
	if a := h.get(t, path, nil, "Range", "bytes=5-", "If-Range", `"other"`); a.status != http.StatusOK || !bytes.Equal(a.body, whole.body) {
		t.Errorf("%s after a change: %d", path, a.status)
	}
	if a := h.get(t, path, nil, "Range", fmt.Sprintf("bytes=%d-", len(whole.body)+1)); a.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("%s behind its end: %d", path, a.status)
	}
}

func TestAChangeHasAnotherTag(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 60)
	before := h.must(t, "/export/recommendations.csv", nil)
	h.change(t, "rec", 30, `UPDATE recommendations SET text = 'Something else' WHERE id = 30`)
	after := h.must(t, "/export/recommendations.csv", nil, "If-None-Match", before.header.Get("ETag"))
	if !bytes.Contains(after.body, []byte("Something else")) {
		t.Error("the change is not exported")
	}
	h.change(t, "rec", 30, `UPDATE recommendations SET status = 'DRAFT' WHERE id = 30`)
	if gone := h.must(t, "/export/recommendations.csv", nil); bytes.Contains(gone.body, []byte("Something else")) || gone.header.Get("X-Total-Count") != "59" {
		t.Error("a draft is exported")
	}
}

func TestColumnsByChoice(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 60)
	for query, want := range map[string]string{
		"columns=id,issues": "id,issues", "columns=text,id": "text,id",
	} {
		values, _ := url.ParseQuery(query)
		if head, _, _ := strings.Cut(string(h.must(t, "/export/recommendations.csv", values).body), "\n"); head != want {
			t.Errorf("%s: %s", query, head)
		}
	}
	codes := string(h.must(t, "/export/reviews.csv", url.Values{"values": {"codes"}}).body)
	labels := string(h.must(t, "/export/reviews.csv", url.Values{"values": {"labels"}}).body)
	if strings.Contains(codes, "state_name") || !strings.Contains(labels, "state_name") || strings.Contains(labels, ",state,") {
		t.Error("codes and labels cannot be told apart")
	}
	one, err := csv.NewReader(bytes.NewReader(h.must(t, "/export/recommendations.csv", url.Values{"columns": {"number"}}).body)).ReadAll()
	if err != nil || len(one) != 61 {
		t.Errorf("a column with empty cells has %d lines: %v", len(one), err)
	}
}
