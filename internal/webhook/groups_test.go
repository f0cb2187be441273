package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestWebhooksOfGroupsOfPartners says where such changes are to be had.
func TestWebhooksOfGroupsOfPartners(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 30)
	key := h.partner(t, "ann@example.org", append([]string{"groups:write", "slices:write", "slices:read"}, all...)...)
	var made struct {
		Group struct{ Group struct{ ID string } }
		Slice struct{ Slice struct{ ID string } }
	}
	h.must(t, key, `mutation { group: createPartnerGroup(input: {name: "Ours", members: [{state: "FRA"}]}) { group { id } userErrors { code message } } }`, nil, &made)
	filter := fmt.Sprintf(`{"recommendingStateGroups":["%s"]}`, made.Group.Group.ID)
	h.must(t, key, `mutation($f: String!) { slice: createSlice(input: {name: "Ours", kind: "recommendations", filter: $f}) { slice { id } userErrors { code message } } }`, map[string]any{"f": filter}, &made)
	for _, input := range []map[string]any{
		{"filter": map[string]any{"recommendingStateGroups": []string{made.Group.Group.ID}}}, {"slice": made.Slice.Slice.ID},
	} {
		input["name"], input["url"] = "Ours", "https://example.org/upr"
		code, message := h.ask(t, key, `mutation($i: CreateWebhookInput!) { createWebhook(input: $i) { secret userErrors { code message } } }`, map[string]any{"i": input}, nil)
		if code != "INVALID" || !strings.Contains(message, "ask /changes with this filter") {
			t.Errorf("%v: %s %s", input, code, message)
		}
	}
}
