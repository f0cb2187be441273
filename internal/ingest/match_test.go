package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// matchCase is one group: what is stored, what the file has, and what becomes of
// each row: the number of a stored text, "new" or "refused".
type matchCase struct {
	stored    []string
	rows      []string
	part      bool // the file has only a part of the review
	decisions map[int]string
	want      []string
}

func TestMatching(t *testing.T) {
	const (
		long1 = "Continue to fight poverty with the support and cooperation of the international community"
		long2 = "Continue to fight HIV-AIDS with the support and cooperation of the international community"
		more  = "Take effective measures against torture in all places of detention"
		more1 = "Take effective measures against torture in all known places of detention"
		more2 = "Take effective measures against torture in all other places of detention"
	)
	tests := map[string]matchCase{
		"first import":                  {nil, []string{"Ratify CAT", "Ratify CRC"}, false, nil, []string{"new", "new"}},
		"same again, other order":       {[]string{"Ratify CAT", "Ratify CRC"}, []string{"Ratify CRC", "Ratify CAT"}, false, nil, []string{"1", "0"}},
		"blanks and quotation marks":    {[]string{"the State's  duty"}, []string{"the State’s duty"}, false, nil, []string{"0"}},
		"spelling put right":            {[]string{"Ratfy the Convention", "Ratify CRC"}, []string{"Ratify the Convention", "Ratify CRC"}, false, nil, []string{"0", "1"}},
		"spelling put right, in a part": {[]string{"Ratfy the Convention", "Ratify CRC"}, []string{"Ratify the Convention"}, true, nil, []string{"0"}},
		"other instrument":              {[]string{"Ratify CAT"}, []string{"Ratify CRC"}, false, nil, []string{"new"}},
		"word replaced, whole review":   {[]string{long1}, []string{long2}, false, nil, []string{"0"}},
		"word replaced, in a part":      {[]string{long1}, []string{long2}, true, nil, []string{"refused"}},
		"twins, both there":             {[]string{long1, long2}, []string{long2, long1}, true, nil, []string{"1", "0"}},
		"words added, in a part":        {[]string{more}, []string{more1}, true, nil, []string{"0"}},
		"two candidates in the file":    {[]string{more}, []string{more1, more2}, false, nil, []string{"refused", "refused"}},
		"two candidates stored":         {[]string{more1, more2}, []string{more}, false, nil, []string{"refused"}},
		"between 0.6 and 0.8":           {[]string{"Ratify the Optional Protocol to CEDAW promptly"}, []string{"Sign the Optional Protocol to CEDAW soon"}, false, nil, []string{"refused"}},
		"style of all texts changed":    {[]string{more1, more2}, []string{strings.ToUpper(more2[:1]) + more2[1:] + ".", more1 + "."}, false, nil, []string{"1", "0"}},
		"clear one first, then the rest": {
			[]string{"Sign and ratify the Convention against Torture without delay"},
			[]string{"Sign and ratify the Convention on Disappearances without delay", "Sign and ratify the Convention against Torture without delay."}, false, nil,
			[]string{"new", "0"}},
		"decided: a correction":       {[]string{"Ratify CAT"}, []string{"Ratify CRC"}, false, map[int]string{2: "rec_0"}, []string{"0"}},
		"decided: new":                {[]string{long1}, []string{long2}, true, map[int]string{2: "new"}, []string{"new"}},
		"decided: unknown id":         {[]string{long1}, []string{long2}, true, map[int]string{2: "rec_9"}, []string{"refused"}},
		"decision no longer needed":   {[]string{long1, long2}, []string{long2}, true, map[int]string{2: "new"}, []string{"1"}},
		"twins, a stop added to both": {[]string{more, more}, []string{more + ".", more + "."}, false, nil, []string{"0", "1"}},
		"one more of the same":        {[]string{"Ratify CAT"}, []string{"Ratify CAT", "Ratify CAT"}, false, nil, []string{"0", "new"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := &matching{whole: !tt.part, decisions: Decisions{byRow: map[rowPlace]decision{}}}
			for i, text := range tt.stored {
				m.entries = append(m.entries, &entry{uid: fmt.Sprintf("rec_%d", i), text: text})
			}
			for i, text := range tt.rows {
				m.rows = append(m.rows, &Row{File: "f.csv", Number: i + 2, Kind: Recommendation, Text: text})
			}
			for row, id := range tt.decisions {
				m.decisions.byRow[rowPlace{"f.csv", row}] = decision{id: id}
			}
			if diff := cmp.Diff(tt.want, outcomes(m)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// outcomes runs the matching and lists what became of each row.
func outcomes(m *matching) []string {
	rows := m.rows
	m.run()
	got := make([]string, len(rows))
	for i, row := range rows {
		got[i] = "refused"
		for _, p := range m.pairs {
			if p.row == row {
				got[i] = "new"
				if p.entry != nil {
					got[i] = strings.TrimPrefix(p.entry.uid, "rec_")
				}
			}
		}
	}
	return got
}

// Identical texts by one State are told apart by what else the rows say.
func TestMatchingIdenticalTexts(t *testing.T) {
	stored := func() []*entry {
		return []*entry{
			{uid: "rec_0", text: "Ratify CAT", issues: []string{"migrants", "trafficking"}},
			{uid: "rec_1", text: "Ratify CAT", issues: []string{"trafficking"}},
		}
	}
	row := func(number int, issues ...string) *Row {
		return &Row{File: "f.csv", Number: number, Text: "Ratify CAT", Issues: issues}
	}
	tests := map[string]struct {
		rows []*Row
		want []string
	}{
		"other order":                 {[]*Row{row(2, "trafficking"), row(3, "migrants", "trafficking")}, []string{"1", "0"}},
		"only the second":             {[]*Row{row(2, "trafficking")}, []string{"1"}},
		"one changed":                 {[]*Row{row(2, "trafficking"), row(3, "migrants")}, []string{"1", "0"}},
		"both changed: order counts":  {[]*Row{row(2, "justice"), row(3, "nhri")}, []string{"0", "1"}},
		"only one, and it is changed": {[]*Row{row(2, "justice")}, []string{"refused"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := &matching{rows: tt.rows, entries: stored(), whole: true}
			if diff := cmp.Diff(tt.want, outcomes(m)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAmbiguousRefusalNamesCandidatesAndWayOut(t *testing.T) {
	m := &matching{
		rows:    []*Row{{File: "1-5.csv", Number: 12, Kind: Recommendation, Text: "Continue to fight all forms of HIV-AIDS"}},
		entries: []*entry{{uid: "rec_0", text: "Continue to fight all forms of poverty"}},
	}
	m.run()
	want := `1-5.csv, row 12, column Text: "Continue to fight all forms of HIV-AIDS": this may be a correction of ` +
		`rec_0 (0.86 alike: "Continue to fight all forms of poverty"), or a new recommendation; decide with --decisions ` +
		`and a file that has a line such as 1-5.csv,12,rec_0 or 1-5.csv,12,new`
	if got := joined(m.refusals); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The ids of a first import must never change: they are cited.
func TestIDsAreStable(t *testing.T) {
	e := &entry{kind: Recommendation, review: &review{state: "MAR", cycle: 2}, state: "ESP", text: "Ratify  the “Convention”"}
	taken := map[string]bool{}
	var got []string
	for range 2 {
		uid := newUID(e, func(uid string) bool { return taken[uid] })
		taken[uid] = true
		got = append(got, uid)
	}
	if diff := cmp.Diff([]string{"rec_hy48aw573kdhbmae", "rec_a36z745tr7tpgn0p"}, got); diff != "" {
		t.Error(diff)
	}
}
