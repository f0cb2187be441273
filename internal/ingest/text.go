package ingest

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, file := range r.Files {
		file.writeText(&b)
	}
	r.writeChanges(&b)
	r.writeRefusals(&b)
	r.writeOutcome(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *FileReport) writeText(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n", f.File)
	if f.Detected == nil {
		return
	}
	fmt.Fprintf(b, "  %s\n", f.Summary)
	fmt.Fprintf(b, "  %s read", plural(f.Rows, "row"))
	if f.Refused > 0 {
		fmt.Fprintf(b, ", %s refused", plural(f.Refused, "row"))
	}
	b.WriteString("\n")
	f.Recommendations.writeText(b, "recommendation")
	f.Pledges.writeText(b, "pledge")
	for _, notice := range f.Notices {
		fmt.Fprintf(b, "  note: %s\n", notice)
	}
}

func (c *Counts) writeText(b *strings.Builder, noun string) {
	if c.total() > 0 {
		fmt.Fprintf(b, "  %s: %s added, %s changed, %s unchanged\n", plural(c.total(), noun),
			grouped(c.Added), grouped(c.Changed), grouped(c.Unchanged))
	}
}

func (r *Report) writeChanges(b *strings.Builder) {
	if len(r.Changes) > 0 {
		fmt.Fprintf(b, "%s:\n", plural(r.ChangeCount, "change"))
	}
	for _, c := range r.Changes {
		fmt.Fprintf(b, "  %s, row %d, %s, %s: %q becomes %q\n", c.File, c.Row, c.ID, c.What, c.From, c.To)
	}
	writeRest(b, r.ChangeCount-len(r.Changes))
}

func (r *Report) writeRefusals(b *strings.Builder) {
	if len(r.Refusals) > 0 {
		fmt.Fprintf(b, "%s:\n", plural(r.RefusalCount, "refusal"))
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
	fmt.Fprintf(b, "Total: %s and %s in %s, %.1f s\n", plural(recommendations.total(), "recommendation"),
		plural(pledges.total(), "pledge"), plural(len(r.Files), "file"), r.Seconds)
	switch {
	case !r.OK():
		b.WriteString("Nothing was imported: an import is all or nothing. Put the refusals right and import again.\n")
	case r.Totals.changes() == 0:
		b.WriteString("No change.\n")
	case r.DryRun:
		fmt.Fprintf(b, "Dry run: %s. Nothing was written.\n", r.changesTitle("would be"))
	default:
		fmt.Fprintf(b, "Imported: %s.\n", r.changesTitle("were"))
	}
}

func (r *Report) changesTitle(verb string) string {
	added := r.Totals.Recommendations.Added + r.Totals.Pledges.Added
	return fmt.Sprintf("%s %s added, %s changed", grouped(added), verb, grouped(r.Totals.changes()-added))
}

func plural(n int, noun string) string {
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
