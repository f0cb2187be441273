package slice_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/slice"
)

// TestPullGivesUpASilentServer has one that never answers, and one that stops in the middle.
func TestPullGivesUpASilentServer(t *testing.T) {
	for name, begin := range map[string]string{"nothing": "", "half a record": `{"kind":"states","id":"EGY"` + "\n"} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if begin != "" {
					_, _ = io.WriteString(w, begin)
					_ = http.NewResponseController(w).Flush()
				}
				<-r.Context().Done()
			}))
			defer server.Close()
			told := make(chan error, 1)
			go func() {
				_, err := slice.Copy{Folder: t.TempDir(), Server: server.URL, Quiet: 200 * time.Millisecond}.Pull(t.Context())
				told <- err
			}()
			select {
			case err := <-told:
				if err == nil || !strings.Contains(err.Error(), "said nothing") {
					t.Error(err)
				}
			case <-time.After(time.Minute):
				t.Error("it still waits")
				server.CloseClientConnections()
			}
		})
	}
}
