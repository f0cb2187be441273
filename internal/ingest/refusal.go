package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Refusal says which part of which file could not be taken, and why.
type Refusal struct {
	File   string `json:"file"`             // name without folder
	Row    int    `json:"row,omitempty"`    // line as an editor counts, or row of the spreadsheet; 0: the whole file
	Column string `json:"column,omitempty"` // as the file's own header calls it
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
}

// Error names the place before the reason.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString(r.File)
	if r.Row > 0 {
		fmt.Fprintf(&b, ", row %d", r.Row)
	}
	if r.Column != "" {
		fmt.Fprintf(&b, ", column %s", r.Column)
	}
	b.WriteString(": ")
	if r.Value != "" {
		fmt.Fprintf(&b, "%q: ", r.Value)
	}
	b.WriteString(r.Reason)
	return b.String()
}

func refuseFile(path, format string, args ...any) *Refusal {
	return &Refusal{File: filepath.Base(path), Reason: fmt.Sprintf(format, args...)}
}

// shown keeps a value in a report to a length that a person reads.
func shown(value string) string {
	const most = 200
	runes := []rune(value)
	if len(runes) <= most {
		return value
	}
	return string(runes[:most]) + "…"
}
