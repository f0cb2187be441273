package strip

import (
	"context"
	"encoding/xml"
	"maps"
	"path"
	"slices"
	"strings"
)

// dropUnusedFonts leaves out what the table of fonts says of those in which nothing is written. The others keep their names,
// without which some texts cannot be read.
func dropUnusedFonts(ctx context.Context, kept archive) error {
	const table = "word/fontTable.xml"
	if kept[table] == nil {
		return nil
	}
	used := map[string]bool{}
	for _, part := range slices.Sorted(maps.Keys(kept)) {
		if !strings.HasSuffix(part, ".xml") || part == table || !strings.HasPrefix(path.Dir(part), "word") {
			continue
		}
		_, err := editor{attr: func(_ string, a xml.Attr) (string, bool) {
			if slices.Contains([]string{"ascii", "hAnsi", "eastAsia", "cs", "font", "typeface"}, a.Name.Local) {
				used[a.Value] = true
			}
			return a.Value, true
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	var err error
	kept[table], err = editor{drop: func(name string, as []xml.Attr) bool {
		return local(name) == "font" && !used[valueOf(as, "name")]
	}}.edit(ctx, kept[table])
	return err
}
