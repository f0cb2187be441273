// Package reference has the lists that the record refers to: States and their groups,
// the calendar of reviews, the Sustainable Development Goals, issues, action categories,
// and the institutions around the reviews. They are readable files in data/; NOTICE at
// the top of the project names their sources.
package reference

import (
	"embed"
	"io/fs"
)

//go:embed data
var files embed.FS

// Data are all the lists, checked against each other.
type Data struct {
	States          []State
	Aliases         []Alias
	Groups          []Group
	Members         []Member
	Sessions        []Session
	Reviews         []Review
	Postponements   []Postponement
	Goals           []Goal
	Targets         []Text
	Indicators      []Text
	Vocabularies    []Vocabulary
	Issues          []Named
	IssueLabels     []IssueLabel
	Actions         []Action
	CodingRules     []string
	AffectedGroups  []Named
	Organisations   []Organisation
	Links           []Link
	Programmes      []Programme
	ProgrammeNames  []ProgrammeName
	ProgrammeStates []ProgrammeState

	stateNames  map[string]string // folded name to ISO3
	issueLabels map[string]string // folded label to code
}

// Named is an entry of a vocabulary with its names in English, French and Spanish.
type Named struct {
	Code  string
	Names [3]string
}

// Read parses and checks the files that come with the program. An error names the
// file and the line.
func Read() (*Data, error) {
	folder, err := fs.Sub(files, "data")
	if err != nil {
		return nil, err
	}
	return read(folder)
}

func read(folder fs.FS) (*Data, error) {
	r := &reader{folder: folder, codes: map[string]map[string]bool{}}
	d := &Data{}
	d.readStates(r)
	d.readCalendar(r)
	d.readSDGs(r)
	d.readVocabularies(r)
	d.readInstitutions(r)
	if r.err != nil {
		return nil, r.err
	}
	return d, nil
}
