package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/civil"
)

// run is one file on its way in.
type run struct {
	id     int // of the stored ImportRun; 0 while nothing is known to change
	file   *FileReport
	sha256 string
	rows   []*Row
	kept   []string // what differs and was edited on the desk
}

// planner takes the files in, one after the other, and notes on the entries what
// changes. It writes nothing.
type planner struct {
	stock     *stock
	calendar  *calendar
	decisions Decisions
	fitting   map[rowPlace]bool   // decisions that were asked for or that hold
	idle      map[rowPlace]*entry // other decisions: what their rows were recognised as
	today     civil.Date
	report    *Report
	changed   []*entry // stored ones, in the order of the files
	added     []*entry
	edited    map[Kind]map[int]bool // rows that people changed on the desk
}

// take plans one file.
func (p *planner) take(ctx context.Context, r *run) error {
	groups := map[group][]*Row{}
	perReview := map[group]int{}
	for _, row := range r.rows {
		groups[row.group()] = append(groups[row.group()], row)
		perReview[group{review: row.review, kind: row.Kind}]++
	}
	partner, found := map[*Row]*entry{}, map[*entry]bool{}
	for _, g := range keysInOrder(r.rows, (*Row).group) {
		if err := ctx.Err(); err != nil {
			return err
		}
		m := &matching{rows: groups[g], entries: p.stock.groups[g], former: p.stock.former[g], found: found, decisions: p.decisions,
			whole: p.isWhole(perReview, group{review: g.review, kind: g.kind})}
		m.run()
		p.report.refuse(r.file, m.refusals...)
		for _, pair := range m.pairs {
			partner[pair.row] = pair.entry
			found[pair.entry] = true
		}
		p.checkDecisions(r, m)
		r.file.noteIdentical(groups[g])
	}
	p.noteAbsent(r, perReview, found)
	for _, row := range r.rows {
		e, matched := partner[row]
		switch {
		case !matched: // refused
		case e == nil:
			p.add(r, row)
		default:
			p.change(r, row, e)
		}
	}
	r.noteKept()
	return nil
}

// noteKept says what a file does not change because people did.
func (r *run) noteKept() {
	if len(r.kept) == 0 {
		return
	}
	listed := strings.Join(r.kept[:min(len(r.kept), 5)], ", ")
	if len(r.kept) > 5 {
		listed += ", …"
	}
	r.file.Notices = append(r.file.Notices, fmt.Sprintf("edited on the desk, different in this file, and kept as edited: %s, %s",
		Plural(len(r.kept), "statement"), listed))
}

// checkDecisions tells decisions that were needed, or still hold, from those that fit nothing.
func (p *planner) checkDecisions(r *run, m *matching) {
	for row := range m.asked {
		p.fitting[row.place()] = true
	}
	for _, pair := range m.pairs {
		_, known := p.decisions.of(pair.row)
		switch {
		case !known || m.asked[pair.row]:
		case p.decisions.holds(pair.row, pair.entry):
			p.fitting[pair.row.place()] = true
			r.file.Notices = append(r.file.Notices, fmt.Sprintf("the decision for row %d is not needed: the row is stored as %s", pair.row.Number, pair.entry.uid))
		default:
			p.idle[pair.row.place()] = pair.entry
		}
	}
}

// isWhole tells whether a file has a review as a whole, by the number of its rows.
func (p *planner) isWhole(rows map[group]int, review group) bool {
	return float64(rows[review]) >= wholeReview*float64(p.stock.byReview[review])
}

// noteAbsent reports what is stored and missing in a file that has the whole review.
// It may have been withdrawn, or its text changed too much to be recognised. It stays.
func (p *planner) noteAbsent(r *run, rows map[group]int, found map[*entry]bool) {
	var absent []string
	for g, entries := range p.stock.groups {
		review := group{review: g.review, kind: g.kind}
		if rows[review] == 0 || !p.isWhole(rows, review) {
			continue
		}
		for _, e := range entries {
			if !found[e] {
				absent = append(absent, e.uid)
			}
		}
	}
	if len(absent) == 0 {
		return
	}
	slices.Sort(absent)
	listed := strings.Join(absent[:min(len(absent), 5)], ", ")
	if len(absent) > 5 {
		listed += ", …"
	}
	r.file.Notices = append(r.file.Notices, fmt.Sprintf("missing from this file, which has the rest of the review, and kept as before: %s, %s",
		Plural(len(absent), "stored statement"), listed))
}

func (r *Row) group() group { return group{r.review, r.RecommendingState, r.Kind} }

func (p *planner) add(r *run, row *Row) {
	e := &entry{kind: row.Kind, review: row.review, state: row.RecommendingState, text: row.Text,
		action: row.Action, issues: row.Issues, response: row.Response, run: r, origin: row.place()}
	e.said, e.saidBy = row, r
	e.uid = newUID(e, func(uid string) bool { return p.stock.uids[uid] })
	if row.Kind == Recommendation {
		e.events = []event{{response: row.Response, word: row.SourceWord, run: r}}
	}
	p.stock.add(e)
	p.added = append(p.added, e)
	r.file.counts(row.Kind).Added++
}

// change brings an entry to what the row says and notes each difference.
func (p *planner) change(r *run, row *Row, e *entry) {
	before := r.file.Changes
	if p.edited[e.kind][e.id] { // people know better than a file; only a response is news
		if e.key() != row.key() || e.action != row.Action || !slices.Equal(e.issues, row.Issues) {
			r.kept = append(r.kept, e.uid)
		}
		row = &Row{Number: row.Number, Response: row.Response, SourceWord: row.SourceWord, File: row.File, Kind: row.Kind,
			Text: e.text, Action: e.action, Issues: e.issues, RecommendingState: row.RecommendingState, review: row.review}
	}
	if e.key() != row.key() && !lostLetters(e.text, row.Text, row.lossy) {
		p.note(r, row, e, "text", e.text, row.Text)
		e.text, e.normalised, e.textChanged = row.Text, "", true
		r.file.Changes.Texts++
	}
	if e.action != row.Action {
		p.note(r, row, e, "action", actionTitle(e.action), actionTitle(row.Action))
		e.action, e.actionChanged = row.Action, true
		r.file.Changes.Actions++
	}
	if !slices.Equal(e.issues, row.Issues) {
		p.note(r, row, e, "issues", strings.Join(e.issues, ", "), strings.Join(row.Issues, ", "))
		e.issues = row.Issues
		r.file.Changes.Issues++
	}
	if e.kind == Recommendation && e.response != row.Response {
		p.note(r, row, e, "response", string(e.response), string(row.Response))
		e.response = row.Response
		e.events = append(e.events, event{row.Response, row.SourceWord, p.today, r})
		r.file.Changes.Responses++
	}
	if r.file.Changes == before {
		r.file.counts(row.Kind).Unchanged++
		if e.said == nil {
			e.said, e.saidBy = row, r
		}
		return
	}
	if e.said != nil && e.saidBy != r {
		// Whichever file came last would win, and the same files again would change it all again.
		p.report.refuse(r.file, &Refusal{File: r.file.File, Row: row.Number, Value: shown(row.Text),
			Reason: fmt.Sprintf("contradicts row %d of %s in the same import: leave one of them out", e.said.Number, e.saidBy.file.File)})
		return
	}
	e.said, e.saidBy = row, r
	r.file.counts(row.Kind).Changed++
	if e.id != 0 && !e.planned {
		e.planned = true
		p.changed = append(p.changed, e)
	}
}

func actionTitle(n int) string {
	if n == 0 {
		return "not classified"
	}
	return fmt.Sprint(n)
}

func (p *planner) note(r *run, row *Row, e *entry, what, from, to string) {
	p.report.note(Change{File: r.file.File, Row: row.Number, ID: e.uid, What: what, From: shown(from), To: shown(to)})
}
