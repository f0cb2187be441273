package desk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// vocabulary is a list of things that have a code and a name.
type vocabulary struct {
	kind, table, noun string
	code              *regexp.Regexp
	hint              string // what a code looks like
	// By what statements are classified:
	tags, column string // the table of tags, and its column that names the thing
	successors   string // the table of what things were merged into or split into; it has the column as well
}

var (
	issues = vocabulary{kind: changelog.Issue, table: "issues", noun: "issue", code: slug, hint: slugHint,
		tags: "issue_tags", column: "issue_id", successors: "issue_successors"}
	affectedGroups = vocabulary{kind: changelog.AffectedGroup, table: "affected_groups", noun: "affected group", code: slug, hint: slugHint,
		tags: "affected_group_tags", column: "group_id", successors: "affected_group_successors"}
	sdgTargets  = vocabulary{kind: changelog.Target, table: "sdg_targets", noun: "SDG target", tags: "sdg_tags", column: "target_id"}
	stateGroups = vocabulary{kind: changelog.Group, table: "state_groups", noun: "group of States", code: regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`),
		hint: "capital letters and digits, with _ between words"}
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

const slugHint = "small letters and digits, with hyphens between words"

// NamesInput is a name in the languages of UPR Info.
type NamesInput struct{ En, Fr, Es string }

// CreateTermInput describes a thing that its vocabulary does not have yet.
type CreateTermInput struct {
	Code   string
	Name   NamesInput
	Reason string
}

// RenameTermInput gives a thing another name. Its code stays.
type RenameTermInput struct {
	ID       string
	Revision int
	Name     NamesInput
	Reason   string
}

// RetireTermInput merges a thing into one other, or splits it into several.
type RetireTermInput struct {
	ID         string
	Revision   int
	Successors []string
	Reason     string
}

// check trims the names. The English one is needed.
func (n NamesInput) check() (NamesInput, error) {
	var err error
	if n.En, err = requireText("name.en", n.En); err != nil {
		return n, err
	}
	if n.Fr, err = checkLine("name.fr", n.Fr); err != nil {
		return n, err
	}
	n.Es, err = checkLine("name.es", n.Es)
	return n, err
}

// changeTerm makes a change and reads the thing as it then is.
func (d *Desk) changeTerm(ctx context.Context, id, reason string, fn func(c *change) error) (Outcome, record.Node, error) {
	out, err := outcome(d.change(ctx, reason, fn, viewer.Editor))
	if err != nil || len(out.UserErrors) > 0 {
		return out, nil, err
	}
	return out, d.record.Snapshot().Node(id), nil
}

// maxCode is how long codes may be.
const maxCode = 100

// createTerm adds a thing at the end of its vocabulary.
func (d *Desk) createTerm(ctx context.Context, v vocabulary, input CreateTermInput) (Outcome, record.Node, error) {
	return d.changeTerm(ctx, v.kind+"_"+input.Code, input.Reason, func(c *change) error {
		if !v.code.MatchString(input.Code) || len(input.Code) > maxCode || input.Code == record.Unknown {
			return fault.Invalid("code", "%q is no code: at most %d %s", input.Code, maxCode, v.hint)
		}
		name, err := input.Name.check()
		if err != nil {
			return err
		}
		if n, err := c.count("SELECT COUNT(*) FROM "+v.table+" WHERE code = $1", input.Code); err != nil || n > 0 {
			if err != nil {
				return err
			}
			return fault.Invalid("code", "the code %s was given to another %s, and a code is never used again", input.Code, v.noun)
		}
		if err := c.refuseSameName(v, 0, name); err != nil {
			return err
		}
		row, err := c.insertTerm(v, input.Code, name)
		if err == nil {
			c.log.Touch(v.kind, changelog.Create, row)
		}
		return err
	})
}

func (c *change) insertTerm(v vocabulary, code string, name NamesInput) (row int, err error) {
	columns, values := "code, name_en, name_fr, name_es, position", "$1, $2, $3, $4, COALESCE(MAX(position), 0) + 1"
	if v.kind == changelog.Group {
		columns, values = columns+", kind", values+", 'ORGANISATION'" // the regional ones are the United Nations' own
	}
	row, err = c.count(fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM %[1]s RETURNING id", v.table, columns, values), code, name.En, name.Fr, name.Es)
	if err != nil {
		return 0, fmt.Errorf("create a term: %w", err)
	}
	return row, nil
}

func (d *Desk) renameTerm(ctx context.Context, v vocabulary, input RenameTermInput) (Outcome, record.Node, error) {
	return d.changeTerm(ctx, input.ID, input.Reason, func(c *change) error {
		row, err := c.log.Take(v.kind, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		name, err := input.Name.check()
		if err != nil {
			return err
		}
		if err := c.refuseSameName(v, row, name); err != nil {
			return err
		}
		c.log.Touch(v.kind, changelog.Rename, row)
		if _, err := c.ExecContext(c.ctx, "UPDATE "+v.table+" SET name_en = $1, name_fr = $2, name_es = $3 WHERE id = $4", name.En, name.Fr, name.Es, row); err != nil {
			return fmt.Errorf("rename a term: %w", err)
		}
		return nil
	})
}

// refuseSameName refuses a name that another thing of the vocabulary has in the same language,
// however it is written: readers could not tell them apart.
func (c *change) refuseSameName(v vocabulary, row int, name NamesInput) error {
	for _, in := range []struct{ field, column, name string }{{"name.en", "name_en", name.En}, {"name.fr", "name_fr", name.Fr}, {"name.es", "name_es", name.Es}} {
		if in.name == "" {
			continue
		}
		others, err := found[string](c, fmt.Sprintf("SELECT %s FROM %s WHERE id <> $1", in.column, v.table), row)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(others, func(other string) bool { return spelling.Plain(other) == spelling.Plain(in.name) }) {
			return fault.Invalid(in.field, "%q is the name of another %s", in.name, v.noun)
		}
	}
	return nil
}

// retireTerm merges a thing into one other, whose tags then also are its own; or splits it
// into several, whose tags people give anew. Who asks for the old one finds the new ones.
func (d *Desk) retireTerm(ctx context.Context, v vocabulary, input RetireTermInput) (Outcome, record.Node, error) {
	return d.changeTerm(ctx, input.ID, input.Reason, func(c *change) error { return c.retireTerm(v, input) })
}

func (c *change) retireTerm(v vocabulary, input RetireTermInput) error {
	row, err := c.log.Take(v.kind, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	if len(input.Successors) == 0 {
		return fault.Invalid("successors", "name the %s that it is merged into, or those that it is split into", v.noun)
	}
	if into, err := c.successorsOf(v, row); err != nil || len(into) > 0 {
		if err != nil {
			return err
		}
		return fault.Invalid("id", "the %s was retired before", v.noun)
	}
	successors, err := c.successors(v, row, input.Successors)
	if err != nil {
		return err
	}
	operation := changelog.Split
	if len(successors) == 1 {
		operation = changelog.Merge
		if err := c.moveTags(v, row, successors[0]); err != nil {
			return err
		}
	}
	c.log.Touch(v.kind, operation, row)
	for _, successor := range successors {
		if _, err := c.affected(fmt.Sprintf("INSERT INTO %s (%s, successor_id) VALUES ($1, $2)", v.successors, v.column), row, successor); err != nil {
			return err
		}
	}
	return nil
}

// term finds a thing by its code. Returns Invalid.
func (c *change) term(v vocabulary, field, code string) (row int, err error) {
	err = c.QueryRowContext(c.ctx, "SELECT id FROM "+v.table+" WHERE code = $1", code).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.Invalid(field, "no %s has the code %q", v.noun, code)
	}
	if err != nil {
		return 0, fmt.Errorf("find a code: %w", err)
	}
	return row, nil
}

// successorsOf returns the codes of what a thing was merged into or split into.
func (c *change) successorsOf(v vocabulary, row int) (codes []string, err error) {
	if v.successors == "" {
		return nil, nil
	}
	return found[string](c, fmt.Sprintf("SELECT n.code FROM %s s JOIN %s n ON n.id = s.successor_id WHERE s.%s = $1 ORDER BY n.position", v.successors, v.table, v.column), row)
}

// successors finds what is to come instead. What was itself retired cannot, so that nothing
// leads back to itself.
func (c *change) successors(v vocabulary, row int, codes []string) ([]int, error) {
	var rows []int
	for _, code := range codes {
		found, err := c.term(v, "successors", code)
		if err != nil {
			return nil, err
		}
		retired, err := c.successorsOf(v, found)
		if err != nil {
			return nil, err
		}
		if found == row || len(retired) > 0 || slices.Contains(rows, found) {
			return nil, fault.Invalid("successors", "%s cannot be one: it is the %s itself, was retired, or stands here twice", code, v.noun)
		}
		rows = append(rows, found)
	}
	return rows, nil
}

// moveTags gives the tags of one thing to another, once for each source. A rejected one stays: who
// rejects the one does not reject the other. What the other was rejected for by the same source holds
// now, since the one that was merged into it does.
func (c *change) moveTags(v vocabulary, from, into int) error {
	named := strings.NewReplacer("{tags}", v.tags, "{term}", v.column)
	for kind, owner := range ownerColumn {
		rows, err := found[int](c, named.Replace(`SELECT DISTINCT `+owner+` FROM {tags} WHERE {term} = $1 AND NOT rejected AND `+owner+` IS NOT NULL`), from)
		if err != nil {
			return err
		}
		c.log.Touch(kind, changelog.Merge, rows...)
		same := `o.source = {tags}.source AND o.` + owner + ` = {tags}.` + owner
		for _, query := range []string{
			`UPDATE {tags} SET rejected = FALSE WHERE {term} = $2 AND rejected AND EXISTS (SELECT 1 FROM {tags} o WHERE o.{term} = $1 AND NOT o.rejected AND ` + same + `)`,
			`DELETE FROM {tags} WHERE {term} = $1 AND NOT rejected AND EXISTS (SELECT 1 FROM {tags} o WHERE o.{term} = $2 AND ` + same + `)`,
		} {
			if _, err := c.affected(named.Replace(query), from, into); err != nil {
				return err
			}
		}
	}
	_, err := c.affected(named.Replace(`UPDATE {tags} SET {term} = $1 WHERE {term} = $2 AND NOT rejected`), into, from)
	return err
}

// refuseCycles refuses that something leads back to itself, as what is restored may.
func (c *change) refuseCycles(v vocabulary) error {
	rows, err := c.QueryContext(c.ctx, fmt.Sprintf("SELECT %s, successor_id FROM %s", v.column, v.successors))
	if err != nil {
		return fmt.Errorf("read successors: %w", err)
	}
	defer rows.Close()
	into := map[int][]int{}
	for rows.Next() {
		var old, successor int
		if err := rows.Scan(&old, &successor); err != nil {
			return fmt.Errorf("read successors: %w", err)
		}
		into[old] = append(into[old], successor)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read successors: %w", err)
	}
	for start := range into {
		seen, next := map[int]bool{}, into[start]
		for len(next) > 0 {
			at := next[0]
			next = next[1:]
			if at == start {
				return fault.Conflict("then one %s would lead back to itself: what it was merged into or split into was itself retired since", v.noun)
			}
			if !seen[at] {
				seen[at] = true
				next = append(slices.Clone(next), into[at]...)
			}
		}
	}
	return nil
}

// found returns the one column of a query.
func found[T any](c *change, query string, args ...any) (values []T, err error) {
	rows, err := c.QueryContext(c.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("find rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var value T
		if err := rows.Scan(&value); err != nil {
			return nil, fmt.Errorf("find rows: %w", err)
		}
		values = append(values, value)
	}
	return values, rows.Err()
}
