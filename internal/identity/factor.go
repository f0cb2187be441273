package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/recoverycode"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

const (
	totpPeriod    = 30 // seconds
	recoveryCodes = 10
)

// Enrolment is what an authenticator needs to know. It is shown once.
type Enrolment struct {
	Secret string
	URI    string // otpauth://…, as a QR code shows it
}

// EnrolSecondFactor makes a new secret, which holds once a code of it was confirmed. Who has
// a second factor already must have confirmed the session by it.
func (s *Service) EnrolSecondFactor(ctx context.Context) (Enrolment, error) {
	u, err := s.me(ctx)
	if err != nil {
		return Enrolment{}, err
	}
	if len(u.TotpSecret) > 0 && !s.confirmed(ctx) {
		return Enrolment{}, fault.Forbidden("confirm this session by the second factor that you have, then replace it")
	}
	made, err := totp.Generate(totp.GenerateOpts{Issuer: "UPR Info", AccountName: u.Email, Period: totpPeriod})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make a secret: %w", err)
	}
	err = s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		return tx.Ent.User.UpdateOneID(u.ID).SetTotpPending(s.secrets.Seal(made.Secret(), u.UID)).Exec(ctx)
	})
	return Enrolment{Secret: made.Secret(), URI: made.URL()}, err
}

// ConfirmSecondFactor confirms the session by a code. Where a secret waits to be confirmed
// it becomes the second factor, and recovery codes are returned, which are shown once.
func (s *Service) ConfirmSecondFactor(ctx context.Context, code string) ([]string, error) {
	if err := mayKeep(ctx); err != nil {
		return nil, err
	}
	u, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.attempt(ctx, "account", u.Email, perAccount); err != nil {
		return nil, err
	}
	var codes []string
	switch {
	case len(u.TotpPending) > 0 && (len(u.TotpSecret) == 0 || s.confirmed(ctx)):
		codes, err = s.adoptFactor(ctx, u, code)
	case len(u.TotpSecret) > 0:
		err = s.takeCode(ctx, u, code)
	default:
		err = fault.Invalid("code", "cannot be confirmed before a second factor is enrolled")
	}
	if err != nil {
		return nil, err
	}
	if err := s.forget(ctx, "account", u.Email); err != nil {
		return nil, err
	}
	if err := s.sessions.RenewToken(ctx); err != nil { // the session may do more now: nobody knows its new token
		return nil, fmt.Errorf("confirm the session: %w", err)
	}
	s.sessions.Put(ctx, keySecond, true)
	return codes, nil
}

// RegenerateRecoveryCodes replaces the recovery codes of whoever asks.
func (s *Service) RegenerateRecoveryCodes(ctx context.Context) (codes []string, err error) {
	u, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	if len(u.TotpSecret) == 0 || !s.confirmed(ctx) {
		return nil, fault.Forbidden("confirm this session by a second factor first")
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opFactor)
		codes, err = newRecoveryCodes(ctx, tx, u)
		return err
	})
	return codes, err
}

// confirmed says whether the session was confirmed by a second factor.
func (s *Service) confirmed(ctx context.Context) bool {
	return callerOf(ctx).session && s.sessions.GetBool(ctx, keySecond)
}

// adoptFactor makes the pending secret the second factor.
func (s *Service) adoptFactor(ctx context.Context, u *ent.User, code string) (codes []string, err error) {
	secret, err := s.secrets.Open(u.TotpPending, u.UID)
	if err != nil {
		return nil, err
	}
	step, ok := s.stepOf(secret, code)
	if !ok {
		return nil, wrongCode()
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opFactor)
		err := tx.Ent.User.UpdateOneID(u.ID).SetTotpSecret(u.TotpPending).ClearTotpPending().SetTotpStep(step).Exec(ctx)
		if err != nil {
			return err
		}
		codes, err = newRecoveryCodes(ctx, tx, u)
		return err
	})
	return codes, err
}

// takeCode uses up a code of the authenticator or a recovery code. Both hold once.
func (s *Service) takeCode(ctx context.Context, u *ent.User, code string) error {
	code = strings.ToLower(strings.Join(strings.Fields(code), ""))
	if len(code) != otp.DigitsSix.Length() {
		return s.takeRecoveryCode(ctx, u, code)
	}
	secret, err := s.secrets.Open(u.TotpSecret, u.UID)
	if err != nil {
		return err
	}
	step, ok := s.stepOf(secret, code)
	if !ok {
		return wrongCode()
	}
	return s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Ent.User.Update().Where(user.ID(u.ID), user.TotpStepLT(step)).SetTotpStep(step).Save(ctx)
		if err == nil && n == 0 {
			return fault.Invalid("code", "was used already: wait for the next one")
		}
		return err
	})
}

// stepOf returns the period whose code this is: the present one, or one beside it, since
// clocks differ.
func (s *Service) stepOf(secret, code string) (int64, bool) {
	now := s.now().Unix() / totpPeriod
	for _, step := range []int64{now, now - 1, now + 1} {
		if ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}); err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

func (s *Service) takeRecoveryCode(ctx context.Context, u *ent.User, code string) error {
	return s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		n, err := tx.Ent.RecoveryCode.Update().
			Where(recoverycode.UserID(u.ID), recoverycode.Digest(digest(code)), recoverycode.UsedAtIsNil()).
			SetUsedAt(s.now().UTC()).Save(ctx)
		if err == nil && n == 0 {
			return wrongCode()
		}
		note(u.UID, "USE_RECOVERY_CODE")
		return err
	})
}

func newRecoveryCodes(ctx context.Context, tx *database.Tx, u *ent.User) ([]string, error) {
	if err := forgetRecoveryCodes(ctx, tx, u); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		codes[i] = newPassword()
		if err := tx.Ent.RecoveryCode.Create().SetUserID(u.ID).SetDigest(digest(codes[i])).Exec(ctx); err != nil {
			return nil, fmt.Errorf("keep a recovery code: %w", err)
		}
	}
	return codes, nil
}

func wrongCode() error {
	return fault.Invalid("code", "is not right: take the six digits that your authenticator shows now, or an unused recovery code")
}

func forgetRecoveryCodes(ctx context.Context, tx *database.Tx, u *ent.User) error {
	if _, err := tx.Ent.RecoveryCode.Delete().Where(recoverycode.UserID(u.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("forget recovery codes: %w", err)
	}
	return nil
}
