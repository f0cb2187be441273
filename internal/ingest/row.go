package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind tells recommendations from voluntary pledges.
type Kind string

// The kinds. They are also the prefix of public ids, without the underscore.
const (
	Recommendation Kind = "rec"
	Pledge         Kind = "plg"
)

func (k Kind) String() string {
	if k == Pledge {
		return "pledge"
	}
	return "recommendation"
}

// Row is one recommendation or pledge as the file says it, in the platform's terms.
type Row struct {
	File              string
	Number            int // line or spreadsheet row
	Kind              Kind
	StateUnderReview  string // ISO 3166-1 alpha-3
	RecommendingState string // empty: unknown, or a pledge
	Session           int
	Text              string
	Response          Response // empty for a pledge
	SourceWord        string   // the file's own word for the response
	Action            int      // 1 to 5; 0: not classified
	Issues            []string // codes, sorted
	lossy             Encoding // the encoding, where it cannot hold every letter
	normalised        string   // of Text; see key
	review            *review
	claims            []claim // about groups of States
	sessionColumn     string  // what the file calls it
}

// Reference knows States and issues by the names that sources use.
type Reference interface {
	StateByName(name string) (iso3 string, ok bool)
	NearestStateNames(name string, n int) []string
	IssueByLabel(label string) (code string, ok bool)
}

// rowReader turns cells into a Row and collects everything that it cannot take.
type rowReader struct {
	file      *File
	raw       Raw
	reference Reference
	refusals  []*Refusal
}

// Understand reads the row in the platform's terms. It returns all that is wrong
// with it, not the first thing only.
func (f *File) Understand(raw Raw, reference Reference) (Row, []*Refusal) {
	r := &rowReader{file: f, raw: raw, reference: reference}
	row := Row{File: f.Name, Number: raw.Row, Kind: Recommendation, sessionColumn: f.header.name(session)}
	if f.Detected.Encoding.charmap() != nil {
		row.lossy = f.Detected.Encoding
	}
	r.checkLetters()
	row.Text = r.text()
	row.StateUnderReview = r.state(stateUnderReview)
	row.Session = r.session()
	row.Action = r.action()
	row.Issues = r.issues()
	row.SourceWord = raw.cells[response]
	if word(row.SourceWord) == pledgeWord {
		row.Kind = Pledge
		r.pledgingState(row.StateUnderReview)
	} else {
		row.Response = r.response()
		row.RecommendingState = r.recommendingState(row.StateUnderReview)
	}
	row.claims = r.claims(row)
	return row, r.refusals
}

func (r *rowReader) refuse(f field, value, format string, args ...any) {
	r.refusals = append(r.refusals, &Refusal{File: r.file.Name, Row: r.raw.Row,
		Column: r.file.header.name(f), Value: shown(value), Reason: fmt.Sprintf(format, args...)})
}

// checkLetters finds letters that an earlier conversion has lost for good.
func (r *rowReader) checkLetters() {
	for f, cell := range r.raw.cells {
		if strings.ContainsRune(cell, unicode.ReplacementChar) {
			r.refuse(field(f), cell, "a letter is lost here (U+FFFD): the file was converted with the wrong encoding; export it again")
		}
	}
}

func (r *rowReader) text() string {
	value := r.raw.cells[text]
	if normalise(value) == "" {
		r.refuse(text, "", "the text is empty")
	}
	return value
}

func (r *rowReader) state(f field) string {
	name := r.raw.cells[f]
	if name == "" {
		r.refuse(f, "", "the State is empty")
		return ""
	}
	iso3, ok := r.reference.StateByName(name)
	if !ok {
		r.refuse(f, name, "no State is known by this name%s", nearest(r.reference.NearestStateNames(name, 3)))
	}
	return iso3
}

func nearest(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; the nearest are " + strings.Join(names, ", ")
}

func (r *rowReader) recommendingState(underReview string) string {
	if isUnknown(r.raw.cells[recommendingState]) {
		return ""
	}
	if r.raw.cells[recommendingState] == "" {
		r.refuse(recommendingState, "", "the State is empty: write (Unknown) where it is not known who recommended this")
		return ""
	}
	iso3 := r.state(recommendingState)
	if iso3 != "" && iso3 == underReview {
		r.refuse(recommendingState, r.raw.cells[recommendingState],
			"a State does not recommend to itself: a pledge has the response Voluntary Pledge")
	}
	return iso3
}

// pledgingState checks that the State under review speaks for itself.
func (r *rowReader) pledgingState(underReview string) {
	if by := r.state(recommendingState); by != "" && underReview != "" && by != underReview {
		r.refuse(recommendingState, r.raw.cells[recommendingState],
			"a pledge is made by the State under review, here %s", r.raw.cells[stateUnderReview])
	}
}

func (r *rowReader) session() int {
	n, ok := parseSession(r.raw.cells[session])
	if !ok {
		r.refuse(session, r.raw.cells[session], "this is not a session: write its number, as in 13")
	}
	return n
}

func (r *rowReader) action() int {
	n, ok := parseAction(r.raw.cells[action])
	if !ok {
		r.refuse(action, r.raw.cells[action], "this is not an action category: write a number from 1 to 5, or nothing")
	}
	return n
}

func (r *rowReader) response() Response {
	value := r.raw.cells[response]
	got, ok := parseResponse(value)
	if !ok {
		r.refuse(response, value, "this is not a response: known are Supported, Accepted, Partially supported, Noted, Not supported, Rejected, General response, No clear position, No response, Pending and Voluntary Pledge")
	}
	return got
}

func (r *rowReader) issues() []string {
	var codes []string
	for _, label := range splitList(r.raw.cells[issues]) {
		code, ok := r.reference.IssueByLabel(label)
		if !ok {
			r.refuse(issues, label, "no issue is known by this label; several issues are separated by commas")
			continue
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
