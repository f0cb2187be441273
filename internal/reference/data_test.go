package reference

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustRead(t *testing.T) *Data {
	t.Helper()
	data, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCounts(t *testing.T) {
	d := mustRead(t)
	members, observers, troikas := 0, 0, 0
	for _, s := range d.States {
		if s.UNMember {
			members++
		}
		if s.Observer {
			observers++
		}
	}
	for _, v := range d.Reviews {
		if len(v.Troika) > 0 {
			troikas++
		}
	}
	for what, n := range map[string][2]int{
		"States":             {len(d.States), 195},
		"members":            {members, 193},
		"observers":          {observers, 2},
		"groups":             {len(d.Groups), 18},
		"sessions":           {len(d.Sessions), 54},
		"reviews":            {len(d.Reviews), 772},
		"troikas":            {troikas, 255},
		"postponements":      {len(d.Postponements), 6},
		"goals":              {len(d.Goals), 17},
		"targets":            {len(d.Targets), 169},
		"indicators":         {len(d.Indicators), 252},
		"issue vocabularies": {len(d.Vocabularies), 3},
		"issues":             {len(d.Issues), 57},
		"action categories":  {len(d.Actions), 5},
		"affected groups":    {len(d.AffectedGroups), 26},
		"programmes":         {len(d.Programmes), 3},
	} {
		if n[0] != n[1] {
			t.Errorf("%s: got %d, want %d", what, n[0], n[1])
		}
	}
}

// The figures of 2015: 193 members of the United Nations, the observers apart.
func TestGroupsHaveTheirMembersOf2015(t *testing.T) {
	want := map[string]int{
		"AFRICA": 54, "ASIA_PACIFIC": 54, "GRULAC": 33, "WEOG": 29, "EEG": 23,
		"OIC": 57, "COMMONWEALTH": 54, "OIF": 53, "AU": 53, "OAS": 35, "EU": 28, "ACS": 25,
		"AL": 22, "OEI": 22, "PIF": 14, "CIS": 11, "ASEAN": 10,
	}
	d := mustRead(t)
	got, regions, organised := map[string]int{}, map[string]int{}, map[string]bool{}
	kinds := map[string]string{}
	for _, g := range d.Groups {
		kinds[g.Code] = g.Kind
	}
	var observers []string
	for _, m := range d.Members {
		if m.AsOf != "2015-08-14" || m.From.Known() || m.To.Known() {
			t.Errorf("%s in %s: as of %q, from %q, to %q", m.ISO3, m.Group, m.AsOf, m.From, m.To)
		}
		if kinds[m.Group] == "REGIONAL" {
			regions[m.ISO3]++
		} else {
			organised[m.ISO3] = true
		}
		switch {
		case m.Group == "OBSERVER":
			observers = append(observers, m.ISO3)
		case m.ISO3 != "PSE":
			got[m.Group]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"PSE", "VAT"}, observers); diff != "" {
		t.Errorf("observers (-want +got):\n%s", diff)
	}
	none := 0
	for _, s := range d.States {
		if regions[s.ISO3] != 1 {
			t.Errorf("%s is in %d regional groups", s.ISO3, regions[s.ISO3])
		}
		if s.UNMember && !organised[s.ISO3] {
			none++
		}
	}
	if none != 17 {
		t.Errorf("%d States are in no organisation, want 17", none)
	}
}

// Every member State is reviewed once in each cycle, in sessions of the known sizes.
func TestCalendar(t *testing.T) {
	d := mustRead(t)
	reviews, sizes := map[int]map[string]bool{}, map[int]int{}
	for _, v := range d.Reviews {
		if reviews[v.Cycle] == nil {
			reviews[v.Cycle] = map[string]bool{}
		}
		reviews[v.Cycle][v.ISO3] = true
		sizes[v.Session]++
	}
	for cycle := 1; cycle <= 4; cycle++ {
		for _, s := range d.States {
			if reviews[cycle][s.ISO3] != s.UNMember {
				t.Errorf("cycle %d: %s reviewed: %v", cycle, s.ISO3, reviews[cycle][s.ISO3])
			}
		}
	}
	odd := map[int]int{8: 15, 11: 17, 12: 17, 15: 13, 17: 15, 26: 11, 39: 13, 40: 12, 42: 13, 50: 13, 51: 13}
	for _, s := range d.Sessions {
		want := 14
		if s.Cycle == 1 {
			want = 16
		}
		if n, ok := odd[s.Number]; ok {
			want = n
		}
		if sizes[s.Number] != want {
			t.Errorf("session %d has %d reviews, want %d", s.Number, sizes[s.Number], want)
		}
	}
}

// One State's way through four cycles, as its documents have it.
func TestReviewsOfSlovenia(t *testing.T) {
	d := mustRead(t)
	v := find(t, d, "SVN", 2)
	if v.Session != 20 || v.Date != "2014-11-04" || v.Adopted != "2014-11-06" {
		t.Errorf("got session %d, %s, adopted %s", v.Session, v.Date, v.Adopted)
	}
	if diff := cmp.Diff([]string{"BWA", "ITA", "VNM"}, v.Troika); diff != "" {
		t.Errorf("troika (-want +got):\n%s", diff)
	}
	want := []Document{{"NATIONAL_REPORT", "A/HRC/WG.6/20/SVN/1"}, {"UN_COMPILATION", "A/HRC/WG.6/20/SVN/2"},
		{"STAKEHOLDER_SUMMARY", "A/HRC/WG.6/20/SVN/3"}, {"WORKING_GROUP_REPORT", "A/HRC/28/15"}}
	if diff := cmp.Diff(want, v.Documents); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
	for cycle, session := range []int{7, 20, 34, 48} {
		if got := find(t, d, "SVN", cycle+1).Session; got != session {
			t.Errorf("cycle %d: session %d, want %d", cycle+1, got, session)
		}
	}
}

// A title that stands for two indicators in the source is left out where it is wrong.
func TestSDGTitles(t *testing.T) {
	d := mustRead(t)
	var missing []string
	for _, text := range slices.Concat(d.Targets, d.Indicators) {
		for i, title := range text.Titles {
			if title == "" {
				missing = append(missing, text.Code+" "+languages[i])
			}
			if strings.ContainsAny(title, "\u00ad\u00a0\u0640") || strings.Contains(title, "  ") {
				t.Errorf("%s %s has leftovers of typesetting: %q", text.Code, languages[i], title)
			}
		}
	}
	if diff := cmp.Diff([]string{"14.5.1 ar", "16.2.1 ru"}, missing); diff != "" {
		t.Errorf("missing titles (-want +got):\n%s", diff)
	}
}

func TestIssueByLabel(t *testing.T) {
	d := mustRead(t)
	for label, want := range map[string]string{
		"Women's rights":                       "womens-rights",
		"WOMEN’S RIGHTS":                       "womens-rights",
		"Detention conditions":                 "detention",
		"Detention":                            "detention",
		"Technical assistance":                 "technical-assistance-and-cooperation",
		"Technical assistance and cooperation": "technical-assistance-and-cooperation",
		"NHRI":                                 "nhri",
		"National Human Rights Institution":    "nhri",
		"Right to water":                       "right-to-water",
		"Right to water and sanitation":        "right-to-water",
		"National plan of action":              "national-plan-of-action",
		"Privacy":                              "privacy",
		"HIV - Aids":                           "hiv-aids",
	} {
		if got, ok := d.IssueByLabel(label); got != want || !ok {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
	if got, ok := d.IssueByLabel("Rights"); ok {
		t.Errorf("Rights: got %q, want none", got)
	}
}

// How many labels each version has, and which it changed.
func TestIssueVocabularies(t *testing.T) {
	labels, changed := map[string]int{}, []string{}
	for _, l := range mustRead(t).IssueLabels {
		labels[l.Vocabulary]++
		if l.Status == "RENAMED" || l.Status == "ADDED" {
			changed = append(changed, l.Vocabulary+" "+l.Issue)
		}
	}
	if diff := cmp.Diff(map[string]int{"2014": 54, "2015": 54, "2023": 56}, labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	slices.Sort(changed)
	want := []string{"2015 detention", "2015 technical-assistance-and-cooperation", "2023 business-and-human-rights",
		"2023 nhri", "2023 privacy", "2023 right-to-water", "2023 statelessness-and-the-right-to-nationality"}
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed labels (-want +got):\n%s", diff)
	}
}
