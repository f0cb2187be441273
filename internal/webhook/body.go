package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// What a delivery holds at most. Beyond that it says where to fetch it.
const (
	maxChanges = 500
	maxBody    = 256 << 10
)

// message is what is sent, by the convention of Standard Webhooks.
type message struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when the delivery was made
	Data      data      `json:"data"`
}

type data struct {
	Webhook string `json:"webhook"`
	Since   string `json:"since"`  // the cursor after which these changes come
	Cursor  string `json:"cursor"` // the one with which they end
	// Complete says that they are all here; else Fetch is where they are.
	Complete bool           `json:"complete"`
	Anew     bool           `json:"anew"` // take all again, from Fetch, and go on from Cursor
	Changes  []slice.Change `json:"changes"`
	Fetch    string         `json:"fetch,omitempty"`
}

// wanted is what a webhook is for, in a record that is at least as far as a cursor. Groups of
// partners that its filter names are those of now, by its owner's right.
func (s *Service) wanted(ctx context.Context, hook *ent.Webhook, reached string) (*slice.Wanted, error) {
	want, err := slice.Want(hook.Kinds, hook.FilterText)
	if err != nil {
		return nil, err
	}
	until := versionOf(reached)
	if has := s.record.Snapshot().Version(); want.NamesPartnerGroups() || has.Epoch == until.Epoch && has.Number < until.Number { // another process was there
		if err := s.record.CatchUp(ctx); err != nil {
			return nil, fmt.Errorf("follow the log: %w", err)
		}
	}
	return want, s.partners.Name(viewer.NewContext(ctx, &viewer.Viewer{UID: hook.Edges.User.UID}), want)
}

// body writes what a delivery says, from the log as it is now: what was redacted since is not in it.
func (s *Service) body(ctx context.Context, hook *ent.Webhook, d *ent.WebhookDelivery) ([]byte, error) {
	want, err := s.wanted(ctx, hook, d.Cursor)
	if err != nil {
		return nil, err
	}
	until := versionOf(d.Cursor)
	m := message{"record.changed", d.CreatedAt.UTC(), data{Webhook: hook.UID, Since: d.Since, Cursor: d.Cursor, Changes: []slice.Change{}}}
	page, err := s.partners.Page(ctx, d.Since, want, maxChanges)
	if gone := (*slice.Gone)(nil); errors.As(err, &gone) || err == nil && page.Anew {
		m.Data.Anew, m.Data.Fetch = true, s.whole(want)
		return write(m)
	}
	if err != nil {
		return nil, err
	}
	for _, c := range page.Changes {
		if versionOf(c.Cursor).Number <= until.Number {
			m.Data.Changes = append(m.Data.Changes, c)
		}
	}
	m.Data.Complete = versionOf(page.Cursor).Number >= until.Number
	text, err := write(m)
	if err != nil || m.Data.Complete && len(text) <= maxBody {
		return text, err
	}
	query := want.Query()
	query.Set("since", d.Since)
	m.Data.Complete, m.Data.Changes, m.Data.Fetch = false, []slice.Change{}, s.publicURL+"/changes?"+query.Encode()
	return write(m)
}

// whole is where all that is wanted can be taken.
func (s *Service) whole(want *slice.Wanted) string {
	address := s.publicURL + "/export/record.ndjson"
	if query := want.Query().Encode(); query != "" {
		address += "?" + query
	}
	return address
}

func write(m message) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // objects are byte for byte those of /changes
	if err := encoder.Encode(m); err != nil {
		return nil, fmt.Errorf("write a delivery: %w", err)
	}
	return bytes.TrimRight(text.Bytes(), "\n"), nil
}

// versionOf reads a cursor that this program wrote, without the groups of partners in it.
func versionOf(cursor string) record.Version {
	cursor, _, _ = strings.Cut(cursor, "~")
	epoch, number, _ := strings.Cut(cursor, ".")
	n, _ := strconv.ParseInt(number, 10, 64)
	return record.Version{Epoch: epoch, Number: n}
}
