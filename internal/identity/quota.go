package identity

import (
	"time"

	"github.com/upr-info/upr/internal/civil"
)

// Quota is what a key may ask for on one day, in UTC, over all processes.
type Quota struct {
	Limit     int // 0: nothing is refused
	Remaining int
	ResetsAt  time.Time
}

// Spend counts n requests against the quota of a key, or reports false where they would be too
// many. It asks no database: what other processes let through is known as of the last time that
// this one wrote what the key asked for here.
func (s *Service) Spend(key string, n int) (Quota, bool) {
	at := keyDay{key, civil.Of(s.now())}
	limit := s.settings.RequestsPerDay
	u := &s.usage
	u.mu.Lock()
	defer u.mu.Unlock()
	spent := u.spent(at, 0)
	if limit > 0 && spent+n > limit {
		return s.quota(limit, spent), false
	}
	u.count(at, Usage{Counted: n})
	return s.quota(limit, spent+n), true
}

func (s *Service) quota(limit, spent int) Quota {
	return Quota{Limit: limit, Remaining: max(0, limit-spent), ResetsAt: s.now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)}
}

// quotaOf is what a key has left today; nil where nothing bounds it.
func (s *Service) quotaOf(k KeyInUse) *Quota {
	limit, today, written := s.settings.RequestsPerDay, civil.Of(s.now()), 0
	if limit == 0 {
		return nil
	}
	if len(k.Usage) > 0 && k.Usage[0].Day == today {
		written = k.Usage[0].Counted
	}
	s.usage.mu.Lock()
	defer s.usage.mu.Unlock()
	q := s.quota(limit, s.usage.spent(keyDay{k.Key.ID, today}, written))
	return &q
}

// spent is what a key spent on a day, of which so much stands in the database.
func (u *usages) spent(at keyDay, written int) int {
	return max(u.known[at], written) + u.all[at].Counted
}

// wrote notes what stands in the database now, and forgets other days than today.
func (u *usages) wrote(sums map[keyDay]int, today civil.Date) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for at, sum := range sums {
		u.known[at] = sum
	}
	for at := range u.known {
		if at.day != today {
			delete(u.known, at)
		}
	}
}
