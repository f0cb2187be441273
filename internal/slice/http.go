package slice

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/refusal"
	"github.com/upr-info/upr/internal/turns"
	"github.com/upr-info/upr/internal/viewer"
	"github.com/upr-info/upr/internal/wire"
)

// Service serves slices of a record.
type Service struct {
	db     *database.DB
	record *record.Record
	about  About
	// Groups of States that partners define.
	Groups *partnergroup.Service
	// Places for files that are made, of what is in memory and of what the database has, answers that are
	// written, and pages of the log that are read, at the same time.
	making, copying, streaming, reading turns.Turns
}

// New serves slices of a record, which is that of the database.
func New(db *database.DB, r *record.Record, about About) *Service {
	if err := checkReferences(); err != nil {
		panic(err) // a mistake in the program
	}
	processors := runtime.GOMAXPROCS(0)
	return &Service{db: db, record: r, about: about, Groups: partnergroup.New(db, r),
		making: places(processors - 1), copying: places(processors - 1), streaming: places(processors), reading: places(processors)}
}

// maxWait is how long whoever asks waits for a place.
const maxWait = 10 * time.Second

// places makes as many for those who are known as for all others, and one at least.
func places(each int) turns.Turns {
	each = max(1, each)
	return turns.New(each, each, maxWait)
}

// Catalogue lists what can be exported, and how.
func (s *Service) Catalogue(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_ = json.NewEncoder(w).Encode(map[string]any{"version": s.record.Snapshot().Version().String(), "kinds": Kinds(), "formats": Formats(), "parameters": parameters})
}

// Export serves /export/{file}, where a file is a kind and a format, as in recommendations.csv.
func (s *Service) Export(w http.ResponseWriter, r *http.Request) {
	kind, extension, _ := strings.Cut(r.PathValue("file"), ".")
	if "/export/"+r.PathValue("file") == wholeRecord {
		if err := s.exportRecord(w, r); err != nil {
			Refuse(w, r, err)
		}
		return
	}
	if err := s.export(w, r, kind, extension); err != nil {
		Refuse(w, r, err)
	}
}

func (s *Service) export(w http.ResponseWriter, r *http.Request, kind, extension string) error {
	parameters, err := queryOf(r)
	if err != nil {
		return err
	}
	q, err := Parse(kind, parameters)
	if err != nil {
		return err
	}
	f, err := FindFormat(extension)
	if err != nil {
		return err
	}
	if err := may(r.Context(), q.Kind.Scope); err != nil {
		return err
	}
	if err := s.Groups.NameAll(r.Context(), q.Filter); err != nil {
		return err
	}
	snapshot := s.record.Snapshot()
	t, err := f.Answer(snapshot, q, s.about)
	if err != nil {
		return err
	}
	return s.send(w, r, f, t, q.Tag(snapshot, f, s.about), q.keep())
}

// ParametersOf reads what stands behind the question mark: some names, each once. Returns Invalid for
// all others, and for what cannot be read.
func ParametersOf(r *http.Request, names ...string) (url.Values, error) {
	given, err := queryOf(r)
	if err != nil {
		return nil, err
	}
	for name, values := range given {
		if !slices.Contains(names, name) || len(values) > 1 {
			return nil, fault.Invalid(name, "is not taken: there can be %s, once", strings.Join(names, ", "))
		}
	}
	return given, nil
}

// queryOf reads what stands behind the question mark. What cannot be read is refused: left out, as
// URL.Query does, the answer would be of another question, as everything where a filter was meant.
func queryOf(r *http.Request) (url.Values, error) {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.Invalid("", "what stands behind the ? cannot be read: write %%25 for a %%, %%3B for a semicolon and & between parameters, as curl -G --data-urlencode does")
	}
	return given, nil
}

// may refuses a key that was not given a scope. Whoever asks without one reads what is public.
func may(ctx context.Context, scope string) error {
	if v, known := viewer.From(ctx); known && !v.May(scope+":read") {
		return fault.Forbidden("this key has no scope %s:read; make one that has, or ask without a key", scope)
	}
	return nil
}

// Headers and trailers of exports.
const (
	countHeader   = "X-Total-Count"
	versionHeader = "X-Record-Version"
	digestTrailer = "Repr-Digest"
)

// RowsTrailer says how many rows were sent: behind what is streamed, before what is finished first.
const RowsTrailer = "X-Rows-Sent"

// send sends a table: whole as it is written, or, where a part is asked for or a format needs it,
// from what was written before.
func (s *Service) send(w http.ResponseWriter, r *http.Request, f *Format, t *Table, tag, keep string) error {
	h := w.Header()
	deprecation.Announce(h, t.Question.deprecations())
	h.Set("ETag", tag)
	h.Set("Cache-Control", keep)
	h.Set(countHeader, strconv.Itoa(t.Count))
	h.Set(versionHeader, t.Version.String())
	h.Set("Last-Modified", t.Published.UTC().Format(http.TimeFormat))
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.%s"`, t.Question.Kind.Name, t.Version, f.Extension))
	h.Set("Accept-Ranges", "bytes")
	switch {
	case r.Header.Get("If-Match") != "" && !matches(r.Header.Values("If-Match"), tag):
		answer(w, http.StatusPreconditionFailed, fault.CodeConflict, "it is not what If-Match names any more: take it anew", nil)
		return nil
	case Holds(r, tag):
		w.WriteHeader(http.StatusNotModified)
		return nil
	case f.Finished:
		return s.sendFinished(w, r, f, t)
	case r.Method == http.MethodHead && !resumes(r, tag):
		return nil
	}
	leave, err := s.streaming.Take(r.Context(), "more is exported at the moment than can be written: try again in a minute")
	if err != nil {
		return err
	}
	defer leave()
	w = s.streaming.Resting(r.Context(), patient(w))
	if !resumes(r, tag) {
		stream(w, r, f, t)
		return nil
	}
	again := &again{write: func(w io.Writer) error { return f.Write(w, t) }}
	defer again.Close()
	http.ServeContent(w, r, "", time.Time{}, again)
	if again.failed != nil {
		slog.ErrorContext(r.Context(), "an export broke off", "error", again.failed)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// resumes says whether a part of what is streamed is asked for. Of another version all of it comes, as of
// several parts: each would be written from the beginning.
func resumes(r *http.Request, tag string) bool {
	wanted, of := r.Header.Get("Range"), r.Header.Get("If-Range")
	return wanted != "" && !strings.Contains(wanted, ",") && (of == "" || of == tag)
}

// matches says whether If-Match names a tag, which has to be a strong one.
func matches(headers []string, tag string) bool {
	return !strings.Contains(strings.Join(headers, ","), "W/") && named(headers, tag)
}

// Holds says whether whoever asks has what a tag names: with * any is good enough.
func Holds(r *http.Request, tag string) bool { return named(r.Header.Values("If-None-Match"), tag) }

func named(headers []string, tag string) bool {
	for _, header := range headers {
		for part := range strings.SplitSeq(header, ",") {
			if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// stream writes as it goes. Behind the last byte come how many rows were sent and the digest of
// all bytes: whoever does not get them has not got all.
func stream(w http.ResponseWriter, r *http.Request, f *Format, t *Table) {
	w.Header().Set("Trailer", digestTrailer+", "+RowsTrailer)
	sum, rows := sha256.New(), 0
	counted := *t
	counted.Rows = func(yield func([]Cell) bool) {
		for row := range t.Rows {
			rows++
			if !yield(row) {
				return
			}
		}
	}
	err := f.Write(digesting{w, sum}, &counted)
	if err == nil && rows != t.Count {
		err = fmt.Errorf("%d rows written, %d promised", rows, t.Count)
	}
	if err != nil {
		if r.Context().Err() == nil {
			slog.WarnContext(r.Context(), "an export broke off", "error", err)
		}
		panic(http.ErrAbortHandler) // the connection ends without the end of the answer
	}
	w.Header().Set(RowsTrailer, strconv.Itoa(rows))
	w.Header().Set(digestTrailer, "sha-256=:"+base64.StdEncoding.EncodeToString(sum.Sum(nil))+":")
}

type digesting struct {
	io.Writer
	sum hash.Hash
}

func (d digesting) Write(b []byte) (int, error) {
	n, err := d.Writer.Write(b)
	d.sum.Write(b[:n])
	return n, err
}

// maxStall is how long whoever reads may take for what is written at once, where nobody watches what they take.
const maxStall = time.Minute

// patient gives an answer its time, however long it takes. The server lets whoever takes too little of it go. A time for
// each part, which is all that there is where it does not, is no measure of that: the kernel tells that there is room
// for more once a third of what it keeps was taken, which may be megabytes.
func patient(w http.ResponseWriter) http.ResponseWriter {
	p := &patientWriter{ResponseWriter: w, control: http.NewResponseController(w)}
	if wire.Watches {
		_ = p.control.SetWriteDeadline(time.Time{}) // a recorder in a test has none
	}
	return p
}

type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	until   time.Time
	refused bool
}

// Unwrap lets http.ResponseController reach the connection.
func (p *patientWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader puts a refusal in the place of what net/http says of a range that there is not.
func (p *patientWriter) WriteHeader(status int) {
	if p.refused = status == http.StatusRequestedRangeNotSatisfiable; p.refused {
		answer(p.ResponseWriter, status, fault.CodeInvalid, "Range names bytes that there are not: Content-Range says how many there are", nil)
		return
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *patientWriter) Write(b []byte) (int, error) {
	if p.refused {
		return len(b), nil
	}
	if now := time.Now(); !wire.Watches && now.After(p.until) {
		_ = p.control.SetWriteDeadline(now.Add(maxStall))
		p.until = now.Add(maxStall / 4)
	}
	return p.ResponseWriter.Write(b) //nolint:wrapcheck // as net/http has it
}

var statuses = map[fault.Code]int{
	fault.CodeInvalid: http.StatusBadRequest, fault.CodeNotFound: http.StatusNotFound, fault.CodeForbidden: http.StatusForbidden,
	fault.CodeUnauthenticated: http.StatusUnauthorized, fault.CodeConflict: http.StatusConflict, fault.CodeLimitExceeded: http.StatusTooManyRequests,
	fault.CodeUnavailable: http.StatusServiceUnavailable,
}

// Refuse answers in the form of GraphQL's errors.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
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
	if status == 0 {
		slog.ErrorContext(r.Context(), "internal error", "path", r.URL.Path, "error", err)
		status, message = http.StatusInternalServerError, "something went wrong on our side; it has been logged"
	}
	answer(w, status, code, message, nil)
}

// answer writes an error, with more that a program can use.
func answer(w http.ResponseWriter, status int, code fault.Code, message string, more map[string]any) {
	h := w.Header()
	for name := range h {
		if slices.Contains([]string{"Etag", "Content-Disposition", "Last-Modified", "Accept-Ranges", "Trailer", countHeader}, name) {
			h.Del(name)
		}
	}
	refusal.Write(w, status, code, message, more)
}
