package desk

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// HistoryFilter says which entries of the change log.
type HistoryFilter struct {
	ID, Actor, Origin, Operation *string
	Change                       *int
	Since, Until                 *time.Time
}

// VersionPage is a page of the change log, newest first.
type VersionPage struct {
	Nodes      []Version
	TotalCount int
	PageInfo   record.PageInfo
}

const historyCursor = "log:"

func cursorOf(v Version) string {
	return base64.RawURLEncoding.EncodeToString([]byte(historyCursor + strconv.FormatInt(v.step.Number, 10)))
}

func readCursor(cursor *string) (int64, error) {
	if cursor == nil {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*cursor)
	number, isOurs := strings.CutPrefix(string(text), historyCursor)
	n, wrong := strconv.ParseInt(number, 10, 64)
	if err != nil || !isOurs || wrong != nil || n < 1 {
		return 0, fault.Invalid("after", "is no cursor of this list: send one that this list gave")
	}
	return n, nil
}

// curators read and restore the history of what is public.
var curators = []viewer.Role{viewer.Editor, viewer.Publisher, viewer.ProtectionOfficer, viewer.Admin}

// History reads the change log. Changes of users and keys are shown to administrators.
func (d *Desk) History(ctx context.Context, filter *HistoryFilter, first *int, after *string) (*VersionPage, error) {
	wanted, err := filter.wanted(ctx)
	if err != nil {
		return nil, err
	}
	if wanted.Seen, err = d.seenBy(ctx); err != nil {
		return nil, err
	}
	size, err := record.PageSize(first)
	if err != nil {
		return nil, err
	}
	before, err := readCursor(after)
	if err != nil {
		return nil, err
	}
	steps, total, err := changelog.Find(ctx, d.db.SQL, wanted, before, size+1)
	if err != nil {
		return nil, err
	}
	page := &VersionPage{Nodes: []Version{}, TotalCount: total}
	page.PageInfo.HasNextPage, page.PageInfo.HasPreviousPage = len(steps) > size, before > 0
	for _, step := range steps[:min(size, len(steps))] {
		page.Nodes = append(page.Nodes, Version{step})
	}
	if n := len(page.Nodes); n > 0 {
		start, end := cursorOf(page.Nodes[0]), cursorOf(page.Nodes[n-1])
		page.PageInfo.StartCursor, page.PageInfo.EndCursor = &start, &end
	}
	return page, nil
}

// wanted is what a filter admits of what whoever asks may see, but for what is hidden from them.
func (f *HistoryFilter) wanted(ctx context.Context) (changelog.Filter, error) {
	if err := policy.Require(ctx, curators...); err != nil {
		return changelog.Filter{}, err
	}
	v, _ := viewer.From(ctx)
	if f == nil {
		f = &HistoryFilter{}
	}
	return changelog.Filter{Node: orZero(f.ID), Actor: orZero(f.Actor), Origin: changelog.Origin(orZero(f.Origin)),
		Operation: changelog.Operation(orZero(f.Operation)), Change: orZero(f.Change), Since: orZero(f.Since), Until: orZero(f.Until),
		PublicOnly: !v.Has(viewer.Admin)}, nil
}

// seenBy admits the entries that whoever asks reads.
func (d *Desk) seenBy(ctx context.Context) (string, error) {
	v, known := viewer.From(ctx)
	if !known {
		return "FALSE", nil
	}
	return d.seen(ctx, d.db.Ent, v)
}

func orZero[T any](given *T) (value T) {
	if given != nil {
		value = *given
	}
	return value
}
