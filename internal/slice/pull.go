package slice

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// Copy is a folder that is kept in step with a server: for each kind a file of NDJSON with an
// object a line, by id, and a file that says how far it has come.
type Copy struct {
	Folder string
	Server string       // its address, as in https://upr.example.org
	Key    string       // API key; empty: none is sent
	Client *http.Client // nil: http.DefaultClient
}

// Pulled says what came of bringing a copy up to date.
type Pulled struct {
	Cursor           string
	Written, Deleted int
	Anew             bool // that it began from nothing
}

const stateFile = "upr-pull.json"

// state is what a copy knows of itself.
type state struct {
	Server string `json:"server"`
	Cursor string `json:"cursor"`
}

// Pull brings the copy up to date. Files are replaced as a whole, and how far it has come is
// written last: whatever happens in between, the next time leads to the same end.
func (c Copy) Pull(ctx context.Context) (Pulled, error) {
	if err := os.MkdirAll(c.Folder, 0o755); err != nil { //nolint:gosec // public data
		return Pulled{}, fmt.Errorf("make the folder: %w", err)
	}
	before, err := c.state()
	if err != nil {
		return Pulled{}, err
	}
	if before.Cursor == "" {
		return c.begin(ctx)
	}
	pulled, err := c.goOn(ctx, before.Cursor)
	if gone := (*Gone)(nil); errors.As(err, &gone) {
		return c.begin(ctx)
	}
	return pulled, err
}

func (c Copy) state() (s state, err error) {
	text, err := os.ReadFile(filepath.Join(c.Folder, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("%s cannot be read; delete the folder to begin anew: %w", stateFile, err)
	}
	if s.Server != c.Server {
		return s, fmt.Errorf("the folder is a copy of %s, not of %s: take another one", s.Server, c.Server)
	}
	return s, nil
}

func (c Copy) save(cursor string) error {
	text, err := json.Marshal(state{c.Server, cursor})
	if err != nil {
		return err
	}
	return c.write(stateFile, append(text, '\n'))
}

func (c Copy) write(name string, text []byte) error {
	path := filepath.Join(c.Folder, name)
	file, err := os.CreateTemp(c.Folder, ".upr-")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close()) //nolint:gosec // public data
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// objects are the lines of one kind by id.
type objects map[string]json.RawMessage

func (c Copy) read(kind string) (objects, error) {
	text, err := os.ReadFile(filepath.Join(c.Folder, kind+".ndjson"))
	if errors.Is(err, fs.ErrNotExist) {
		return objects{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	all := objects{}
	for line := range bytes.Lines(text) {
		var object struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(line, &object); err != nil {
			return nil, fmt.Errorf("%s.ndjson was changed by somebody; delete the folder to begin anew: %w", kind, err)
		}
		all[object.ID] = json.RawMessage(bytes.TrimSuffix(line, []byte("\n")))
	}
	return all, nil
}

func (c Copy) writeAll(kinds map[string]objects) error {
	for kind, all := range kinds {
		var text bytes.Buffer
		for _, id := range slices.Sorted(maps.Keys(all)) {
			text.Write(all[id])
			text.WriteByte('\n')
		}
		if err := c.write(kind+".ndjson", text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// begin takes the whole record, and what changed since.
func (c Copy) begin(ctx context.Context) (Pulled, error) {
	kinds, cursor, n, err := c.wholeRecord(ctx)
	if err != nil {
		return Pulled{}, err
	}
	old, err := filepath.Glob(filepath.Join(c.Folder, "*.ndjson"))
	if err != nil {
		return Pulled{}, err
	}
	for _, path := range old {
		if kind := strings.TrimSuffix(filepath.Base(path), ".ndjson"); kinds[kind] == nil {
			if err := os.Remove(path); err != nil {
				return Pulled{}, fmt.Errorf("take away what there is not any more: %w", err)
			}
		}
	}
	if err := errors.Join(c.writeAll(kinds), c.save(cursor)); err != nil {
		return Pulled{}, err
	}
	pulled, err := c.goOn(ctx, cursor)
	pulled.Written, pulled.Anew = pulled.Written+n, true
	return pulled, err
}

func (c Copy) wholeRecord(ctx context.Context) (kinds map[string]objects, cursor string, n int, err error) {
	response, err := c.get(ctx, wholeRecord, nil)
	if err != nil {
		return nil, "", 0, err
	}
	defer response.Body.Close()
	kinds = map[string]objects{}
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

// goOn applies what changed after a cursor.
func (c Copy) goOn(ctx context.Context, cursor string) (pulled Pulled, err error) {
	kinds := map[string]objects{}
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
				if kinds[change.Kind], err = c.read(change.Kind); err != nil {
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
	return pulled, errors.Join(c.writeAll(kinds), c.save(cursor))
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
	client := c.Client
	if client == nil {
		client = http.DefaultClient
	}
	const tries = 5
	for try := 1; ; try++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(c.Server, "/")+path+map[bool]string{true: "?"}[len(query) > 0]+query.Encode(), nil)
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", c.Server, err)
		}
		if c.Key != "" {
			request.Header.Set("Authorization", "Bearer "+c.Key)
		}
		response, err := client.Do(request)
		if err != nil {
			return nil, fmt.Errorf("ask %s: %w", c.Server, err)
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
