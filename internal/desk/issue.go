package desk

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// NamesInput is a name in the languages of UPR Info.
type NamesInput struct{ En, Fr, Es string }

// CreateIssueInput describes an issue that the vocabulary does not have yet.
type CreateIssueInput struct {
	Code   string
	Name   NamesInput
	Reason string
}

// RenameIssueInput gives an issue another name. Its code stays.
type RenameIssueInput struct {
	ID       string
	Revision int
	Name     NamesInput
	Reason   string
}

// RetireIssueInput merges an issue into one other, or splits it into several.
type RetireIssueInput struct {
	ID         string
	Revision   int
	Successors []string
	Reason     string
}

// IssuePayload has the issue as readers see it.
type IssuePayload struct {
	Outcome
	Issue *record.Issue
}

// CreateIssue adds an issue at the end of the list.
func (d *Desk) CreateIssue(ctx context.Context, input CreateIssueInput) (*IssuePayload, error) {
	return d.changeIssue(ctx, input.Code, input.Reason, func(c *change) error { return c.createIssue(input) })
}

// RenameIssue gives an issue another name.
func (d *Desk) RenameIssue(ctx context.Context, input RenameIssueInput) (*IssuePayload, error) {
	return d.changeIssue(ctx, codeOf(changelog.Issue, input.ID), input.Reason, func(c *change) error {
		row, err := c.log.Take(changelog.Issue, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		name, err := input.Name.check()
		if err != nil {
			return err
		}
		c.log.Touch(changelog.Issue, changelog.Rename, row)
		return c.Ent.Issue.UpdateOneID(row).SetNameEn(name.En).SetNameFr(name.Fr).SetNameEs(name.Es).Exec(c.ctx)
	})
}

// RetireIssue merges an issue into one other, whose tags then also are its own; or splits
// it into several, whose tags people give anew. Who asks for the old one finds the new ones.
func (d *Desk) RetireIssue(ctx context.Context, input RetireIssueInput) (*IssuePayload, error) {
	return d.changeIssue(ctx, codeOf(changelog.Issue, input.ID), input.Reason, func(c *change) error { return c.retireIssue(input) })
}

func codeOf(kind, id string) string { return strings.TrimPrefix(id, kind+"_") }

func (d *Desk) changeIssue(ctx context.Context, code, reason string, fn func(c *change) error) (*IssuePayload, error) {
	out, err := outcome(d.change(ctx, reason, fn, viewer.Editor))
	if err != nil || len(out.UserErrors) > 0 {
		return &IssuePayload{Outcome: out}, err
	}
	found, _ := d.record.Snapshot().Node("iss_" + code).(record.Issue)
	return &IssuePayload{out, &found}, nil
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

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (c *change) createIssue(input CreateIssueInput) error {
	if !slug.MatchString(input.Code) || len(input.Code) > 100 {
		return fault.Invalid("code", "%q is no code: small letters and digits, with hyphens between words", input.Code)
	}
	name, err := input.Name.check()
	if err != nil {
		return err
	}
	if exists, err := c.Ent.Issue.Query().Where(issue.Code(input.Code)).Exist(c.ctx); err != nil || exists {
		if err != nil {
			return err
		}
		return fault.Invalid("code", "there is an issue %s already, and a code is never used again", input.Code)
	}
	last, err := c.count(`SELECT COALESCE(MAX(position), 0) FROM issues`)
	if err != nil {
		return err
	}
	made, err := c.Ent.Issue.Create().SetCode(input.Code).SetNameEn(name.En).SetNameFr(name.Fr).SetNameEs(name.Es).SetPosition(last + 1).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("create an issue: %w", err)
	}
	c.log.Touch(changelog.Issue, changelog.Create, made.ID)
	return nil
}

func (c *change) retireIssue(input RetireIssueInput) error {
	row, err := c.log.Take(changelog.Issue, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	if len(input.Successors) == 0 {
		return fault.Invalid("successors", "name the issue that it is merged into, or those that it is split into")
	}
	if n, err := c.count(`SELECT COUNT(*) FROM issue_successors WHERE issue_id = $1`, row); err != nil || n > 0 {
		if err != nil {
			return err
		}
		return fault.Invalid("id", "the issue was retired before")
	}
	successors, err := c.successors(row, input.Successors)
	if err != nil {
		return err
	}
	operation := changelog.Split
	if len(successors) == 1 {
		operation = changelog.Merge
		if err := c.moveTags(row, successors[0]); err != nil {
			return err
		}
	}
	c.log.Touch(changelog.Issue, operation, row)
	for _, successor := range successors {
		if err := c.Ent.IssueSuccessor.Create().SetIssueID(row).SetSuccessorID(successor).Exec(c.ctx); err != nil {
			return fmt.Errorf("retire an issue: %w", err)
		}
	}
	return nil
}

// successors finds the issues. One that was itself retired cannot be one, so that no
// issue leads back to itself.
func (c *change) successors(row int, codes []string) ([]int, error) {
	var rows []int
	for _, code := range codes {
		found, err := c.Ent.Issue.Query().Where(issue.Code(code)).OnlyID(c.ctx)
		if ent.IsNotFound(err) {
			return nil, fault.Invalid("successors", "no issue has the code %q: create it first", code)
		}
		if err != nil {
			return nil, err
		}
		retired, err := c.count(`SELECT COUNT(*) FROM issue_successors WHERE issue_id = $1`, found)
		if err != nil {
			return nil, err
		}
		if found == row || retired > 0 || slices.Contains(rows, found) {
			return nil, fault.Invalid("successors", "%s cannot be one: it is the issue itself, was retired, or stands here twice", code)
		}
		rows = append(rows, found)
	}
	return rows, nil
}

// moveTags gives the tags of one issue to another, once for each source.
func (c *change) moveTags(from, into int) error {
	for kind, owner := range ownerColumn {
		rows, err := c.rows(`SELECT DISTINCT `+owner+` FROM issue_tags WHERE issue_id = $1 AND `+owner+` IS NOT NULL`, from)
		if err != nil {
			return err
		}
		c.log.Touch(kind, changelog.Merge, rows...)
		if _, err := c.affected(`DELETE FROM issue_tags WHERE issue_id = $1 AND EXISTS (SELECT 1 FROM issue_tags o
			WHERE o.issue_id = $2 AND o.source = issue_tags.source AND o.`+owner+` = issue_tags.`+owner+`)`, from, into); err != nil {
			return err
		}
	}
	_, err := c.affected(`UPDATE issue_tags SET issue_id = $1 WHERE issue_id = $2`, into, from)
	return err
}

func (c *change) rows(query string, args ...any) (found []int, err error) {
	rows, err := c.QueryContext(c.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("find rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row int
		if err := rows.Scan(&row); err != nil {
			return nil, fmt.Errorf("find rows: %w", err)
		}
		found = append(found, row)
	}
	return found, rows.Err()
}
