package changelog

import (
	"context"
	"fmt"
	"strings"
)

// NameOf is what things of a kind are called together, by the prefix of their ids: as in
// recommendations of rec. Empty where readers see no such things.
func NameOf(prefix string) string { return kinds[prefix].table }

// NameOfNode is what things like the one with an id are called together.
func NameOfNode(node string) string {
	prefix, _, _ := strings.Cut(node, "_")
	return NameOf(prefix)
}

// Latest yields everything that readers see, as the log has it, in the order of the versions in
// which it came to be as it is: what whoever replays the log has at its end.
func Latest(ctx context.Context, q Queryer, yield func(node, projection string) error) error {
	err := each(ctx, q, `SELECT e.node, e.projection FROM change_entries e WHERE e.version IS NOT NULL AND e.projection IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM change_entries l WHERE l.node = e.node AND l.id > e.id AND l.version IS NOT NULL) ORDER BY e.version`, nil,
		func(scan func(...any) error) error {
			var node, projection string
			if err := scan(&node, &projection); err != nil {
				return err
			}
			return yield(node, projection)
		})
	if err != nil {
		return fmt.Errorf("read the end of the change log: %w", err)
	}
	return nil
}
