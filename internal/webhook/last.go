package webhook

import (
	"context"
	"fmt"
	"strings"
)

// last returns the newest deliveries of some webhooks, by their rows.
func (s *Service) last(ctx context.Context, hooks []int, which string) (map[int][]Delivery, error) {
	places, args := make([]string, len(hooks)), make([]any, len(hooks))
	for i, row := range hooks {
		places[i], args[i] = fmt.Sprintf("$%d", i+1), row
	}
	query := fmt.Sprintf(`SELECT webhook_id, uid, since, cursor, state, attempts, status, failure, next_at, created_at, ended_at FROM (
		SELECT d.*, ROW_NUMBER() OVER (PARTITION BY webhook_id ORDER BY id DESC) AS place FROM webhook_deliveries d WHERE webhook_id IN (%s)%s) numbered
		WHERE place <= %d ORDER BY webhook_id, place`, strings.Join(places, ", "), which, shown)
	rows, err := s.db.SQL.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	defer rows.Close()
	all := map[int][]Delivery{}
	for rows.Next() {
		var hook, status int
		var failure string
		var d Delivery
		if err := rows.Scan(&hook, &d.ID, &d.Since, &d.Cursor, &d.State, &d.Attempts, &status, &failure, &d.NextAt, &d.CreatedAt, &d.EndedAt); err != nil {
			return nil, fmt.Errorf("read deliveries: %w", err)
		}
		d.Failure = orNil(failure)
		if status != 0 {
			d.Status = &status
		}
		all[hook] = append(all[hook], d)
	}
	return all, rows.Err()
}
