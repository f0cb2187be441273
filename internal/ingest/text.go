package ingest

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	notes := mostListed
	for _, file := range r.Files {
		notes = file.writeText(&b, notes)
	}
	r.writeChanges(&b)
	r.writeRefusals(&b)
	r.writeOutcome(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeText lists as many notes as it may, and returns how many the files behind it may.
func (f *FileReport) writeText(b *strings.Builder, notes int) (left int) {
	fmt.Fprintf(b, "%s\n", f.File)
	if f.Detected == nil {
		return notes
	}
	fmt.Fprintf(b, "  %s\n", f.Summary)
	fmt.Fprintf(b, "  %s read", Plural(f.Rows, "row"))
	if f.Refused > 0 && f.Rows > 0 {
		fmt.Fprintf(b, ", %s refused", Plural(f.Refused, "row"))
	}
	b.WriteString("\n")
	f.Recommendations.writeText(b, "recommendation")
	f.Pledges.writeText(b, "pledge")
	listed := min(len(f.Notices), notes)
	for _, notice := range f.Notices[:listed] {
		fmt.Fprintf(b, "  note: %s\n", notice)
	}
	if rest := len(f.Notices) - listed; rest > 0 {
		fmt.Fprintf(b, "  and %s: --report FILE has them all\n", Plural(rest, "more note"))
	}
	return notes - listed
}

func (c *Counts) writeText(b *strings.Builder, noun string) {
	if c.total() > 0 {
		fmt.Fprintf(b, "  %s: %s added, %s changed, %s unchanged\n", Plural(c.total(), noun),
			grouped(c.Added), grouped(c.Changed), grouped(c.Unchanged))
	}
}

func (r *Report) writeChanges(b *strings.Builder) {
	if len(r.Changes) > 0 {
		fmt.Fprintf(b, "%s:\n", Plural(r.ChangeCount, "change"))
	}
	for _, c := range r.Changes {
		fmt.Fprintf(b, "  %s, row %d, %s, %s: %q becomes %q\n", c.File, c.Row, c.ID, c.What, c.From, c.To)
	}
	writeRest(b, r.ChangeCount-len(r.Changes))
}

func (r *Report) writeRefusals(b *strings.Builder) {
	if len(r.Refusals) > 0 {
		fmt.Fprintf(b, "%s:\n", Plural(r.RefusalCount, "refusal"))
	}
	for _, refusal := range r.Refusals {
		fmt.Fprintf(b, "  %s\n", refusal)
	}
	writeRest(b, r.RefusalCount-len(r.Refusals))
}

func writeRest(b *strings.Builder, n int) {
	if n > 0 {
		fmt.Fprintf(b, "  and %s more\n", grouped(n))
	}
}

func (r *Report) writeOutcome(b *strings.Builder) {
	recommendations, pledges := r.Totals.Recommendations, r.Totals.Pledges
	fmt.Fprintf(b, "Total: %s and %s in %s, %.1f s\n", Plural(recommendations.total(), "recommendation"),
		Plural(pledges.total(), "pledge"), Plural(len(r.Files), "file"), r.Seconds)
	switch {
	case !r.OK():
		b.WriteString("Nothing was imported: an import is all or nothing. Put the refusals right and import again.\n")
	case r.Totals.changes() == 0:
		b.WriteString("No change.\n")
	case r.DryRun:
		fmt.Fprintf(b, "Dry run: %s. Nothing was written.\n", r.changesTitle("would be added"))
	default:
		fmt.Fprintf(b, "Imported: %s.\n", r.changesTitle("added"))
	}
}

func (r *Report) changesTitle(verb string) string {
	added := r.Totals.Recommendations.Added + r.Totals.Pledges.Added
	return fmt.Sprintf("%s %s, %s changed", grouped(added), verb, grouped(r.Totals.changes()-added))
}

// Plural is a number with its noun, as in "1 row" and "23,484 rows".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped writes 23484 as 23,484.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
