package strip

import (
	"context"
	"encoding/xml"
	"strings"
)

// dropUnusedODTFonts leaves out what a document says of fonts in which nothing is written, as dropUnusedFonts does.
func dropUnusedODTFonts(ctx context.Context, kept archive) error {
	for _, part := range []string{"content.xml", "styles.xml"} {
		if kept[part] == nil {
			continue
		}
		used := map[string]bool{}
		_, err := editor{attr: func(_ string, a xml.Attr) (string, bool) {
			if strings.HasPrefix(written(a.Name), "style:font-name") {
				used[a.Value] = true
			}
			return a.Value, true
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
		kept[part], err = editor{drop: func(name string, as []xml.Attr) bool {
			return name == "style:font-face" && !used[valueOf(as, "name")]
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	return nil
}
