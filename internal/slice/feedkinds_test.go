package slice_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// TestChangesAndExportsHaveTheSame compares what changes tell from zero with the export of each
// kind, by ids. A kind of exports that changes do not tell belongs to one that they do.
func TestChangesAndExportsHaveTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := rounds.Fill(t.Context(), h.db, secret.NewBox(secret.Key{1}), nil, time.Now()); err != nil {
			t.Fatal(err)
		}
		h.publishStatement(t)
		if err := h.record.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := map[string]bool{}
		for _, prefix := range changelog.Kinds() {
			name := changelog.NameOf(prefix)
			told[name] = true
			if !slices.ContainsFunc(slice.Kinds(), func(k *slice.Kind) bool { return k.Name == name }) {
				t.Errorf("changes tell of %s, which cannot be exported", name)
				continue
			}
			if got, want := h.idsTold(t, name), idsOf(t, h.must(t, "/export/"+name+".ndjson", nil).body); len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s: changes have %d, the export %d: %.200v, %.200v", name, len(got), len(want), got, want)
			}
		}
		for _, k := range slice.Kinds() {
			if !told[k.Name] && !told[k.Of] {
				t.Errorf("%s can be exported, and changes do not tell of it", k.Name)
			}
		}
	})
}

// publishStatement publishes one at the first meeting, and what it asks; the made-up rounds have no files.
func (h *house) publishStatement(t *testing.T) {
	t.Helper()
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	_, err := changelog.Write(program, h.db, changelog.Because{Origin: changelog.Desk, Actor: "program:test"}, func(tx *database.Tx, log *changelog.Log) error {
		in, err := tx.Ent.Meeting.Query().FirstID(program)
		if err != nil {
			return err
		}
		made, err := tx.Ent.MeetingStatement.Create().SetUID("pst_1").SetMeetingID(in).SetLanguage("FR").SetTitle("A").SetKind("PDF").SetSize(7).SetSha256("ab").SetFile("fil_1").Save(program)
		if err != nil {
			return err
		}
		log.Touch(changelog.MeetingStatement, changelog.Publish, made.ID)
		about, err := tx.Ent.Issue.Query().FirstID(program)
		if err != nil {
			return err
		}
		asked, err := tx.Ent.MeetingAsk.Create().SetUID("mak_1").SetStatementID(made.ID).SetText("Do").SetIssueID(about).SetTakenUpBy([]string{"rec_none"}).Save(program)
		if err == nil {
			log.Touch(changelog.MeetingAsk, changelog.Publish, asked.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) idsTold(t *testing.T, kind string) []string {
	t.Helper()
	var page slice.Changes
	ids := map[string]bool{}
	for more := true; more; more = page.More {
		a := h.must(t, "/changes", url.Values{"kinds": {kind}, "first": {"10000"}, "since": {page.Cursor}})
		page = slice.Changes{}
		if err := json.Unmarshal(a.body, &page); err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Changes {
			ids[c.ID] = true
			if c.Deleted {
				delete(ids, c.ID)
			}
		}
	}
	return slices.Sorted(maps.Keys(ids))
}
