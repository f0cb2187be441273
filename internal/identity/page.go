package identity

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/refusal"
	"github.com/upr-info/upr/internal/viewer"
)

//go:embed page.html
var pageFile embed.FS

var page = template.Must(template.ParseFS(pageFile, "page.html"))

// view is what a page shows: a button that sends a token, or where to go on.
type view struct {
	Title, Text    string
	Language       string // of the page; show has it from the reader
	TextLanguage   string // of Text, where it is another
	Action, Button string // of the form; empty: there is none
	Token          string // which it sends
	Next, GoOn     string
	Once           template.JS
}

// once is the script of the button: a link works once, and who presses twice is to see the answer to the first time.
const once = `document.forms[0].onsubmit = event => { event.target.querySelector("button").disabled = true }`

var pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + digestOf(once) + "'; form-action 'self'; frame-ancestors 'none'"

// digestOf is how a policy names a script.
func digestOf(script string) string {
	sum := sha256.Sum256([]byte(script))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// ownRegistrations is where applicants find theirs.
const ownRegistrations = "/registrations"

// Pages are what people see while they sign in, below /sign-in/. A link may have a registration begun.
func (s *Service) Pages(begin Begin) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sign-in/link", s.showLink)
	mux.HandleFunc("POST /sign-in/link", func(w http.ResponseWriter, r *http.Request) { s.takeLink(w, r, begin) })
	mux.HandleFunc("GET /sign-in/oidc", s.goToProvider)
	mux.HandleFunc("GET "+oidcCallback, s.comeFromProvider)
	return mux
}

// showLink does nothing: scanners of mail open every link. Only its button signs in.
func (s *Service) showLink(w http.ResponseWriter, r *http.Request) {
	in, asked := languageOf(r)
	words, token := pageWordsIn[in], r.URL.Query().Get("token")
	to, live, err := s.leadOf(r.Context(), token)
	if err != nil {
		ShowError(w, r, err)
		return
	}
	shown := view{Title: words.signIn, Text: words.asked, Button: words.signIn, Action: "/sign-in/link" + inLanguage("?", asked), Token: token}
	if live && to.PreSession != "" { // who presses the button knows what it does, and who finds a spent link nothing
		shown.Text, shown.Button = words.askedToBegin, words.signInAndBegin
	}
	show(w, r, http.StatusOK, shown)
}

func (s *Service) takeLink(w http.ResponseWriter, r *http.Request, begin Begin) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	ctx := r.Context()
	if err := mayBegin(ctx); err != nil {
		ShowError(w, r, err)
		return
	}
	token := r.PostFormValue("token")
	in, asked := languageOf(r)
	words := pageWordsIn[in]
	if ctx.Err() != nil { // as net/http has it where a body does not come whole
		w.Header().Set("Connection", "close")
		show(w, r, http.StatusRequestTimeout, view{Title: words.failed, Text: words.late})
		return
	}
	to, _, err := s.leadOf(ctx, token)
	if err != nil {
		ShowError(w, r, err)
		return
	}
	v, err := s.useLink(ctx, token, to)
	if err != nil {
		next := ownRegistrations + inLanguage("?", asked) // whoever finds a spent link in a log learns nothing of what it was for
		if in, signedIn := viewer.From(ctx); signedIn {
			next = startOf(in, asked)
		}
		showError(w, r, err, next)
		return
	}
	if to.Registration != "" && !opens(v, to.Registration) {
		to = lead{}
	}
	if to.PreSession != "" {
		code := &to.AccessCode
		if *code == "" {
			code = nil
		}
		id, err := begin(viewer.NewContext(ctx, v), to.PreSession, code)
		switch {
		case err == nil:
			to = lead{Registration: id}
		case fault.CodeOf(err) == fault.CodeInternal:
			slog.ErrorContext(ctx, "a registration is not begun by a link", "error", err)
		} // its page says what is in the way, and has a button
	}
	if next := to.path(asked); next != "" {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	show(w, r, http.StatusOK, view{Title: words.signedIn, Text: fmt.Sprintf(words.welcome, v.Name), Next: startOf(v, asked)})
}

// opens says whether the page of a registration may be somebody's: nothing is said of others, as where an invitation
// was taken back.
func opens(v *viewer.Viewer, registration string) bool {
	return v.IsStaff() || slices.Contains(v.Grants, viewer.Grant{Role: viewer.Applicant, Scope: "registration:" + registration})
}

// startOf is where somebody goes on who has signed in.
func startOf(v *viewer.Viewer, language string) string {
	if slices.ContainsFunc(v.Grants, func(g viewer.Grant) bool { return g.Role == viewer.Applicant }) {
		return ownRegistrations + inLanguage("?", language)
	}
	return "/"
}

func (s *Service) goToProvider(w http.ResponseWriter, r *http.Request) {
	if err := mayBegin(r.Context()); err != nil {
		ShowError(w, r, err)
		return
	}
	to, err := s.startOIDC(r.Context())
	if err != nil {
		ShowError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusFound)
}

func (s *Service) comeFromProvider(w http.ResponseWriter, r *http.Request) {
	if err := mayBegin(r.Context()); err != nil {
		ShowError(w, r, err)
		return
	}
	if err := s.finishOIDC(r.Context(), r.FormValue("state"), r.FormValue("code")); err != nil {
		ShowError(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusFound)
}

// ShowError shows a person what did not work.
func ShowError(w http.ResponseWriter, r *http.Request, err error) { showError(w, r, err, "") }

func showError(w http.ResponseWriter, r *http.Request, err error, next string) {
	status, known := map[fault.Code]int{
		fault.CodeInvalid: http.StatusBadRequest, fault.CodeForbidden: http.StatusForbidden, fault.CodeNotFound: http.StatusNotFound,
		fault.CodeLimitExceeded: http.StatusTooManyRequests, fault.CodeUnavailable: http.StatusServiceUnavailable,
	}[fault.CodeOf(err)]
	if !known {
		slog.ErrorContext(r.Context(), "internal error", "error", err)
		status, err = http.StatusInternalServerError, &fault.Error{Code: fault.CodeInternal} // the page has words for it
	}
	refusal.Count(w, fault.CodeOf(err))
	if status == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", strconv.Itoa(int(attemptWindow.Seconds())))
	}
	in, _ := languageOf(r)
	words := pageWordsIn[in]
	text, of := words.refusal(err, in)
	show(w, r, status, view{Title: words.failed, Text: text, TextLanguage: of, Next: next})
}

func show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Language, _ = languageOf(r)
	v.GoOn, v.Once = pageWordsIn[v.Language].goOn, once
	if v.TextLanguage == v.Language {
		v.TextLanguage = ""
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // addresses here hold secrets
	h.Set("Content-Security-Policy", pagePolicy)
	w.WriteHeader(status)
	_ = page.Execute(w, v)
}
