package identity

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/upr-info/upr/internal/fault"
)

// pageWords are what the pages of sign-in say in a language.
type pageWords struct {
	signIn, asked, askedToBegin, signInAndBegin string
	signedIn, welcome, goOn                     string
	failed, late                                string

	spent  string                // what a link is told that does nothing any more
	faults map[fault.Code]string // what else is refused, where it says enough
}

// pageLanguages are those of the pages, the first where none is asked for.
var pageLanguages = []string{"en", "fr", "es"}

var matchLanguage = language.NewMatcher([]language.Tag{language.English, language.French, language.Spanish})

// languageOf is the language of a page: that of ?lang, else the reader's. asked is the former, where it is one.
func languageOf(r *http.Request) (of, asked string) {
	if asked = r.URL.Query().Get("lang"); slices.Contains(pageLanguages, asked) {
		return asked, asked
	}
	tags, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // what cannot be read asks for none
	_, i, _ := matchLanguage.Match(tags...)
	return pageLanguages[i], ""
}

// LanguageOf is the language of what is not a page, as of a calendar: EN, FR or ES.
func LanguageOf(r *http.Request) string {
	of, _ := languageOf(r)
	return strings.ToUpper(of)
}

// refusal words an error for the reader of a page, and says in which language. What has no words of its own
// is told in the server's, which are English.
func (w *pageWords) refusal(err error, in string) (text, of string) {
	if errors.Is(err, errLinkSpent) && w.spent != "" {
		return w.spent, in
	}
	if text, written := w.faults[fault.CodeOf(err)]; written {
		return text, in
	}
	return err.Error(), "en"
}

var pageWordsIn = map[string]*pageWords{
	"en": {
		signIn: "Sign in", asked: "You asked for a link to sign in.",
		askedToBegin: "You asked for a link to sign in, and to begin a registration for a Pre-session.", signInAndBegin: "Sign in and begin",
		signedIn: "You are signed in", welcome: "Welcome, %s.", goOn: "Go on",
		failed: "This did not work", late: "Not all of it arrived in time. Try again.",
		faults: map[fault.Code]string{fault.CodeInternal: "something went wrong on our side; it has been logged"},
	},
	"fr": {
		signIn: "Se connecter", asked: "Vous avez demandé un lien pour vous connecter.",
		askedToBegin: "Vous avez demandé un lien pour vous connecter et commencer une inscription à une pré-session.", signInAndBegin: "Se connecter et commencer",
		signedIn: "Vous voilà connecté·e", welcome: "Bienvenue, %s.", goOn: "Continuer",
		failed: "Cela n’a pas fonctionné", late: "Tout n’est pas arrivé à temps. Réessayez.",
		spent: "Ce lien a déjà servi, ou il est trop ancien : demandez-en un autre.",
		faults: map[fault.Code]string{
			fault.CodeLimitExceeded: "Il y a eu trop de tentatives d’ici. Attendez quelques minutes, puis réessayez.",
			fault.CodeUnavailable:   "Ce n’est pas possible pour le moment. Réessayez dans un instant.",
			fault.CodeInternal:      "Quelque chose n’a pas fonctionné chez nous ; c’est noté.",
		},
	},
	"es": {
		signIn: "Iniciar sesión", asked: "Ha pedido un enlace para iniciar sesión.",
		askedToBegin: "Ha pedido un enlace para iniciar sesión y empezar una inscripción en una pre-sesión.", signInAndBegin: "Iniciar sesión y empezar",
		signedIn: "Ha iniciado sesión", welcome: "Le damos la bienvenida, %s.", goOn: "Continuar",
		failed: "Esto no ha funcionado", late: "No llegó todo a tiempo. Inténtelo de nuevo.",
		spent: "Este enlace ya se usó, o es demasiado antiguo: pida otro.",
		faults: map[fault.Code]string{
			fault.CodeLimitExceeded: "Ha habido demasiados intentos desde aquí. Espere unos minutos e inténtelo de nuevo.",
			fault.CodeUnavailable:   "No es posible por el momento. Inténtelo de nuevo dentro de un instante.",
			fault.CodeInternal:      "Algo ha fallado por nuestra parte; ha quedado anotado.",
		},
	},
}
