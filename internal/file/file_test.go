package file_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
)

const statement = "We recommend a moratorium.\n"

// TestAFileComesAndGoes follows a statement from its upload to the end.
func TestAFileComesAndGoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		clamd := &fakeClamd{}
		scanner, err := file.NewScanner(clamd.listen(t))
		if err != nil {
			t.Fatal(err)
		}
		h := newHouse(t, address, scanner)
		var mu sync.Mutex
		var states []file.State
		h.files.OnChange(func(_ context.Context, _ *database.Tx, info *file.Info) error {
			mu.Lock()
			defer mu.Unlock()
			states = append(states, info.State)
			return nil
		})
		id := h.uploaded(t, "\ufeff"+statement)
		if _, _, err := h.files.Open(t.Context(), id); fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("what nobody has looked at was opened: %v", err)
		}
		if err := h.tx(t, func(tx *database.Tx) error { return h.files.Accept(t.Context(), tx, id) }); fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("what nobody has looked at was accepted: %v", err)
		}
		h.work(t)
		info := h.waitState(t, id, file.Clean)
		if !info.Stripped || info.Kind != file.Text || info.Name("statement", "en") != "statement-en.txt" || info.Size != int64(len(statement)) {
			t.Errorf("got %+v", info)
		}
		if err := h.tx(t, func(tx *database.Tx) error { return h.files.Accept(t.Context(), tx, id) }); err != nil {
			t.Fatal(err)
		}
		h.waitBlobs(t, 1) // what it came with is not kept
		content, info, err := h.files.Open(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(content); err != nil || string(text) != statement || info.State != file.Accepted {
			t.Errorf("got %q, %v, %v", text, info.State, err)
		}
		sealed, err := h.bucket.ReadAll(t.Context(), h.blobs(t)[0])
		if err != nil || bytes.Contains(sealed, []byte("moratorium")) {
			t.Errorf("the store shows what it keeps: %q, %v", sealed, err)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE about || kind || reason || sha256 LIKE '%Example%'`); n != 0 {
			t.Error("the name of the file is kept")
		}
		if err := h.tx(t, func(tx *database.Tx) error { return file.Purge(t.Context(), tx, about) }); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.files.Open(t.Context(), id); fault.CodeOf(err) != fault.CodeNotFound {
			t.Errorf("what was purged was opened: %v", err)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state = 'PURGED' AND data_key IS NULL AND purged_at IS NOT NULL AND sha256 = '' AND clean_sha256 = ''`); n != 1 {
			t.Error("the row does not say that it was purged")
		}
		h.waitBlobs(t, 0)
		mu.Lock()
		defer mu.Unlock()
		if got := []any{states[0], states[1], states[2], states[3], len(states)}; got[0] != file.Uploaded || got[1] != file.Quarantined || got[2] != file.Clean || got[3] != file.Accepted || got[4] != 4 {
			t.Errorf("others learned of %v", states)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM change_entries WHERE node LIKE 'fil_%'`); n != 3 {
			t.Errorf("the log has %d entries, want the upload, quarantine and clean", n)
		}
	})
}

// TestWithoutAntivirus leaves files in quarantine until somebody accepts them.
func TestWithoutAntivirus(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), nil)
	h.work(t)
	id := h.uploaded(t, statement)
	h.waitState(t, id, file.Quarantined)
	if _, _, err := h.files.Open(t.Context(), id); err != nil {
		t.Errorf("nobody can look at it: %v", err)
	}
	if err := h.tx(t, func(tx *database.Tx) error { return h.files.Accept(t.Context(), tx, id) }); err != nil {
		t.Error(err)
	}
	other := h.uploaded(t, statement)
	h.waitState(t, other, file.Quarantined)
	if err := h.tx(t, func(tx *database.Tx) error { return h.files.Refuse(t.Context(), tx, other, "is another text") }); err != nil {
		t.Error(err)
	}
	if info := h.info(t, other); info.State != file.Refused || info.Reason != "is another text" {
		t.Errorf("got %+v", info)
	}
	if err := h.tx(t, func(tx *database.Tx) error { return h.files.Accept(t.Context(), tx, other) }); fault.CodeOf(err) != fault.CodeConflict {
		t.Errorf("what was refused was accepted: %v", err)
	}
	h.waitBlobs(t, 1)
}

func TestViruses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		clamd := &fakeClamd{}
		scanner, err := file.NewScanner(clamd.listen(t))
		if err != nil {
			t.Fatal(err)
		}
		h := newHouse(t, address, scanner)
		clamd.say("stream: database is being read ERROR\x00")
		h.work(t)
		id, sound := h.uploaded(t, "before "+eicar), h.uploaded(t, statement)
		h.waitState(t, id, file.Quarantined)
		for deadline := time.Now().Add(time.Minute); h.count(t, `SELECT COUNT(*) FROM river_job WHERE kind = 'file_scan' AND state = 'retryable'`) != 2; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("an antivirus that cannot tell was believed")
			}
		}
		clamd.say("")
		if info := h.waitState(t, id, file.Refused); !strings.Contains(info.Reason, "Win.Test.EICAR_HDB-1") || info.Refusal != file.Virus {
			t.Errorf("the reason is %q", info.Reason)
		}
		h.waitState(t, sound, file.Clean)
		h.waitBlobs(t, 2)
	})
}

func TestScanners(t *testing.T) {
	small := &fakeClamd{most: 1000}
	cases := []struct{ setting, content, virus, err string }{
		{small.listen(t), strings.Repeat("a", 1<<20), "", "size limit exceeded"},
		{"clamd:///does/not/exist.ctl", "a", "", "reach clamd"},
		{"grep -qv EICAR-STANDARD", eicar + "\n", "", ""}, // ends with 1: nothing else is in it
		{"false", "a", "found by the command of UPR_ANTIVIRUS", ""},
		{"true", "a", "", ""},
		{"cat /does/not/exist --no-such-flag", "a", "found by the command of UPR_ANTIVIRUS", ""},
		{"ls --no-such-flag", "a", "", "exit status 2"},
	}
	cases[2].virus = "found by the command of UPR_ANTIVIRUS"
	for _, c := range cases {
		scanner, err := file.NewScanner(c.setting)
		if err != nil {
			t.Fatal(err)
		}
		virus, err := scanner.Scan(t.Context(), strings.NewReader(c.content))
		if virus != c.virus || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got %q, %v", c.setting, virus, err)
		}
	}
	for _, wrong := range []string{"clamd://", "clamd://host", "no-such-command -", " "} {
		if _, err := file.NewScanner(wrong); fault.CodeOf(err) != fault.CodeInvalid {
			t.Errorf("%q is taken: %v", wrong, err)
		}
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), nil)
	html := []byte("<!DOCTYPE html><html><script>alert(1)</script></html>")
	cases := map[string]struct {
		name, media string
		content     []byte
		status      int
		because     string
	}{
		"a page":           {"a.txt", "text/plain", html, 400, "text/html by its content"},
		"another name":     {"a.pdf", "application/pdf", []byte(statement), 400, "its name does not end in .txt"},
		"another type":     {"a.txt", "application/pdf", []byte(statement), 400, "was sent as another type"},
		"another kind":     {"a.png", "image/png", []byte("\x89PNG\r\n\x1a\n0000IHDR"), 400, "accepted here: PDF, DOCX, ODT, TEXT"},
		"too much":         {"a.txt", "text/plain", bytes.Repeat([]byte("a"), 1001), 413, "more than 1000 bytes"},
		"nothing":          {"a.txt", "text/plain", nil, 400, "is empty"},
		"a program":        {"a.txt", "text/plain", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"), 400, "is not accepted"},
		"no name":          {"", "text/plain", []byte(statement), 400, "its name does not end in"},
		"sent as anything": {"A.TXT", "application/octet-stream", []byte(statement), 201, ""},
	}
	for name, c := range cases {
		token := h.permit(t, 1000, file.Documents...)
		if a := h.upload(t, token, c.name, c.media, c.content); a.status != c.status || !strings.Contains(a.message(), c.because) {
			t.Errorf("%s: %d %s", name, a.status, a.message())
		} else if c.status != 201 {
			if again := h.upload(t, token, "a.txt", "text/plain", []byte(statement)); again.status != 201 {
				t.Errorf("%s: the permit is lost: %d %s", name, again.status, again.message())
			}
		}
	}
	token := h.permit(t, 0, file.Documents...)
	if a := h.upload(t, token, "a.txt", "text/plain", []byte(statement)); a.status != 201 {
		t.Errorf("%d %s", a.status, a.message())
	}
	if a := h.upload(t, token, "a.txt", "text/plain", []byte(statement)); a.status != 409 {
		t.Errorf("a permit was used twice: %d", a.status)
	}
	if a := h.upload(t, "prm_guessed", "a.txt", "text/plain", []byte(statement)); a.status != 404 {
		t.Errorf("a guessed permit: %d", a.status)
	}
	token = h.permit(t, 0, file.Documents...)
	h.clock.Ahead(2 * time.Hour)
	if a := h.upload(t, token, "a.txt", "text/plain", []byte(statement)); a.status != 404 {
		t.Errorf("a permit that has expired: %d", a.status)
	}
	if a := h.send(t, "application/json", strings.NewReader("{}")); a.status != 400 || !strings.Contains(a.message(), "send a form") {
		t.Errorf("%d %s", a.status, a.message())
	}
	if n := h.count(t, `SELECT COUNT(*) FROM stored_files`); n != len(h.blobs(t)) {
		t.Errorf("%d files and %d contents", n, len(h.blobs(t)))
	}
}

// TestOneUploadWins sends several at once with one permit.
func TestOneUploadWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := newHouse(t, address, nil)
		token := h.permit(t, 0, file.Documents...)
		var all sync.WaitGroup
		answers := make([]answer, 12)
		for i := range answers {
			all.Go(func() { answers[i] = h.upload(t, token, "a.txt", "text/plain", []byte(statement)) })
		}
		all.Wait()
		won := 0
		for _, a := range answers {
			switch a.status {
			case http.StatusCreated:
				won++
			case http.StatusConflict:
			default:
				t.Errorf("%d %s", a.status, a.message())
			}
		}
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files`); won != 1 || n != 1 || len(h.blobs(t)) != 1 {
			t.Errorf("%d won; %d files, %v", won, n, h.blobs(t))
		}
	})
}

// TestCutOff ends the connection in the middle of uploads: nothing is left of them, and the permit
// is as good as before.
func TestCutOff(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), nil)
	token := h.permit(t, 0, file.Documents...)
	contentType, body := form(token, "a.txt", "text/plain", bytes.Repeat([]byte(statement), 40_000))
	u, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []int{len(body) / 2, len(body) - 3, 500} {
		conn, err := net.Dial("tcp", u.Host) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest(http.MethodPost, h.url, io.MultiReader(bytes.NewReader(body[:part]), failing{}))
		request.ContentLength = int64(len(body))
		request.Header.Set("Content-Type", contentType)
		_ = request.Write(conn)
		_ = conn.Close()
	}
	if a := h.send(t, contentType, bytes.NewReader(body[:len(body)-20])); a.status != 400 || !strings.Contains(a.message(), "did not arrive whole") {
		t.Errorf("a form without its end: %d %s", a.status, a.message())
	}
	time.Sleep(100 * time.Millisecond)
	if n := h.count(t, `SELECT COUNT(*) FROM stored_files`); n != 0 || len(h.blobs(t)) != 0 {
		t.Errorf("%d files, %v", n, h.blobs(t))
	}
	if a := h.send(t, contentType, bytes.NewReader(body)); a.status != http.StatusCreated {
		t.Errorf("%d %s", a.status, a.message())
	}
}

// TestLateUploads begins forms and sends no more, or too little of a permit for ever.
func TestLateUploads(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), nil)
	h.files.Hurry(300 * time.Millisecond)
	contentType, body := form(h.permit(t, 0, file.Documents...), "a.txt", "text/plain", bytes.Repeat([]byte(statement), 100))
	for name, whole := range map[string]struct {
		sent  []byte
		drips bool
	}{
		"nothing after the beginning":  {body[:10], false},
		"nothing after half of a file": {body[:len(body)/2], false},
		"no permit for ever":           {[]byte("a line before the form\r\n"), true},
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://")) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 100000\r\n\r\n%s", contentType, whole.sent)
		for range 200 {
			if !whole.drips {
				break
			}
			if _, err := conn.Write([]byte("a")); err != nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if response.StatusCode != http.StatusRequestTimeout || !response.Close {
			t.Errorf("%s: %s", name, response.Status)
		}
		_, _ = response.Body.Close(), conn.Close()
	}
	if n := h.count(t, `SELECT COUNT(*) FROM stored_files`); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the net is gone") }

// TestServe serves parts, under a neutral name, with headers that keep browsers from running it.
func TestServe(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), nil)
	h.work(t)
	text := strings.Repeat(statement, 20_000)
	id := h.uploaded(t, text)
	h.waitState(t, id, file.Quarantined)
	content, info, err := h.files.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	serve := func(public bool, header ...string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		recorder := httptest.NewRecorder()
		file.Serve(recorder, request, content, info, info.Name("statement", "fr"), public)
		return recorder
	}
	whole := serve(false)
	if whole.Body.String() != text {
		t.Errorf("%d bytes came, want %d", whole.Body.Len(), len(text))
	}
	for name, want := range map[string]string{"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": "attachment; filename=statement-fr.txt", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"} {
		if got := whole.Header().Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if part := serve(false, "Range", "bytes=300000-300099"); part.Code != http.StatusPartialContent || part.Body.String() != text[300000:300100] {
		t.Errorf("a part: %d %q", part.Code, part.Body)
	}
	tag := whole.Header().Get("ETag")
	if again := serve(true, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Header().Get("Cache-Control") != "public, no-cache" {
		t.Errorf("asked again: %d %s", again.Code, again.Header())
	}
	info.Stripped = false
	if got := serve(true); got.Code != http.StatusForbidden {
		t.Errorf("what holds metadata is public: %d", got.Code)
	}
}
