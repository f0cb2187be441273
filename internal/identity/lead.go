package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/signinlink"
	"github.com/upr-info/upr/ent/signuplink"
	"github.com/upr-info/upr/internal/fault"
)

// Begin begins a registration for a Pre-session, as whoever has just signed in, and returns its id.
type Begin func(ctx context.Context, preSession string, accessCode *string) (registration string, err error)

// lead is where a link leads on to, once it has signed somebody in: to a registration of theirs, or to
// one that is begun then. It has ids and codes alone, so that no address of somebody else can stand in one.
type lead struct{ Registration, PreSession, AccessCode string }

// What a lead may have, by the name of the argument.
var leadParts = map[string]*regexp.Regexp{
	"registration": regexp.MustCompile(`^reg_[a-z0-9]{1,40}$`),
	"preSession":   regexp.MustCompile(`^pre_[a-z0-9]{1,40}$`),
	"accessCode":   regexp.MustCompile(`^[A-Z2-7]{16}$`),
}

// leadToBegin is the lead to a registration that is begun; to none where there is no Pre-session.
func leadToBegin(preSession, accessCode *string) (l lead, err error) {
	if accessCode != nil {
		l.AccessCode = strings.ToUpper(strings.TrimSpace(*accessCode))
	}
	if preSession != nil {
		l.PreSession = *preSession
	}
	switch {
	case preSession != nil && !leadParts["preSession"].MatchString(l.PreSession):
		return lead{}, fault.Invalid("preSession", "is no id of a Pre-session, as in pre_abc")
	case accessCode != nil && !leadParts["accessCode"].MatchString(l.AccessCode):
		return lead{}, fault.Invalid("accessCode", "is no access code: it has 16 letters and digits")
	}
	return l, nil
}

// sealLead keeps a lead beside the digest of a link's token.
func (s *Service) sealLead(l lead, token string) []byte {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // of texts alone
	}
	return s.secrets.Seal(string(text), digest(token))
}

// leadOf is where a link leads on to; nowhere, where it is not kept any more. A link that
// signs nobody in is not live.
func (s *Service) leadOf(ctx context.Context, token string) (to lead, live bool, err error) {
	of, reading, now := digest(token), asProgram(ctx), s.now().UTC()
	var sealed []byte
	link, err := s.db.Ent.SignInLink.Query().Where(signinlink.Digest(of)).WithUser().Only(reading)
	switch {
	case err == nil:
		sealed, live = link.Lead, link.UsedAt == nil && link.ExpiresAt.After(now) && link.Edges.User.DisabledAt == nil
	case ent.IsNotFound(err):
		first, err := s.db.Ent.SignUpLink.Query().Where(signuplink.Digest(of)).Only(reading)
		if ent.IsNotFound(err) {
			return to, false, nil
		}
		if err != nil {
			return to, false, fmt.Errorf("find a link: %w", err)
		}
		sealed, live = first.Lead, first.ExpiresAt.After(now)
	default:
		return to, false, fmt.Errorf("find a link: %w", err)
	}
	if len(sealed) == 0 { // mailed by a former version
		return to, live, nil
	}
	text, err := s.secrets.Open(sealed, of)
	if err != nil {
		return to, false, err
	}
	return to, live, json.Unmarshal([]byte(text), &to)
}

// path is where the lead goes by itself: the page of the registration, or the one that begins it. Empty:
// it leads nowhere. As in an invitation, the code stands where no server is sent it.
func (l lead) path(language string) string {
	switch {
	case l.Registration != "":
		return ownRegistrations + "/" + l.Registration + inLanguage("?", language)
	case l.PreSession != "" && l.AccessCode != "":
		return ownRegistrations + "?call=" + l.PreSession + inLanguage("&", language) + "#" + l.AccessCode
	case l.PreSession != "":
		return ownRegistrations + "?call=" + l.PreSession + inLanguage("&", language)
	}
	return ""
}

// inLanguage asks a page for a language; for none where the language is empty.
func inLanguage(mark, language string) string {
	if language == "" {
		return ""
	}
	return mark + "lang=" + language
}
