package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// mostListed bounds how many refusals and changes a report lists; it counts all.
const mostListed = 1000

// Report says what an import did, or would do, or why it did nothing.
type Report struct {
	Source       string        `json:"source"`
	DryRun       bool          `json:"dryRun"`
	Written      bool          `json:"written"`
	Files        []*FileReport `json:"files"`
	Totals       Tally         `json:"totals"`
	RefusalCount int           `json:"refusalCount"`
	Refusals     []*Refusal    `json:"refusals,omitempty"` // the first 1,000
	ChangeCount  int           `json:"changeCount"`
	Changes      []Change      `json:"changes,omitempty"` // the first 1,000
	Seconds      float64       `json:"seconds"`
}

// FileReport is about one file.
type FileReport struct {
	File     string    `json:"file"`
	Detected *Detected `json:"detected,omitempty"` // absent where it could not be opened
	Summary  string    `json:"summary,omitempty"`  // of what was detected
	Tally
	Changes Changes  `json:"changes"`
	Notices []string `json:"notices,omitempty"`
}

// Tally counts rows.
type Tally struct {
	Rows            int    `json:"rows"` // read, the header and empty rows apart
	Recommendations Counts `json:"recommendations"`
	Pledges         Counts `json:"pledges"`
	Refused         int    `json:"refused"`
}

// Counts say what became of the rows of one kind.
type Counts struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

func (c *Counts) total() int { return c.Added + c.Changed + c.Unchanged }

// Changes count what changed in stored entries; one entry may count in several.
type Changes struct {
	Texts     int `json:"texts"`
	Actions   int `json:"actions"`
	Issues    int `json:"issues"`
	Responses int `json:"responses"`
}

// Change is one correction.
type Change struct {
	File string `json:"file"`
	Row  int    `json:"row"`
	ID   string `json:"id"`
	What string `json:"what"` // text, action, issues or response
	From string `json:"from"`
	To   string `json:"to"`
}

func (t *Tally) counts(kind Kind) *Counts {
	if kind == Pledge {
		return &t.Pledges
	}
	return &t.Recommendations
}

func (t *Tally) add(o Tally) {
	t.Rows += o.Rows
	t.Refused += o.Refused
	t.Recommendations.add(o.Recommendations)
	t.Pledges.add(o.Pledges)
}

func (c *Counts) add(o Counts) {
	c.Added += o.Added
	c.Changed += o.Changed
	c.Unchanged += o.Unchanged
}

func (t *Tally) changes() int {
	return t.Recommendations.Added + t.Recommendations.Changed + t.Pledges.Added + t.Pledges.Changed
}

// refuse counts a row once, however much is wrong with it.
func (r *Report) refuse(file *FileReport, refusals ...*Refusal) {
	last := 0
	for _, refusal := range refusals {
		r.list(refusal)
		if refusal.Row != last || refusal.Row == 0 {
			file.Refused++
		}
		last = refusal.Row
	}
}

// list adds a refusal without counting a row, for those that are about no file of data.
func (r *Report) list(refusal *Refusal) {
	if r.RefusalCount++; r.RefusalCount <= mostListed {
		r.Refusals = append(r.Refusals, refusal)
	}
}

func (r *Report) note(c Change) {
	if r.ChangeCount++; r.ChangeCount <= mostListed {
		r.Changes = append(r.Changes, c)
	}
}

func (r *Report) finish(took time.Duration) {
	for _, file := range r.Files {
		r.Totals.add(file.Tally)
	}
	r.Seconds = took.Seconds()
}

// OK tells whether everything could be taken.
func (r *Report) OK() bool { return r.RefusalCount == 0 }

// noteIdentical reports rows of one State in one review that have the same text.
func (f *FileReport) noteIdentical(rows []*Row) {
	byText := map[string][]*Row{}
	for _, row := range rows {
		byText[row.key()] = append(byText[row.key()], row)
	}
	for _, key := range keysInOrder(rows, (*Row).key) {
		same := byText[key]
		if len(same) < 2 {
			continue
		}
		f.Notices = append(f.Notices, fmt.Sprintf("the rows %s are the same text by the same State in the same review: each is kept as a %s of its own",
			rowList(same), same[0].Kind))
	}
}

func rowList(rows []*Row) string {
	list := ""
	for i, row := range rows {
		switch {
		case i == 0:
		case i == len(rows)-1:
			list += " and "
		default:
			list += ", "
		}
		list += fmt.Sprint(row.Number)
	}
	return list
}

// WriteJSON writes the report for programs.
func (r *Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
