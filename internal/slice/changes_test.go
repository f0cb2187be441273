package slice_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/slice"
)

// consumer applies changes as partners do.
type consumer struct {
	things map[string]string
	cursor string
}

func (c *consumer) follow(t *testing.T, h *house, first int) {
	t.Helper()
	for more := true; more; {
		var page struct {
			Changes []struct {
				Cursor, ID, Kind string
				Deleted          bool
				Object           json.RawMessage
			}
			Cursor string
			More   bool
		}
		a := h.must(t, "/changes", url.Values{"since": {c.cursor}, "first": {fmt.Sprint(first)}})
		if err := json.Unmarshal(a.body, &page); err != nil {
			t.Fatal(err)
		}
		for _, change := range page.Changes {
			if change.Deleted {
				delete(c.things, change.ID)
				continue
			}
			c.things[change.ID] = string(change.Object)
		}
		c.cursor, more = page.Cursor, page.More
	}
}

// readers is what readers see now, read from the tables and not from the log.
func (h *house) readers(t *testing.T) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := database.Snapshot(t.Context(), h.db, func(tx *database.Tx) error {
		return changelog.Export(t.Context(), tx, func(node string, projection []byte) error {
			seen[node] = string(projection)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func differences(got, want map[string]string) (found []string) {
	for id, object := range want {
		if got[id] != object {
			found = append(found, fmt.Sprintf("%s: got %.200s, want %.200s", id, got[id], object))
		}
	}
	for id := range got {
		if _, there := want[id]; !there {
			found = append(found, id+" should not be there")
		}
	}
	return found[:min(len(found), 5)]
}

// do changes something at random among the first rows, as the desk does.
func (h *house) do(t *testing.T, random *rand.Rand, n, rows, reviews int) {
	t.Helper()
	row := 1 + random.IntN(rows)
	switch random.IntN(6) {
	case 0, 1:
		h.change(t, "rec", row, `UPDATE recommendations SET text = $1 WHERE id = $2`, fmt.Sprintf("quokka secret %d", n), row)
	case 2:
		h.change(t, "rec", row, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, row)
	case 3:
		h.change(t, "rec", row, `UPDATE recommendations SET status = 'PUBLISHED' WHERE id = $1`, row)
	case 4:
		review := 1 + random.IntN(reviews)
		h.change(t, "rev", review, `UPDATE reviews SET status = CASE WHEN status = 'PUBLISHED' THEN 'WITHDRAWN' ELSE 'PUBLISHED' END WHERE id = $1`, review)
	case 5:
		h.redact(t, row, fmt.Sprintf("what is left %d", n))
	}
}

// redact takes a name out of a text, and out of the history.
func (h *house) redact(t *testing.T, row int, left string) {
	t.Helper()
	_, err := changelog.Write(t.Context(), h.db, changelog.Because{Actor: "program:test", Origin: changelog.Desk, Reason: "test"}, func(tx *database.Tx, log *changelog.Log) error {
		var uid string
		if err := tx.QueryRowContext(t.Context(), `UPDATE recommendations SET text = $1 WHERE id = $2 RETURNING uid`, left, row).Scan(&uid); err != nil {
			return err
		}
		return log.Redact(uid)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestWhoeverAppliesChangesHasTheRecord changes everything at random and compares three
// consumers (from zero, step by step, upr pull) with what readers see.
func TestWhoeverAppliesChangesHasTheRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
		stepwise, folder := &consumer{things: map[string]string{}}, t.TempDir()
		for n := range 60 {
			h.do(t, random, n, 120, 20)
			if n%15 != 14 {
				continue
			}
			want := h.readers(t)
			fresh := &consumer{things: map[string]string{}}
			fresh.follow(t, h, 10_000)
			stepwise.follow(t, h, 7+n)
			pulled, err := slice.Copy{Folder: folder, Server: h.url}.Pull(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for name, got := range map[string]map[string]string{"from zero": fresh.things, "step by step": stepwise.things, "upr pull": folderOf(t, folder), "the export": h.whole(t, fresh.cursor)} {
				if wrong := differences(got, want); len(wrong) > 0 {
					t.Errorf("after %d changes, %s:\n%s", n+1, name, strings.Join(wrong, "\n"))
				}
			}
			if v := h.record.Snapshot().Version().String(); fresh.cursor != v || stepwise.cursor != v || pulled.Cursor != v {
				t.Errorf("cursors %s, %s, %s of version %s", fresh.cursor, stepwise.cursor, pulled.Cursor, v)
			}
		}
	})
}

// whole reads the export with which a copy begins.
func (h *house) whole(t *testing.T, version string) map[string]string {
	t.Helper()
	a := h.must(t, "/export/record.ndjson", nil)
	if a.header.Get("X-Record-Version") != version {
		t.Errorf("the whole record is of %s, not %s", a.header.Get("X-Record-Version"), version)
	}
	if again := h.get(t, "/export/record.ndjson", nil, "If-None-Match", a.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("asked again: %d", again.status)
	}
	things := map[string]string{}
	for line := range strings.Lines(string(a.body)) {
		var thing struct {
			ID     string
			Object json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &thing); err != nil {
			t.Fatal(err)
		}
		things[thing.ID] = string(thing.Object)
	}
	return things
}

func folderOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	things := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var thing struct{ ID string }
			if err := json.Unmarshal([]byte(line), &thing); err != nil {
				t.Fatal(err)
			}
			things[thing.ID] = strings.TrimSuffix(line, "\n")
		}
	}
	return things
}

func TestChangesTellNothingThatWasTakenAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.change(t, "rec", 40, `UPDATE recommendations SET text = 'Release Quokka Warden' WHERE id = 40`)
		if a := h.must(t, "/changes", url.Values{"first": {"10000"}}); !strings.Contains(string(a.body), "Quokka Warden") {
			t.Error("the change is not told")
		}
		h.redact(t, 40, "Release the prisoner")
		h.change(t, "rec", 41, `UPDATE recommendations SET status = 'DRAFT', text = 'Quokka draft' WHERE id = 41`)
		h.change(t, "rec", 41, `UPDATE recommendations SET text = 'Quokka draft, again' WHERE id = 41`)
		for _, path := range []string{"/changes?first=10000", "/export/record.ndjson"} {
			body := string(h.must(t, path, nil).body)
			if strings.Contains(body, "Quokka") || !strings.Contains(body, "Release the prisoner") {
				t.Errorf("%s tells what was taken away, or not what is left", path)
			}
			if strings.Contains(body, `"usr_`) || strings.Contains(body, `"key_`) {
				t.Errorf("%s tells of people", path)
			}
		}
	})
}

func TestCursors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		version := h.record.Snapshot().Version()
		for since, want := range map[string]int{
			"": 200, version.String(): 200, version.Epoch + ".0": 200, "nonsense": 400, version.Epoch + ".-1": 400,
			"OTHER123.5": 410, fmt.Sprintf("%s.%d", version.Epoch, version.Number+1): 410,
		} {
			if a := h.get(t, "/changes", url.Values{"since": {since}}); a.status != want || want == 410 && !strings.Contains(string(a.body), `"export":"/export/record.ndjson"`) {
				t.Errorf("%q: %d %s", since, a.status, a.body)
			}
		}
		for _, query := range []string{"first=0", "first=10001", "kinds=users", "after=1"} {
			if a := h.get(t, "/changes?"+query, nil); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d", query, a.status)
			}
		}
		if a := h.must(t, "/changes?kinds=states&first=10000", nil); strings.Contains(string(a.body), `"kind":"issues"`) || !strings.Contains(string(a.body), `"kind":"states"`) {
			t.Error("other kinds than those asked for")
		}
	})
}

// TestACopySurvivesARestore begins a new epoch, as a restore does.
func TestACopySurvivesARestore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		folder := t.TempDir()
		pull := func() slice.Pulled {
			pulled, err := slice.Copy{Folder: folder, Server: h.url}.Pull(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return pulled
		}
		if !pull().Anew || pull().Written != 0 {
			t.Error("the second time something came, or the first time it did not begin")
		}
		if err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error { return changelog.NewEpoch(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		if !pull().Anew {
			t.Error("it went on in another epoch")
		}
		if wrong := differences(folderOf(t, folder), h.readers(t)); len(wrong) > 0 {
			t.Error(wrong)
		}
		if _, err := (slice.Copy{Folder: folder, Server: h.url + "/"}).Pull(t.Context()); err != nil {
			t.Errorf("the same server with a slash behind it: %v", err)
		}
		if _, err := (slice.Copy{Folder: folder, Server: "http://other.example.org"}).Pull(t.Context()); err == nil || !strings.Contains(err.Error(), "take another one") {
			t.Errorf("a folder of two servers: %v", err)
		}
	})
}

func TestChangesOverGraphQL(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ask := func(arguments string) string {
			return string(h.get(t, "/graphql", url.Values{"query": {`{ changes` + arguments + ` { changes { cursor id kind deleted object } cursor more } }`}}).body)
		}
		rest := h.must(t, "/changes?first=20", nil).body
		var want, got struct {
			Changes []slice.Change
			Cursor  string
		}
		var answer struct {
			Data struct{ Changes json.RawMessage }
		}
		if err := json.Unmarshal(rest, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(ask(`(first: 20)`)), &answer); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(answer.Data.Changes, &got); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || len(got.Changes) != 20 {
			t.Errorf("GraphQL and HTTP differ:\n%.300s\n%.300s", fmt.Sprint(got), fmt.Sprint(want))
		}
		for arguments, code := range map[string]string{`(first: 501)`: "INVALID", `(since: "x")`: "INVALID", `(since: "OTHER123.5")`: "CONFLICT", `(kinds: ["users"])`: "INVALID"} {
			if a := ask(arguments); !strings.Contains(a, `"`+code+`"`) {
				t.Errorf("%s: %s", arguments, a)
			}
		}
	})
}
