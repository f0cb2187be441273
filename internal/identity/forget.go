package identity

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// Forget deletes those accounts, of some, of which nothing else is left: who has no role, speaks for no organisation, keeps nothing
// here, and has no other way to sign in than by mail, by which they can sign up anew. Who was disabled stays so. The change log
// keeps an id that leads to nobody.
func Forget(ctx context.Context, tx *database.Tx, note func(uid string, op changelog.Operation), users ...int) error {
	ctx = asProgram(ctx)
	all, err := tx.Ent.User.Query().Where(user.IDIn(users...), user.DisabledAtIsNil(), user.PasswordHash(""), user.TotpSecretIsNil(),
		user.Not(user.Or(user.HasGrants(), user.HasMemberships(), user.HasOidcIdentities(), user.HasAPIKeys(), user.HasSavedSlices(), user.HasWebhooks(), user.HasPartnerGroups()))).
		Order(ent.Asc(user.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list accounts of which nothing is left: %w", err)
	}
	for _, u := range all {
		if err := tx.Ent.User.DeleteOne(u).Exec(ctx); err != nil {
			return fmt.Errorf("forget an account: %w", err)
		}
		note(u.UID, opForget)
	}
	return nil
}
