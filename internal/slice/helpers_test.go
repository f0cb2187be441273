package slice_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
)

// hard are texts that exports elsewhere break: recommendations of the fixture have them.
var hard = []string{
	`=HYPERLINK("http://example.org","click")`, "+41 22 321 77 70", "-1 + 2", "@SUM(A1:A9)", "\t=1+1",
	"first line\nsecond line\r\nthird", `He said "no", and left; a, b | c`, "التصديق على الاتفاقية", "批准《公约》，并采取措施",
	"Timor-Leste - Côte d'Ivoire", "&amp; <b>not HTML</b>", " leading and trailing ", "\"", "'", "\\N", "NULL", "0123", "1e5", "TRUE", "2020-01-01", "🎈 emoji", "A\u2028B",
}

// house is a served record of which some texts are hard.
type house struct {
	url     string
	address string // of the database
	db      *database.DB
	record  *record.Record
	people  *identity.Service
}

func each(t *testing.T, run func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, url string) { run(t, open(t, url, 300)) })
}

func open(t testing.TB, url string, recommendations int) *house {
	t.Helper()
	h := &house{db: sampletest.Filled(t, url, recommendations), address: url}
	if recommendations > 0 {
		h.harden(t)
	}
	var err error
	if h.record, err = record.Open(t.Context(), h.db, time.Now); err != nil {
		t.Fatal(err)
	}
	if h.people, err = identity.New(h.db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil); err != nil {
		t.Fatal(err)
	}
	h.url = serve(t, server.New(h.db, h.record, h.people, about))
	return h
}

// about is what the server says of itself.
var about = server.Options{About: slice.About{PublicURL: "https://upr.example.org", Licence: "CC-BY-4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/"}}

func serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	return srv.URL
}

// harden gives hard texts to some recommendations.
func (h *house) harden(t testing.TB) {
	t.Helper()
	for i, text := range hard {
		h.change(t, changelog.Recommendation, i+1, `UPDATE recommendations SET text = $1, number = $2 WHERE id = $3`, text, "140.7", i+1)
	}
}

// change changes a row as the desk does.
func (h *house) change(t testing.TB, kind string, row int, sql string, args ...any) {
	t.Helper()
	_, err := changelog.Write(t.Context(), h.db, changelog.Because{Actor: "program:test", Origin: changelog.Desk, Reason: "test"}, func(tx *database.Tx, log *changelog.Log) error {
		log.Touch(kind, changelog.Correct, row)
		_, err := tx.ExecContext(t.Context(), sql, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.record != nil {
		if err := h.record.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// answer is what came of a request.
type answer struct {
	status          int
	body            []byte
	header, trailer http.Header
}

func (h *house) get(t testing.TB, path string, query url.Values, header ...string) answer {
	t.Helper()
	address := h.url + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, body, response.Header, response.Trailer}
}

// must gets what is there.
func (h *house) must(t testing.TB, path string, query url.Values, header ...string) answer {
	t.Helper()
	a := h.get(t, path, query, header...)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a
}

func openSQLite(t *testing.T) *house {
	t.Helper()
	return open(t, dbtest.SQLite(t), 60)
}

// unzipped returns the files of an archive.
func unzipped(t *testing.T, body []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func unpacked(t *testing.T, body []byte) string {
	t.Helper()
	in, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
