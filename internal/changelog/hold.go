package changelog

import (
	"fmt"
	"slices"
)

// Hold keeps others from changing things of a kind until the transaction ends. What is
// held before it is changed, and in one order, is not waited for crosswise.
func (l *Log) Hold(kind string, rows []int) error {
	for part := range slices.Chunk(slices.Sorted(slices.Values(rows)), chunk) {
		if err := l.lock(kinds[kind], nil, part); err != nil {
			return err
		}
	}
	return nil
}

// TakeHead returns where the log ends without this change, and keeps others from going on
// until the transaction ends: so it is for its last statements, when what it changes is held.
func (l *Log) TakeHead() (head Head, err error) {
	err = l.tx.QueryRowContext(l.ctx, "UPDATE log_heads SET number = number WHERE id = 1 RETURNING "+epochSQL(l.tx)+", number, version").
		Scan(&head.Epoch, &head.Number, &head.Version)
	if err != nil {
		return head, fmt.Errorf("take the head of the change log: %w", err)
	}
	return head, nil
}
