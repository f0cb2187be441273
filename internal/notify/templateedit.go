package notify

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/mailtemplate"
	"github.com/upr-info/upr/internal/database"
)

// latest is the last revision that people made of a template; nil: none.
func latest(ctx context.Context, client *ent.Client, key, language string) (*ent.MailTemplate, bool, error) {
	row, err := client.MailTemplate.Query().Where(mailtemplate.Key(key), mailtemplate.Language(language)).
		Order(mailtemplate.ByRevision(entsql.OrderDesc())).First(asProgram(ctx))
	if ent.IsNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read a template: %w", err)
	}
	return row, true, nil
}

// current is the source of a template as it is used now.
func current(ctx context.Context, tx *database.Tx, key, language string) (string, error) {
	row, edited, err := latest(ctx, tx.Ent, key, language)
	if err != nil || !edited || row.Source == "" {
		return builtInSource(key, language), err
	}
	return row.Source, nil
}
