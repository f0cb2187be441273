package graph

import (
	"context"
	"sync/atomic"

	"github.com/maypok86/otter/v2"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/record"
)

// responseCache keeps the data of answers to public questions as it was sent. A key holds the
// version of the record and the day, so that nothing has to be taken out when the record changes.
type responseCache struct {
	answers *otter.Cache[cacheKey, keptAnswer]
}

// keptAnswer is the data of an answer, with what its question uses that is going to go.
type keptAnswer struct {
	data []byte
	uses []deprecation.Notice
	// operation and field are those of Observed.
	operation, field string
}

// cacheKey is one question of one state of the record. What is asked for TODAY changes with the day.
type cacheKey struct {
	version record.Version
	day     civil.Date
	known   bool   // that who asks is known, where others may not ask everything
	scopes  string // of the key that asks
	method  string // which says how the request is read
	request string
}

const (
	// maxCachedRequest keeps large documents, which are rarely sent twice, out of the cache.
	maxCachedRequest = 16 << 10
	// entryOverhead is what an entry costs beside its texts, roughly.
	entryOverhead = 128
)

// newResponseCache holds some megabytes; nil, which holds nothing, where there are none.
func newResponseCache(megabytes int) *responseCache {
	if megabytes <= 0 {
		return nil
	}
	answers := otter.Must(&otter.Options[cacheKey, keptAnswer]{
		MaximumWeight: uint64(megabytes) << 20,
		Weigher: func(key cacheKey, answer keptAnswer) uint32 {
			return uint32(len(key.request) + len(answer.data) + entryOverhead)
		},
	})
	return &responseCache{answers}
}

func keyOf(s *record.Snapshot, known bool, scopes, method, request string) cacheKey {
	return cacheKey{s.Version(), s.Day(), known, scopes, method, request}
}

func (c *responseCache) get(key cacheKey) (keptAnswer, bool) {
	if c == nil {
		return keptAnswer{}, false
	}
	return c.answers.GetIfPresent(key)
}

func (c *responseCache) put(key cacheKey, answer keptAnswer) {
	if c != nil && answer.data != nil && len(key.request) <= maxCachedRequest {
		c.answers.Set(key, answer)
	}
}

type publicKey struct{}

// madeOf says what the answer to a request is made of.
type madeOf struct{ record, more atomic.Bool }

// public says whether an answer is made of the record alone, without errors: it is everybody's.
func (m *madeOf) public() bool { return m.record.Load() && !m.more.Load() }

// watchPublic lets the answer to a request be marked.
func watchPublic(ctx context.Context) (context.Context, *madeOf) {
	of := new(madeOf)
	return context.WithValue(ctx, publicKey{}, of), of
}

// markPublic is called by the executor that only knows the record.
func markPublic(ctx context.Context) {
	if of, ok := ctx.Value(publicKey{}).(*madeOf); ok {
		of.record.Store(true)
	}
}

// markOwn says that a question is not about the record alone.
func markOwn(ctx context.Context) {
	if of, ok := ctx.Value(publicKey{}).(*madeOf); ok {
		of.more.Store(true)
	}
}
