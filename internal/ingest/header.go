package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// field is what a column means, whatever the file calls it.
type field int

const (
	stateUnderReview field = iota
	stateUnderReviewGroup
	stateUnderReviewOrganisations
	text
	recommendingState
	recommendingStateGroup
	recommendingStateOrganisations
	response
	action
	issues
	session
	fieldCount
)

// renamed are the names in CSV exports, original those of UPR Info's own workbook,
// where Rgrp and Org stand twice: each belongs to the State column on its left.
var (
	renamed = [fieldCount]string{"To", "To-Rgrp", "To-Org", "Text", "From", "From-Rgrp", "From-Org",
		"Response", "Action", "Issue", "Session"}
	original = [fieldCount]string{"SuR", "Rgrp", "Org", "Recommendation", "RS", "Rgrp", "Org",
		"Response", "Action", "Issue", "Session"}
)

// optional columns repeat what is known of a State; they are compared, not imported.
var optional = []field{stateUnderReviewGroup, stateUnderReviewOrganisations,
	recommendingStateGroup, recommendingStateOrganisations}

// header maps the columns of one file to their meaning.
type header struct {
	names   []string // as the file has them
	meaning []field  // by column; fieldCount: not known
	column  [fieldCount]int
	title   string
}

// ignored names the columns that are not read.
func (h *header) ignored() (names []string) {
	for i, m := range h.meaning {
		if m == fieldCount && h.names[i] != "" {
			names = append(names, h.names[i])
		}
	}
	return names
}

func (h *header) absent() (names []string) {
	for _, f := range optional {
		if h.column[f] < 0 {
			names = append(names, renamed[f])
		}
	}
	return names
}

// name is what the file calls a field.
func (h *header) name(f field) string {
	if c := h.column[f]; c >= 0 {
		return h.names[c]
	}
	return renamed[f]
}

// readHeader understands both forms of the header, in any order of columns.
func readHeader(cells []string) (*header, error) {
	h := &header{names: make([]string, len(cells)), meaning: make([]field, len(cells))}
	for f := range h.column {
		h.column[f] = -1
	}
	state := fieldCount
	for i, cell := range cells {
		h.names[i] = clean(cell)
		f := meaningOf(h.names[i], state)
		if f == stateUnderReview || f == recommendingState {
			state = f
		}
		h.meaning[i] = f
		if f == fieldCount {
			continue
		}
		if first := h.column[f]; first >= 0 {
			return nil, fmt.Errorf("the columns %d and %d are both called %q: remove or rename one", first+1, i+1, h.names[i])
		}
		h.column[f] = i
	}
	return h, h.check()
}

// meaningOf looks a name up; Rgrp and Org depend on the State column before them.
func meaningOf(name string, state field) field {
	for f := range fieldCount {
		if strings.EqualFold(name, renamed[f]) {
			return f
		}
		ofOther := slices.Contains(optional, f) && (f < text) != (state == stateUnderReview)
		if strings.EqualFold(name, original[f]) && !ofOther && state+1 != 0 {
			return f
		}
	}
	return fieldCount
}

func (h *header) check() error {
	var missing []string
	for f := range fieldCount {
		if h.column[f] < 0 && !slices.Contains(optional, f) {
			missing = append(missing, columnTitle(f))
		}
	}
	known := int(fieldCount) - len(missing) - len(h.absent())
	switch {
	case known <= 2:
		return fmt.Errorf("the first row is not the header of a UPR Info export: it must have the columns %s", strings.Join(renamed[:], ", "))
	case len(missing) > 0:
		return fmt.Errorf("the header has no column %s: add what is missing, or export the data again", strings.Join(missing, " and no column "))
	}
	h.title = "the original UPR Info header"
	if strings.EqualFold(h.name(stateUnderReview), renamed[stateUnderReview]) {
		h.title = "the renamed UPR Info header"
	}
	return nil
}

func columnTitle(f field) string {
	if renamed[f] == original[f] {
		return renamed[f]
	}
	return fmt.Sprintf("%s (or %s)", renamed[f], original[f])
}

// repeats tells whether a row is the header once more.
func (h *header) repeats(cells []string) bool {
	same := 0
	for i, cell := range cells {
		if i < len(h.names) && h.names[i] != "" && strings.EqualFold(clean(cell), h.names[i]) {
			same++
		}
	}
	return same > len(h.names)/2
}
