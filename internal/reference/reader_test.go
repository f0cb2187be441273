package reference

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// Each case breaks one file of the real data; the error names it and the line.
func TestBrokenDataIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ file, old, new, want string }{
		"unknown column":      {"sessions.csv", "date_source", "source", "sessions.csv: line 1: want the columns number,cycle"},
		"missing column":      {"states.csv", "iso2,", "", "states.csv: line 1: want the columns"},
		"missing cell":        {"sessions.csv", "2,1,2008-05-05", "2,2008-05-05", "sessions.csv: record on line 3: wrong number of fields"},
		"duplicate code":      {"states.csv", "AGO,AO,024", "AFG,AO,024", `states.csv: line 3: iso3: "AFG" stands twice`},
		"duplicate ISO2":      {"states.csv", "AGO,AO,024", "AGO,AF,024", `states.csv: line 3: iso2: "AF" stands twice`},
		"neither yes nor no":  {"states.csv", "Republic of Angola,yes,no", "Republic of Angola,maybe,no", `states.csv: line 3: un_member: "maybe" is neither yes nor no`},
		"member and observer": {"states.csv", "Republic of Angola,yes,no", "Republic of Angola,yes,yes", "states.csv: line 3: AGO must be a member"},
		"empty name":          {"states.csv", "AGO,AO,024,Angola", "AGO,AO,024,", "states.csv: line 3: name_en is empty"},
		"blanks":              {"states.csv", "AGO,AO,024,Angola", "AGO,AO,024,Angola ", `states.csv: line 3: name_en: blanks around "Angola "`},
		"accent apart":        {"states.csv", "Afganistán", "Afganista\u0301n", "states.csv: line 2: name_es:"},
		"not UTF-8":           {"states.csv", "Afganistán", "Afganist\xe1n", "states.csv: line 2: name_es:"},
		"name of two States":  {"state_aliases.csv", "ARE,UAE,COMMON", "ARE,U.K.,COMMON\nGBR,u k,COMMON", `state_aliases.csv: line 3: "u k" is a name of ARE and of GBR`},
		"alias of nobody":     {"state_aliases.csv", "ARE,UAE", "AAA,UAE", `state_aliases.csv: line 2: iso3: "AAA" is not in the list of states`},
		"unknown kind":        {"state_aliases.csv", "UAE,COMMON", "UAE,RARE", `state_aliases.csv: line 2: kind: "RARE" is none of`},
		"unknown group":       {"state_group_members.csv", "AFRICA,AGO", "AFRIKA,AGO", `state_group_members.csv: line 2: group: "AFRIKA" is not`},
		"twice a member":      {"state_group_members.csv", "AFRICA,BDI", "AFRICA,AGO", "state_group_members.csv: line 3: group and iso3 and from"},
		"ends before":         {"state_group_members.csv", "AFRICA,AGO,,", "AFRICA,AGO,2010-01-01,2009-01-01", "state_group_members.csv: line 2: the membership ends"},
		"bad date":            {"sessions.csv", "2008-04-07", "2008-04-31", `sessions.csv: line 2: start: "2008-04-31" is not a date`},
		"session backwards":   {"sessions.csv", "2008-04-07,2008-04-18", "2008-04-18,2008-04-07", "sessions.csv: line 2: the session must begin"},
		"not a number":        {"sessions.csv", "1,1,2008-04-07", "1,one,2008-04-07", `sessions.csv: line 2: cycle: "one" is not a number`},
		"unknown session":     {"reviews.csv", "1,1,ARG", "1,99,ARG", `reviews.csv: line 2: session: "99" is not`},
		"wrong cycle":         {"reviews.csv", "1,1,ARG", "2,1,ARG", "reviews.csv: line 2: session 1 belongs to cycle 1"},
		"reviewed twice":      {"reviews.csv", "1,1,BHR", "1,1,ARG", `reviews.csv: line 3: iso3 and cycle: "ARG 1" stands twice`},
		"outside the session": {"reviews.csv", "ARG,,2008-04-16", "ARG,,2009-04-16", "reviews.csv: line 2: 2009-04-16 is not within session 1"},
		"adopted before":      {"reviews.csv", "ARG,,2008-04-16,2008-04-18", "ARG,,2008-04-16,2008-04-15", "reviews.csv: line 2: report_adopted: 2008-04-15"},
		"troika of two":       {"reviews.csv", "UKR;CUB;CMR", "UKR;CUB", "reviews.csv: line 2: a troika is three States"},
		"troika of one twice": {"reviews.csv", "UKR;CUB;CMR", "UKR;CUB;UKR", "reviews.csv: line 2: a troika is three States"},
		"troika of itself":    {"reviews.csv", "UKR;CUB;CMR", "UKR;CUB;ARG", "reviews.csv: line 2: a troika is three States"},
		"troika of nobody":    {"reviews.csv", "UKR;CUB;CMR", "UKR;CUB;XXX", `reviews.csv: line 2: troika: "XXX" is not`},
		"wrong document":      {"reviews.csv", "A/HRC/WG.6/1/ARG/1", "A/HRC/WG.6/1/ARG/2", "reviews.csv: line 2: national_report:"},
		"held elsewhere":      {"postponements.csv", "HTI,1,8,12", "HTI,1,8,11", "postponements.csv: line 2: the calendar holds"},
		"planned later":       {"postponements.csv", "HTI,1,8,12", "HTI,1,13,12", "postponements.csv: line 2: planned_session: 13"},
		"target of no goal":   {"sdg_targets.csv", "\n1.1,", "\n18.1,", `sdg_targets.csv: line 2: code: "18" is not`},
		"indicator alone":     {"sdg_indicators.csv", "\n1.1.1,", "\n1.9.1,", `sdg_indicators.csv: line 2: code: "1.9" is not`},
		"no English title":    {"sdg_goals.csv", "End poverty in all its forms everywhere", "", "sdg_goals.csv: line 2: title_en is empty"},
		"label of two issues": {"issue_labels.csv", "civil-society,2014,Civil society", "civil-society,2014,asylum seekers: refugees", "issue_labels.csv: line 5:"},
		"label of no issue":   {"issue_labels.csv", "civil-society,2014", "civil,2014", `issue_labels.csv: line 5: issue: "civil" is not`},
		"goal of no number":   {"programmes.csv", ",5;16,", ",5;18,", `programmes.csv: line 2: goals: "18" is not`},
		"country of nobody":   {"organisations.csv", "NHRI,DNK", "NHRI,DEN", `organisations.csv: line 2: country: "DEN" is not`},
	} {
		t.Run(name, func(t *testing.T) {
			folder := copyOf(t)
			broken := bytes.Replace(folder[c.file].Data, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(broken, folder[c.file].Data) {
				t.Fatalf("%s does not contain %q", c.file, c.old)
			}
			folder[c.file] = &fstest.MapFile{Data: broken}
			d, err := read(folder)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if d != nil {
				t.Error("broken data was returned beside the error")
			}
		})
	}
}

func TestMissingFileIsRefused(t *testing.T) {
	for file := range copyOf(t) {
		folder := copyOf(t)
		delete(folder, file)
		if _, err := read(folder); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("without %s: got %v", file, err)
		}
	}
}

func copyOf(t *testing.T) fstest.MapFS {
	t.Helper()
	folder := fstest.MapFS{}
	names, err := fs.Glob(files, "data/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		folder[strings.TrimPrefix(name, "data/")] = &fstest.MapFile{Data: content}
	}
	return folder
}
