package reference

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestStateByName(t *testing.T) {
	d := mustRead(t)
	for name, want := range map[string]string{
		"Côte d'Ivoire":                    "CIV",
		"Côte d’Ivoire":                    "CIV",
		"Co\u0302te d'Ivoire":              "CIV",
		"Cote d'Ivoire":                    "CIV",
		"COTE D'IVOIRE":                    "CIV",
		"Ivory Coast":                      "CIV",
		"Republic of Congo":                "COG",
		"the Congo":                        "COG",
		"Congo (Republic of the)":          "COG",
		"Democratic Republic of Congo":     "COD",
		"Democratic Republic of the Congo": "COD",
		"DRC":                              "COD",
		"Macedonia FYR":                    "MKD",
		"the former Yugoslav Republic of Macedonia":            "MKD",
		"the Libyan Arab Jamahiriya":                           "LBY",
		"United Kingdom of Great Britain and Northern Ireland": "GBR",
		"Bosnia & Herzegovina":                                 "BIH",
		"Bahamas (the)":                                        "BHS",
		"St. Kitts and Nevis":                                  "KNA",
		"Turkey":                                               "TUR",
		"Türkiye":                                              "TUR",
		"Turkiye":                                              "TUR",
		"State of Palestine *":                                 "PSE",
		"Holy See":                                             "VAT",
		"Niger":                                                "NER",
		"Nigeria":                                              "NGA",
		"Guinea Bissau":                                        "GNB",
		"Papua New Guinea":                                     "PNG",
		"Dominica":                                             "DMA",
		"Dominican Republic":                                   "DOM",
		"Korea (Republic of)":                                  "KOR",
		"Korea (Democratic People's Republic of)": "PRK",
		"Allemagne":    "DEU",
		"Países Bajos": "NLD",
	} {
		if got, ok := d.StateByName(name); got != want || !ok {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	// Ambiguous names are nobody's.
	for _, name := range []string{"", "the", "Korea", "Kingdom", "(Unknown)", "Republic"} {
		if got, ok := d.StateByName(name); ok {
			t.Errorf("%q: got %s, want none", name, got)
		}
	}
}

func TestNearestStateNames(t *testing.T) {
	d := mustRead(t)
	for name, want := range map[string]string{
		"Germny":                "Germany",
		"Azerbaidjan":           "Azerbaijan",
		"Macedonia F Y R":       "North Macedonia",
		"Republic of the Kongo": "Congo",
		"Cote d Ivore":          "Côte d'Ivoire",
	} {
		if got := d.NearestStateNames(name, 3); len(got) != 3 || got[0] != want {
			t.Errorf("%s: got %v, want %s first of 3", name, got, want)
		}
	}
	if got := d.NearestStateNames("Iran", 0); len(got) != 0 {
		t.Errorf("none asked for, got %v", got)
	}
	if got := d.NearestStateNames("Iran", 1000); len(got) != len(d.States) {
		t.Errorf("all asked for, got %d", len(got))
	}
}

// UPR Info's names of 2015, as the real export has them, all find their State.
func TestNamesOfTheRealExport(t *testing.T) {
	names := realNames(t)
	d := mustRead(t)
	for iso3, name := range names {
		if got, ok := d.StateByName(name); got != iso3 || !ok {
			t.Errorf("%s: got %q, want %s", name, got, iso3)
		}
	}
	if len(names) != len(d.States) {
		t.Errorf("%d names, want %d", len(names), len(d.States))
	}
}

// realNames are UPR Info's names by ISO3, from the files that are not part of the project.
func realNames(t *testing.T) map[string]string {
	t.Helper()
	folder := os.Getenv("UPR_REAL_DATA")
	if folder == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("set UPR_REAL_DATA to the folder with UPR Info's real export")
		}
		t.Skip("SKIPPED, NOT TESTED ON REAL DATA: UPR_REAL_DATA is not set")
	}
	f, err := os.Open(filepath.Join(folder, "reference", "states_crosswalk.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	iso3, name := slices.Index(rows[0], "iso3"), slices.Index(rows[0], "upr_info_name_2015")
	names := map[string]string{}
	for _, row := range rows[1:] {
		names[row[iso3]] = row[name]
	}
	return names
}
