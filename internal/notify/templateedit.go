package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/mailtemplate"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// writers read and edit templates.
var writers = []viewer.Role{viewer.Manager, viewer.Admin}

// Template is a template in one language, as it is used now.
type Template struct {
	Key      string
	Language string
	Revision int    // 0: as the program brings it
	Source   string // its subject, an empty line, its text
	BuiltIn  bool   // it is the program's, from the beginning or again
	Required []string
	Optional []string
	Author   *string // of the revision; nil: the program
	Reason   *string
	EditedAt *time.Time
}

// TemplateInput is a template that somebody edited, or restores where Source is nil.
type TemplateInput struct {
	Key      string
	Language string
	Revision int // that was read
	Source   *string
	Reason   string
}

// Preview is a mail as its recipient would get it.
type Preview struct {
	Subject string
	Text    string
}

func templateOf(key, language string, row *ent.MailTemplate) Template {
	t := Template{Key: key, Language: language, Source: builtInSource(key, language), BuiltIn: true}
	t.Required, t.Optional = Fields(key)
	if row != nil {
		at := row.CreatedAt.UTC()
		t.Revision, t.Author, t.Reason, t.EditedAt = row.Revision, &row.Author, &row.Reason, &at
		if row.Source != "" {
			t.Source, t.BuiltIn = row.Source, false
		}
	}
	return t
}

// latest is a template as it is used now.
func latest(ctx context.Context, client *ent.Client, key, language string) (Template, error) {
	row, err := client.MailTemplate.Query().Where(mailtemplate.Key(key), mailtemplate.Language(language)).
		Order(mailtemplate.ByRevision(entsql.OrderDesc())).First(asProgram(ctx))
	if err != nil && !ent.IsNotFound(err) {
		return Template{}, fmt.Errorf("read a template: %w", err)
	}
	return templateOf(key, language, row), nil // of no row where there is none
}

func checkTemplate(key, language string) error {
	if _, known := uses[key]; !known {
		return fault.Invalid("key", "%q is none: there are %s", key, strings.Join(Keys(), ", "))
	}
	if !slices.Contains(languages, language) {
		return fault.Invalid("language", "%s has no templates: there are %s", language, strings.Join(languages, ", "))
	}
	return nil
}

// Templates are all templates in all their languages, or those of one key.
func (o *Outbox) Templates(ctx context.Context, key *string) ([]Template, error) {
	if err := policy.Require(ctx, writers...); err != nil {
		return nil, err
	}
	keys := Keys()
	if key != nil {
		if err := checkTemplate(*key, languages[0]); err != nil {
			return nil, err
		}
		keys = []string{*key}
	}
	rows, err := o.db.Ent.MailTemplate.Query().Where(mailtemplate.KeyIn(keys...)).Order(mailtemplate.ByRevision()).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	newest := map[string]*ent.MailTemplate{}
	for _, row := range rows {
		newest[row.Key+row.Language] = row
	}
	var all []Template
	for _, key := range keys {
		for _, language := range languages {
			all = append(all, templateOf(key, language, newest[key+language]))
		}
	}
	return all, nil
}

// Revisions are what people made of a template, the newest first.
func (o *Outbox) Revisions(ctx context.Context, key, language string) ([]Template, error) {
	if err := policy.Require(ctx, writers...); err != nil {
		return nil, err
	}
	if err := checkTemplate(key, language); err != nil {
		return nil, err
	}
	rows, err := o.db.Ent.MailTemplate.Query().Where(mailtemplate.Key(key), mailtemplate.Language(language)).
		Order(mailtemplate.ByRevision(entsql.OrderDesc())).Limit(maxPage).All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	all := make([]Template, len(rows))
	for i, row := range rows {
		all[i] = templateOf(key, language, row)
	}
	return all, nil
}

// Preview fills a template with sample data, or one that is not saved yet. Returns Invalid as
// SaveTemplate does.
func (o *Outbox) Preview(ctx context.Context, key, language string, source *string) (*Preview, error) {
	if err := policy.Require(ctx, writers...); err != nil {
		return nil, err
	}
	if err := checkTemplate(key, language); err != nil {
		return nil, err
	}
	if source == nil {
		used, err := latest(ctx, o.db.Ent, key, language)
		if err != nil {
			return nil, err
		}
		source = &used.Source
	}
	l, err := understand(key, *source)
	if err != nil {
		return nil, err
	}
	p := &Preview{}
	p.Subject, p.Text, err = l.fill(sampleOf(key, language))
	return p, err
}

// SaveTemplate makes a new revision of a template, which mail that is written from now on has: what
// waits in the outbox stays as it was read. Without a source the program's own is restored. Returns
// Invalid with line and reason for what cannot be used, Conflict where it was edited since it was read.
func (o *Outbox) SaveTemplate(ctx context.Context, input TemplateInput) (*Template, error) {
	if err := policy.Require(ctx, writers...); err != nil {
		return nil, err
	}
	if err := checkTemplate(input.Key, input.Language); err != nil {
		return nil, err
	}
	op, source := changelog.Restore, ""
	if input.Source != nil {
		op, source = changelog.Correct, strings.TrimSpace(strings.ReplaceAll(*input.Source, "\r\n", "\n"))+"\n"
		if _, err := understand(input.Key, source); err != nil {
			return nil, err
		}
	}
	if input.Reason = strings.TrimSpace(input.Reason); input.Reason == "" || utf8.RuneCountInString(input.Reason) > maxReason {
		return nil, fault.Invalid("reason", "must have 1 to %d characters", maxReason)
	}
	v, _ := viewer.From(ctx)
	var saved Template
	because := changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Reason: input.Reason, Request: viewer.Request(ctx)}
	_, err := changelog.Write(ctx, o.db, because, func(tx *database.Tx, log *changelog.Log) error {
		used, err := latest(ctx, tx.Ent, input.Key, input.Language)
		if err != nil {
			return err
		}
		if used.Revision != input.Revision {
			return editedSince(used.Revision)
		}
		row, err := tx.Ent.MailTemplate.Create().SetKey(input.Key).SetLanguage(input.Language).SetRevision(input.Revision + 1).SetSource(source).
			SetAuthor(v.Actor()).SetReason(input.Reason).SetCreatedAt(o.now().UTC().Truncate(time.Microsecond)).Save(asProgram(ctx))
		if ent.IsConstraintError(err) {
			return editedSince(input.Revision + 1)
		}
		if err != nil {
			return fmt.Errorf("save a template: %w", err)
		}
		log.Note("mtp_"+input.Key+"_"+strings.ToLower(input.Language), op)
		saved = templateOf(input.Key, input.Language, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &saved, nil
}

func editedSince(revision int) error {
	return &fault.Error{Code: fault.CodeConflict, Field: "revision", Message: fmt.Sprintf("the template was edited since you read it: read it again, and send its revision %d", revision)}
}
