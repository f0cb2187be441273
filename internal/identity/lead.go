package identity

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// Begin begins a registration for a Pre-session, as whoever has just signed in, and returns its id.
type Begin func(ctx context.Context, preSession string, accessCode *string) (registration string, err error)

// lead is where a link leads on to, once it has signed somebody in: to a registration of theirs, or to
// one that is begun then. It has ids and codes alone, so that no address of somebody else can stand in one.
type lead struct{ registration, preSession, accessCode string }

// What a lead may have, by the name that it has in an address and in a form.
var leadParts = map[string]*regexp.Regexp{
	"registration": regexp.MustCompile(`^reg_[a-z0-9]{1,40}$`),
	"preSession":   regexp.MustCompile(`^pre_[a-z0-9]{1,40}$`),
	"accessCode":   regexp.MustCompile(`^[A-Z2-7]{16}$`),
}

// readLead leaves out what is no part of a lead: addresses can be written by anybody.
func readLead(value func(name string) string) lead {
	part := func(name string) string {
		if text := value(name); leadParts[name].MatchString(text) {
			return text
		}
		return ""
	}
	return lead{part("registration"), part("preSession"), part("accessCode")}
}

// leadToBegin is the lead to a registration that is begun; to none where there is no Pre-session.
func leadToBegin(preSession, accessCode *string) (l lead, err error) {
	if accessCode != nil {
		l.accessCode = strings.ToUpper(strings.TrimSpace(*accessCode))
	}
	if preSession != nil {
		l.preSession = *preSession
	}
	switch {
	case preSession != nil && !leadParts["preSession"].MatchString(l.preSession):
		return lead{}, fault.Invalid("preSession", "is no id of a Pre-session, as in pre_abc")
	case accessCode != nil && !leadParts["accessCode"].MatchString(l.accessCode):
		return lead{}, fault.Invalid("accessCode", "is no access code: it has 16 letters and digits")
	}
	return l, nil
}

// fields are the parts that there are.
func (l lead) fields() []field {
	all := []field{}
	for _, f := range []field{{"registration", l.registration}, {"preSession", l.preSession}, {"accessCode", l.accessCode}} {
		if f.Value != "" {
			all = append(all, f)
		}
	}
	return all
}

// query is what an address of a link has of a lead, behind other parameters.
func (l lead) query() (query string) {
	for _, f := range l.fields() {
		query += "&" + f.Name + "=" + url.QueryEscape(f.Value)
	}
	return query
}

// path is where the lead goes by itself: the page of the registration, or the one that begins it. Empty:
// it leads nowhere. As in an invitation, the code stands where no server is sent it.
func (l lead) path(language string) string {
	switch {
	case l.registration != "":
		return ownRegistrations + "/" + l.registration + inLanguage("?", language)
	case l.preSession != "" && l.accessCode != "":
		return ownRegistrations + "?call=" + l.preSession + inLanguage("&", language) + "#" + l.accessCode
	case l.preSession != "":
		return ownRegistrations + "?call=" + l.preSession + inLanguage("&", language)
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
