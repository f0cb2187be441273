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
	// usageEvery is how often what was counted is written, in one transaction.
	usageEvery = time.Minute
	// usageShown is how far back owners see it, in days; it is forgotten after twice that.
	usageShown = 30
)

// Usage is what a key asked for on one day.
type Usage struct {
	Day      civil.Date
	Requests int
	Refused  int     // because of the limit
	Rows     float64 // of exports
	Bytes    float64 // of answers
}

// KeyInUse is a key and its days.
type KeyInUse struct {
	Key   APIKey
	Usage []Usage // newest first
}

// usages counts what keys ask for until it is written.
type usages struct {
	mu  sync.Mutex
	all map[keyDay]Usage
}

type keyDay struct {
	key string
	day civil.Date
}

func (u *usages) add(key string, one Usage) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[keyDay]Usage{}
	}
	at := keyDay{key, one.Day}
	sum := u.all[at]
	sum.Requests += one.Requests
	sum.Refused += one.Refused
	sum.Rows += one.Rows
	sum.Bytes += one.Bytes
	u.all[at] = sum
}

func (u *usages) take() map[keyDay]Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := u.all
	u.all = nil
	return all
}

// Used counts one request of a key. Nothing is written for it.
func (s *Service) Used(key string, refused bool, rows, bytes int64) {
	one := Usage{Day: civil.Of(s.now()), Requests: 1, Rows: float64(rows), Bytes: float64(bytes)}
	if refused {
		one.Refused = 1
	}
	s.usage.add(key, one)
}

// KeepUsage writes what keys asked for, once a minute until ctx ends. WriteUsage writes the rest.
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

// WriteUsage adds what was counted to what other processes wrote. What cannot be written is
// counted on.
func (s *Service) WriteUsage(ctx context.Context) error {
	counted := s.usage.take()
	if len(counted) == 0 {
		return nil
	}
	err := s.keep(ctx, func(ctx context.Context, tx *database.Tx) error { return s.addUsage(ctx, tx, counted) })
	if err != nil {
		for at, u := range counted {
			u.Day = at.day
			s.usage.add(at.key, u)
		}
	}
	return err
}

func (s *Service) addUsage(ctx context.Context, tx *database.Tx, counted map[keyDay]Usage) error {
	// In the same order everywhere: two processes that write the same rows do not lock each other out.
	order := slices.SortedFunc(maps.Keys(counted), func(a, b keyDay) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.day, b.day)) })
	for _, at := range order {
		key, err := tx.Ent.APIKey.Query().Where(apikey.UID(at.key)).OnlyID(ctx)
		if ent.IsNotFound(err) { // gone with its owner
			continue
		}
		if err != nil {
			return fmt.Errorf("find a key: %w", err)
		}
		u := counted[at]
		_, err = tx.ExecContext(ctx, `INSERT INTO key_usages (key_id, day, requests, refused, rows, bytes) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (key_id, day) DO UPDATE SET requests = key_usages.requests + excluded.requests, refused = key_usages.refused + excluded.refused,
			rows = key_usages.rows + excluded.rows, bytes = key_usages.bytes + excluded.bytes`,
			key, at.day, u.Requests, u.Refused, int64(u.Rows), int64(u.Bytes))
		if err != nil {
			return fmt.Errorf("write the usage of a key: %w", err)
		}
	}
	_, err := tx.Ent.KeyUsage.Delete().Where(keyusage.DayLT(s.daysAgo(2 * usageShown))).Exec(ctx)
	return err
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
		ids[i], keys[i], place[row.ID] = row.ID, KeyInUse{keyOf(row), []Usage{}}, i
	}
	days, err := s.db.Ent.KeyUsage.Query().Where(keyusage.KeyIDIn(ids...), keyusage.DayGT(s.daysAgo(usageShown))).Order(keyusage.ByDay(sql.OrderDesc())).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the usage of keys: %w", err)
	}
	for _, d := range days {
		k := &keys[place[d.KeyID]]
		k.Usage = append(k.Usage, Usage{d.Day, int(d.Requests), int(d.Refused), float64(d.Rows), float64(d.Bytes)})
	}
	return keys, nil
}
