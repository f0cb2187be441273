package identity

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/apikey"
	"github.com/upr-info/upr/ent/keyusage"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
)

const (
	// usageEvery is how often what was counted is written, in one transaction, and what other
	// processes counted is learnt.
	usageEvery = 5 * time.Second
	// usageShown is how far back owners see it, in days; it is forgotten after twice that.
	usageShown = 30
)

// Usage is what a key asked for on one day.
type Usage struct {
	Day      civil.Date
	Requests int
	Refused  int     // because of a limit
	Counted  int     // against the quota: an export counts as several requests
	Rows     float64 // of exports
	Bytes    float64 // of answers
}

// KeyInUse is a key and its days.
type KeyInUse struct {
	Key   APIKey
	Usage []Usage // newest first
	Quota *Quota  // nil: it has none
}

// usages counts what keys ask for until it is written.
type usages struct {
	mu    sync.Mutex
	all   map[keyDay]Usage
	known map[keyDay]int // what was counted against quotas by all processes, written or being written
}

type keyDay struct {
	key string
	day civil.Date
}

// count adds to what is to be written. u is locked.
func (u *usages) count(at keyDay, one Usage) {
	if u.all == nil {
		u.all = map[keyDay]Usage{}
	}
	sum := u.all[at]
	sum.Requests += one.Requests
	sum.Refused += one.Refused
	sum.Counted += one.Counted
	sum.Rows += one.Rows
	sum.Bytes += one.Bytes
	u.all[at] = sum
}

// take returns what is to be written, and takes it for written.
func (u *usages) take() map[keyDay]Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := u.all
	u.all = nil
	if u.known == nil {
		u.known = map[keyDay]int{}
	}
	for at, one := range all {
		u.known[at] += one.Counted
	}
	return all
}

// giveBack has what could not be written counted on.
func (u *usages) giveBack(all map[keyDay]Usage) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for at, one := range all {
		u.known[at] -= one.Counted
		u.count(at, one)
	}
}

// Used counts one request of a key. Nothing is written for it.
func (s *Service) Used(key string, refused bool, rows, bytes int64) {
	one := Usage{Requests: 1, Rows: float64(rows), Bytes: float64(bytes)}
	if refused {
		one.Refused = 1
	}
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	s.usage.count(keyDay{key, civil.Of(s.now())}, one)
}

// KeepUsage writes what keys asked for, each few seconds until ctx ends. WriteUsage writes the rest.
func (s *Service) KeepUsage(ctx context.Context) {
	for {
		select {
		case <-time.After(usageEvery):
		case <-ctx.Done():
			return
		}
		if err := s.WriteUsage(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "what keys asked for cannot be written now", "error", err)
		}
	}
}

// WriteUsage adds what was counted to what other processes wrote, and learns what they counted
// against the quotas of the same keys. What cannot be written is counted on.
func (s *Service) WriteUsage(ctx context.Context) error {
	counted := s.usage.take()
	if len(counted) == 0 {
		return nil
	}
	var sums map[keyDay]int
	err := s.keep(ctx, func(ctx context.Context, tx *database.Tx) (err error) {
		sums, err = s.addUsage(ctx, tx, counted)
		return err
	})
	if err != nil {
		s.usage.giveBack(counted)
		return err
	}
	s.usage.wrote(sums, civil.Of(s.now()))
	return nil
}

// addUsage returns what was counted against quotas on the same days, by all processes.
func (s *Service) addUsage(ctx context.Context, tx *database.Tx, counted map[keyDay]Usage) (map[keyDay]int, error) {
	sums := make(map[keyDay]int, len(counted))
	// In the same order everywhere: two processes that write the same rows do not lock each other out.
	order := slices.SortedFunc(maps.Keys(counted), func(a, b keyDay) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.day, b.day)) })
	for _, at := range order {
		key, err := tx.Ent.APIKey.Query().Where(apikey.UID(at.key)).OnlyID(ctx)
		if ent.IsNotFound(err) { // gone with its owner
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find a key: %w", err)
		}
		u, sum := counted[at], 0
		err = tx.QueryRowContext(ctx, `INSERT INTO key_usages (key_id, day, requests, refused, counted, rows, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (key_id, day) DO UPDATE SET requests = key_usages.requests + excluded.requests, refused = key_usages.refused + excluded.refused,
			counted = key_usages.counted + excluded.counted, rows = key_usages.rows + excluded.rows, bytes = key_usages.bytes + excluded.bytes
			RETURNING counted`,
			key, at.day, u.Requests, u.Refused, u.Counted, int64(u.Rows), int64(u.Bytes)).Scan(&sum)
		if err != nil {
			return nil, fmt.Errorf("write the usage of a key: %w", err)
		}
		sums[at] = sum
	}
	_, err := tx.Ent.KeyUsage.Delete().Where(keyusage.DayLT(s.daysAgo(2 * usageShown))).Exec(ctx)
	return sums, err
}

func (s *Service) daysAgo(n int) civil.Date {
	return civil.Of(s.now().AddDate(0, 0, -n))
}

// KeysInUse lists the keys of whoever asks with their last 30 days, newest first; a key sees itself.
func (s *Service) KeysInUse(ctx context.Context) ([]KeyInUse, error) {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return nil, err
	}
	if v.UID == "" {
		return nil, fault.Forbidden("a user has keys")
	}
	find := s.db.Ent.APIKey.Query().Where(apikey.HasUserWith(user.UID(v.UID)))
	if v.IsKey() {
		find.Where(apikey.UID(v.KeyUID))
	}
	ctx = asProgram(ctx)
	rows, err := find.Order(apikey.ByID(sql.OrderDesc())).Limit(maxPage).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	ids, keys, place := make([]int, len(rows)), make([]KeyInUse, len(rows)), map[int]int{}
	for i, row := range rows {
		ids[i], keys[i], place[row.ID] = row.ID, KeyInUse{Key: keyOf(row), Usage: []Usage{}}, i
	}
	days, err := s.db.Ent.KeyUsage.Query().Where(keyusage.KeyIDIn(ids...), keyusage.DayGT(s.daysAgo(usageShown))).Order(keyusage.ByDay(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the usage of keys: %w", err)
	}
	for _, d := range days {
		k := &keys[place[d.KeyID]]
		k.Usage = append(k.Usage, Usage{d.Day, int(d.Requests), int(d.Refused), int(d.Counted), float64(d.Rows), float64(d.Bytes)})
	}
	for i := range keys {
		keys[i].Quota = s.quotaOf(keys[i])
	}
	return keys, nil
}
