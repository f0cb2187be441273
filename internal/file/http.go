package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/refusal"
)

const (
	// patience is how long an upload may bring nothing, and how long it may take to bring its permit.
	patience = 30 * time.Second
	// uploadWithin is how long an upload may take in all.
	uploadWithin = 30 * time.Minute
)

// ServeUpload takes a form of two fields, in this order: permit, the token, and file. So a page
// without a script can send it, and so can curl: curl -F permit=prm_… -F file=@statement.pdf. It
// answers 201 with the id of the file and its state.
func (s *Service) ServeUpload(w http.ResponseWriter, r *http.Request) {
	info, err := s.upload(w, r)
	if err != nil {
		w.Header().Set("Connection", "close") // the rest of the body is not waited for
		refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"id": info.ID, "kind": info.Kind, "state": info.State, "size": info.Size, "sha256": info.SHA256})
}

func (s *Service) upload(w http.ResponseWriter, r *http.Request) (*Info, error) {
	if s.bucket == nil {
		return nil, noBucket()
	}
	connection := http.NewResponseController(w)
	if err := connection.SetWriteDeadline(time.Now().Add(uploadWithin + s.patience)); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, fmt.Errorf("give an upload its time: %w", err)
	}
	body := &patient{http.MaxBytesReader(w, r.Body, largest+mb), connection, s.patience, time.Now().Add(s.patience)}
	r.Body = body
	form, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Invalid("", "send a form (multipart/form-data) with the fields permit and file")
	}
	part, err := next(form, "permit")
	if err != nil {
		return nil, err
	}
	token, err := io.ReadAll(io.LimitReader(part, 200))
	if err != nil {
		return nil, interrupted(err)
	}
	p, err := s.findPermit(r.Context(), string(token))
	if err != nil {
		return nil, err
	}
	body.until = time.Now().Add(uploadWithin)
	if part, err = next(form, "file"); err != nil {
		return nil, err
	}
	return s.receive(r.Context(), p, received{name: part.FileName(), declared: part.Header.Get("Content-Type"), content: whole{form, part}})
}

func next(form *multipart.Reader, name string) (*multipart.Part, error) {
	part, err := form.NextPart()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.Invalid(name, "is missing: send the fields permit and file, in this order")
	case err != nil:
		return nil, interrupted(err)
	case part.FormName() != name:
		return nil, fault.Invalid(name, "must come here: send the fields permit and file, in this order")
	}
	return part, nil
}

// whole reads the last part of a form. It ends only where the form ends as well, so that what was
// cut off is no file.
type whole struct {
	form *multipart.Reader
	part *multipart.Part
}

func (w whole) Read(p []byte) (int, error) {
	n, err := w.part.Read(p)
	if err == nil || n > 0 && errors.Is(err, io.EOF) {
		return n, nil
	}
	if !errors.Is(err, io.EOF) {
		return n, interrupted(err)
	}
	if _, err := w.form.NextPart(); err == nil {
		return 0, fault.Invalid("", "nothing may come after the field file")
	} else if !errors.Is(err, io.EOF) {
		return 0, interrupted(err)
	}
	return 0, io.EOF
}

// errLate refuses an upload that brought nothing for too long, or no permit.
var errLate = fault.LimitExceeded("the upload did not come in time: send it again")

func interrupted(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errLate
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.LimitExceeded("the file has more than %s, the most that is accepted", megabytes(largest))
	}
	return fault.Invalid("file", "did not arrive whole: send it again")
}

// patient is a body that may take long, as long as it goes on.
type patient struct {
	io.ReadCloser
	connection *http.ResponseController
	patience   time.Duration
	until      time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	deadline := time.Now().Add(p.patience)
	if deadline.After(p.until) {
		deadline = p.until
	}
	_ = p.connection.SetReadDeadline(deadline)
	return p.ReadCloser.Read(b)
}

// Serve answers a request for a content that Open gave, under a name made of Info.Name: as a
// download that no browser runs, by parts where it is asked for. public: anybody may keep it; else
// nobody on the way does.
func Serve(w http.ResponseWriter, r *http.Request, content io.ReadSeeker, info *Info, name string, public bool) {
	if public && !info.Stripped {
		refuse(w, r, fault.Forbidden("file %s holds metadata that cannot be removed, and is not for the public", info.ID))
		return
	}
	h := w.Header()
	h.Set("Content-Type", info.Kind.MediaType())
	if info.Kind == Text {
		h.Set("Content-Type", "text/plain; charset=utf-8")
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	if h.Set("Cache-Control", "private, no-store"); public {
		h.Set("Cache-Control", "public, no-cache") // what is withdrawn is gone at once
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	h.Set("ETag", `"`+info.SHA256+`"`)
	http.ServeContent(w, r, "", time.Time{}, content)
}

var statuses = map[fault.Code]int{
	fault.CodeInvalid: http.StatusBadRequest, fault.CodeNotFound: http.StatusNotFound, fault.CodeForbidden: http.StatusForbidden,
	fault.CodeConflict: http.StatusConflict, fault.CodeLimitExceeded: http.StatusRequestEntityTooLarge, fault.CodeUnavailable: http.StatusServiceUnavailable,
}

// refuse answers in the form of GraphQL's errors.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	late := errors.Is(err, errLate)
	if r.Context().Err() != nil && !late {
		panic(http.ErrAbortHandler) // nobody waits for it any more
	}
	code, message := fault.CodeOf(err), err.Error()
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		message = f.Error()
	} else if trouble := database.Trouble(err); trouble != nil {
		slog.WarnContext(r.Context(), "the database cannot do it", "error", err)
		code, message = fault.CodeUnavailable, trouble.Error()
	}
	status := statuses[code]
	switch {
	case late:
		status = http.StatusRequestTimeout
	case status == 0:
		slog.ErrorContext(r.Context(), "internal error", "path", r.URL.Path, "error", err)
		status, message = http.StatusInternalServerError, "something went wrong on our side; it has been logged"
	}
	refusal.Write(w, status, code, message, nil)
}
