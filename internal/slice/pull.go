package slice

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// Copy is a folder that is kept in step with a server: for each kind a file of NDJSON with an
// object a line, by id, and a file that says how far it has come.
type Copy struct {
	Folder string
	Server string        // its address, as in https://upr.example.org
	Key    string        // API key; empty: none is sent
	Client *http.Client  // nil: http.DefaultClient
	Quiet  time.Duration // how long the server may say nothing; 0: a minute
}

// Pulled says what came of bringing a copy up to date.
type Pulled struct {
	Cursor           string
	Written, Deleted int
	Anew             bool     // that it began from nothing
	Mended           []string // sentences about files that were not as they were left
}

// Pull brings the copy up to date. Files are replaced as a whole, and how far it has come is
// written last: whatever happens in between, the next time leads to the same end. A file that
// somebody changed, cut off or took away is taken anew, and what it was is kept beside it. Returns
// Conflict where the copy is being brought up to date already.
func (c Copy) Pull(ctx context.Context) (Pulled, error) {
	if err := os.MkdirAll(c.Folder, 0o755); err != nil { //nolint:gosec // public data
		return Pulled{}, fmt.Errorf("make the folder: %w", err)
	}
	leave, err := c.alone()
	if err != nil {
		return Pulled{}, err
	}
	defer leave()
	s, err := c.state()
	if err != nil {
		return Pulled{}, err
	}
	damaged, said, err := c.damaged(s)
	if err != nil {
		return Pulled{}, err
	}
	pulled := Pulled{}
	if s.Cursor != "" {
		pulled, err = c.goOn(ctx, s, damaged)
	}
	if gone := (*Gone)(nil); s.Cursor == "" || errors.As(err, &gone) {
		pulled, err = c.begin(ctx, s)
	}
	pulled.Mended = append(said, pulled.Mended...)
	return pulled, err
}

// begin takes the whole record, and what changed since.
func (c Copy) begin(ctx context.Context, s *state) (Pulled, error) {
	kinds, cursor, n, err := c.wholeRecord(ctx, nil)
	if err != nil {
		return Pulled{}, err
	}
	s.Cursor = "" // what is half done is begun again
	mended, err := c.replace(s, kinds, cursor)
	if err != nil {
		return Pulled{Mended: mended}, err
	}
	for kind := range s.Files {
		if kinds[kind] == nil {
			if err := os.Remove(filepath.Join(c.Folder, nameOfFile(kind))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return Pulled{Mended: mended}, fmt.Errorf("take away what there is not any more: %w", err)
			}
			delete(s.Files, kind)
		}
	}
	pulled, err := c.goOn(ctx, s, nil)
	pulled.Written, pulled.Anew, pulled.Mended = pulled.Written+n, true, append(mended, pulled.Mended...)
	return pulled, err
}

// wholeRecord takes all that there is of some kinds, of all where none is named.
func (c Copy) wholeRecord(ctx context.Context, only []string) (kinds map[string]objects, cursor string, n int, err error) {
	query := url.Values{}
	if len(only) > 0 {
		query.Set("kinds", strings.Join(only, ","))
	}
	response, err := c.get(ctx, wholeRecord, query)
	if err != nil {
		return nil, "", 0, err
	}
	defer response.Body.Close()
	kinds = map[string]objects{}
	for _, kind := range only {
		kinds[kind] = objects{}
	}
	decoder := json.NewDecoder(bufio.NewReaderSize(response.Body, bufferSize))
	for decoder.More() {
		var line Change
		if err := decoder.Decode(&line); err != nil {
			return nil, "", 0, fmt.Errorf("read the whole record: %w", err)
		}
		if !isFileName(line.Kind) {
			return nil, "", 0, fmt.Errorf("the server sends things of a kind %q", line.Kind)
		}
		if kinds[line.Kind] == nil {
			kinds[line.Kind] = objects{}
		}
		kinds[line.Kind][line.ID] = line.Object
		n++
	}
	if want := response.Header.Get(countHeader); want != strconv.Itoa(n) {
		return nil, "", 0, fmt.Errorf("%d of %s things came: the line broke; try again", n, want)
	}
	return kinds, response.Header.Get(versionHeader), n, nil
}

// isFileName keeps a server from writing where it likes.
func isFileName(kind string) bool {
	return kind != "" && !strings.ContainsFunc(kind, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// goOn applies what changed after the cursor. Damaged kinds are taken as they are now: what changed
// before is applied to them again, which leads to the same.
func (c Copy) goOn(ctx context.Context, s *state, damaged []string) (pulled Pulled, err error) {
	kinds, cursor := map[string]objects{}, s.Cursor
	if len(damaged) > 0 {
		if kinds, _, pulled.Written, err = c.wholeRecord(ctx, damaged); err != nil {
			return pulled, err
		}
	}
	for more := true; more; {
		page, err := c.page(ctx, cursor)
		if err != nil {
			return pulled, err
		}
		for _, change := range page.Changes {
			if !isFileName(change.Kind) {
				return pulled, fmt.Errorf("the server sends things of a kind %q", change.Kind)
			}
			if kinds[change.Kind] == nil {
				if kinds[change.Kind], err = c.read(s, change.Kind); err != nil {
					return pulled, err
				}
			}
			if change.Deleted {
				delete(kinds[change.Kind], change.ID)
				pulled.Deleted++
				continue
			}
			kinds[change.Kind][change.ID] = change.Object
			pulled.Written++
		}
		more, cursor = page.More, page.Cursor
	}
	pulled.Cursor = cursor
	pulled.Mended, err = c.replace(s, kinds, cursor)
	return pulled, err
}

func (c Copy) page(ctx context.Context, since string) (page Changes, err error) {
	response, err := c.get(ctx, "/changes", url.Values{"since": {since}, "first": {strconv.Itoa(changesAtMost)}})
	if err != nil {
		return page, err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		return page, fmt.Errorf("read changes: %w", err)
	}
	if page.Cursor == "" || page.More && page.Cursor == since {
		return page, errors.New("the server's changes lead nowhere")
	}
	return page, nil
}

// get asks the server, and again after as long as it says where it is busy.
func (c Copy) get(ctx context.Context, path string, query url.Values) (*http.Response, error) {
	const tries = 5
	for try := 1; ; try++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.Server, "/")+path+map[bool]string{true: "?"}[len(query) > 0]+query.Encode(), nil)
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", c.Server, err)
		}
		if c.Key != "" {
			request.Header.Set("Authorization", "Bearer "+c.Key)
		}
		response, err := c.do(request)
		if err != nil {
			return nil, err
		}
		if response.StatusCode == http.StatusOK {
			return response, nil
		}
		wait, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		err = refusalOf(response)
		busy := response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable
		if !busy || try == tries {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(max(wait, 1)) * time.Second):
		}
	}
}

// refusalOf reads what a server says that it will not do.
func refusalOf(response *http.Response) error {
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, bufferSize))
	var said struct {
		Errors []struct{ Message string }
	}
	message := strings.TrimSpace(string(text))
	if json.Unmarshal(text, &said) == nil && len(said.Errors) > 0 {
		message = said.Errors[0].Message
	}
	err := fmt.Errorf("the server says: %s (%s)", message, response.Status)
	if response.StatusCode == http.StatusGone {
		return fmt.Errorf("%w: %w", err, &Gone{&fault.Error{Code: fault.CodeConflict, Message: message}})
	}
	return err
}
