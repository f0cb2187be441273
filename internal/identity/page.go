package identity

import (
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

//go:embed page.html
var pageFile embed.FS

var page = template.Must(template.ParseFS(pageFile, "page.html"))

// view is what a page shows: a button that sends the token, or where to go on.
type view struct{ Title, Text, Token, Button, Registration, Next string }

// ownRegistrations is where applicants find theirs.
const ownRegistrations = "/registrations"

// Pages are what people see while they sign in, below /sign-in/.
func (s *Service) Pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sign-in/link", s.showLink)
	mux.HandleFunc("POST /sign-in/link", s.takeLink)
	mux.HandleFunc("GET /sign-in/oidc", s.goToProvider)
	mux.HandleFunc("GET "+oidcCallback, s.comeFromProvider)
	return mux
}

// showLink does nothing: scanners of mail open every link. Only its button signs in.
func (s *Service) showLink(w http.ResponseWriter, r *http.Request) {
	show(w, http.StatusOK, view{Title: "Sign in", Text: "You asked for a link to sign in.", Button: "Sign in",
		Token: r.URL.Query().Get("token"), Registration: r.URL.Query().Get("registration")})
}

func (s *Service) takeLink(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	ctx := r.Context()
	if err := mayBegin(ctx); err != nil {
		ShowError(w, r, err)
		return
	}
	token, id, next := r.PostFormValue("token"), r.PostFormValue("registration"), ""
	if ctx.Err() != nil { // as net/http has it where a body does not come whole
		w.Header().Set("Connection", "close")
		show(w, http.StatusRequestTimeout, view{Title: "This did not work", Text: "Not all of it arrived in time. Try again."})
		return
	}
	if registrationID.MatchString(id) {
		next = ownRegistrations + "/" + id
	}
	v, err := s.useLink(ctx, token)
	switch {
	case err != nil:
		showError(w, r, err, next)
	case next != "":
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, next, http.StatusSeeOther)
	default:
		show(w, http.StatusOK, view{Title: "You are signed in", Text: "Welcome, " + v.Name + ".", Next: startOf(v)})
	}
}

// startOf is where somebody goes on who has signed in.
func startOf(v *viewer.Viewer) string {
	if slices.ContainsFunc(v.Grants, func(g viewer.Grant) bool { return g.Role == viewer.Applicant }) {
		return ownRegistrations
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
	text := err.Error()
	if !known {
		slog.ErrorContext(r.Context(), "internal error", "error", err)
		status, text = http.StatusInternalServerError, "something went wrong on our side; it has been logged"
	}
	if status == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", strconv.Itoa(int(attemptWindow.Seconds())))
	}
	show(w, status, view{Title: "This did not work", Text: text, Next: next})
}

func show(w http.ResponseWriter, status int, v view) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // addresses here hold secrets
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_ = page.Execute(w, v)
}
