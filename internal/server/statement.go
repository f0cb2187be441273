package server

import (
	"log/slog"
	"net/http"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/presession"
)

// statements serves the files of published statements.
func statements(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, info, name, err := workflow.OpenStatement(r.Context(), r.PathValue("id"))
		switch code := fault.CodeOf(err); {
		case err == nil:
			defer content.Close()
			file.Serve(w, r, content, info, name, true)
		case code == fault.CodeNotFound:
			http.Error(w, "No statement that is public has this address.", http.StatusNotFound)
		default:
			slog.ErrorContext(r.Context(), "a statement cannot be read", "code", code, "error", err)
			w.Header().Set("Retry-After", "60")
			http.Error(w, "The statement cannot be read at the moment: try again later.", http.StatusServiceUnavailable)
		}
	}
}
