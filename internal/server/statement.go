package server

import (
	"log/slog"
	"net/http"
	"slices"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/slice"
)

// statements serves the files of statements.
func statements(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		opened, err := workflow.OpenStatement(r.Context(), r.PathValue("id"))
		serveStatement(w, r, "statement", opened, err)
	}
}

// submissions serves coordinators what organisations sent to the UPR.
func submissions(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		opened, err := workflow.OpenSubmission(r.Context(), r.PathValue("id"))
		serveStatement(w, r, "document", opened, err)
	}
}

// maxTokenForm is more than a form with a token has, in bytes.
const maxTokenForm = 4 << 10

// missionStatements serves the files of statements to missions. They send the token of their invitation in
// a form: in an address it would stand in logs.
func missionStatements(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxTokenForm)
		token := r.PostFormValue("token")
		if r.Context().Err() != nil { // as net/http has it where a body does not come whole
			w.Header().Set("Connection", "close")
			answerFault(w, http.StatusRequestTimeout, fault.LimitExceeded("the form did not come whole in time: send it again at once"))
			return
		}
		opened, err := workflow.OpenStatementForMission(r.Context(), token, r.PathValue("id"))
		serveStatement(w, r, "statement", opened, err)
	}
}

// serveStatement serves the file of a statement, or of what is called otherwise.
func serveStatement(w http.ResponseWriter, r *http.Request, what string, opened *presession.StatementContent, err error) {
	switch code := fault.CodeOf(err); {
	case err == nil:
		file.Serve(w, r, opened, opened.Info, opened.Name, opened.Public)
	case slices.Contains([]fault.Code{fault.CodeNotFound, fault.CodeUnauthenticated, fault.CodeForbidden}, code):
		slice.Refuse(w, r, fault.NotFound("no %s that you may read has this address", what))
	case code == fault.CodeConflict:
		slice.Refuse(w, r, err)
	default:
		slog.ErrorContext(r.Context(), "a file cannot be read", "what", what, "code", code, "error", err)
		w.Header().Set("Retry-After", "60")
		slice.Refuse(w, r, fault.Unavailable("the %s cannot be read at the moment: try again later", what))
	}
}
