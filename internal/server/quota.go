package server

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

// quota bounds what a key asks for in a day, over all processes. What the limit of a minute refuses
// does not count.
type quota struct{ people *identity.Service }

// around counts what keys ask next for, says how much they have left, and refuses what is too much.
func (q quota) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		left, wait, err := q.spend(r, costOf(r))
		if left.Limit > 0 {
			w.Header().Set("X-Quota-Limit", strconv.Itoa(left.Limit))
			w.Header().Set("X-Quota-Remaining", strconv.Itoa(left.Remaining))
			w.Header().Set("X-Quota-Reset", strconv.FormatInt(left.ResetsAt.Unix(), 10))
		}
		if err != nil {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
			refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// spend counts what a request asks for. Returns LimitExceeded, and how long to wait.
func (q quota) spend(r *http.Request, requests int) (left identity.Quota, wait time.Duration, err error) {
	v, known := viewer.From(r.Context())
	if !known || !v.IsKey() {
		return left, 0, nil
	}
	left, enough := q.people.Spend(v.KeyUID, requests)
	if enough {
		return left, 0, nil
	}
	wait = time.Until(left.ResetsAt).Truncate(time.Second) + time.Second
	return left, wait, fault.LimitExceeded("%s: this key may ask for %d requests a day, and has %d left until %s",
		asksFor(requests), left.Limit, left.Remaining, left.ResetsAt.Format(time.RFC3339))
}

func asksFor(requests int) string {
	if requests == 1 {
		return "this is one request"
	}
	return fmt.Sprintf("this counts as %d requests", requests)
}
