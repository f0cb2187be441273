package file_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
)

const about = "reg_a"

// house is a server that takes files.
type house struct {
	db     *database.DB
	files  *file.Service
	bucket *blob.Bucket
	url    string
	queue  *job.Queue
	clock  file.Clock
}

func newHouse(t *testing.T, address string, antivirus file.Scanner) *house {
	t.Helper()
	db := sampletest.Migrated(t, address)
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	h := &house{db: db, bucket: bucket, queue: job.New(db)}
	h.files = file.New(db, secret.NewBox(secret.Key{1}), bucket, antivirus, h.queue)
	h.files.Use(&h.clock)
	server := httptest.NewServer(http.HandlerFunc(h.files.ServeUpload))
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// work has the jobs done until the test ends.
func (h *house) work(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (h *house) tx(t *testing.T, fn func(tx *database.Tx) error) error {
	t.Helper()
	return database.WithTx(t.Context(), h.db, fn)
}

func (h *house) permit(t *testing.T, most int64, kinds ...file.Kind) (token string) {
	t.Helper()
	err := h.tx(t, func(tx *database.Tx) (err error) {
		token, err = file.Permit(t.Context(), tx, about, kinds, most, time.Now().Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// answer is what an upload is told.
type answer struct {
	status int
	ID     string
	State  file.State
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

func (a answer) message() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Message
}

// form is an upload as a browser sends it.
func form(token, name, media string, content []byte) (contentType string, body []byte) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	_ = w.WriteField("permit", token)
	part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {media}})
	_, _ = part.Write(content)
	_ = w.Close()
	return w.FormDataContentType(), out.Bytes()
}

func (h *house) upload(t *testing.T, token, name, media string, content []byte) (a answer) {
	t.Helper()
	contentType, body := form(token, name, media, content)
	return h.send(t, contentType, bytes.NewReader(body))
}

func (h *house) send(t *testing.T, contentType string, body io.Reader) (a answer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url, body)
	if err != nil {
		t.Error(err)
		return a
	}
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return a
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		t.Error(err)
	}
	a.status = response.StatusCode
	return a
}

// uploaded uploads a text that is taken.
func (h *house) uploaded(t *testing.T, text string) (id string) {
	t.Helper()
	a := h.upload(t, h.permit(t, 0, file.Documents...), "Ms Example's statement.txt", "text/plain", []byte(text))
	if a.status != http.StatusCreated {
		t.Fatalf("%d: %s", a.status, a.message())
	}
	return a.ID
}

func (h *house) info(t *testing.T, id string) *file.Info {
	t.Helper()
	info, err := h.files.Find(t.Context(), h.db.Ent, id)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func (h *house) waitState(t *testing.T, id string, want file.State) *file.Info {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		info := h.info(t, id)
		if info.State == want {
			return info
		}
		if time.Now().After(deadline) {
			t.Fatalf("file %s is %s (%s), want %s", id, info.State, info.Reason, want)
		}
	}
}

// blobs are the names of what is in the store.
func (h *house) blobs(t *testing.T) (names []string) {
	t.Helper()
	for list := h.bucket.List(nil); ; {
		object, err := list.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, object.Key)
	}
}

func (h *house) waitBlobs(t *testing.T, want int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); len(h.blobs(t)) != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the store has %v, want %d", h.blobs(t), want)
		}
	}
}

func (h *house) count(t *testing.T, query string) (n int) {
	t.Helper()
	if err := h.db.SQL.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// eicar is what every antivirus takes for a virus, and none is.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// fakeClamd speaks the protocol of clamd: it counts chunks by their lengths.
type fakeClamd struct {
	mu   sync.Mutex
	says string // instead of a verdict
	most int    // bytes that it takes
	seen int
}

func (f *fakeClamd) listen(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go f.serve(conn)
		}
	}()
	return "clamd://" + listener.Addr().String()
}

func (f *fakeClamd) serve(conn net.Conn) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var content []byte
	for {
		var size uint32
		if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
			return
		}
		if size == 0 {
			break
		}
		chunk := make([]byte, size)
		if _, err := io.ReadFull(conn, chunk); err != nil {
			return
		}
		if content = append(content, chunk...); f.most > 0 && len(content) > f.most {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen++
	switch {
	case f.says != "":
		_, _ = io.WriteString(conn, f.says)
	case strings.Contains(string(content), eicar):
		_, _ = io.WriteString(conn, "stream: Win.Test.EICAR_HDB-1 FOUND\x00")
	default:
		_, _ = io.WriteString(conn, "stream: OK\x00")
	}
}

func (f *fakeClamd) say(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.says = what
}

// post sends to a server that may be killed meanwhile.
func post(t *testing.T, url, contentType string, body []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
}
