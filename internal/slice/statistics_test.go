package slice_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// figuresPage reads a page: its text by table rows, checked to be well formed.
func figuresPage(t *testing.T, a answer) (rows [][]string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(string(a.body)))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for inCell := false; ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
		switch e := token.(type) {
		case xml.StartElement:
			for _, attribute := range e.Attr {
				if name := attribute.Name.Local; name == "style" || strings.HasPrefix(name, "on") || e.Name.Local == "script" {
					t.Errorf("<%s %s> would not run, and should not", e.Name.Local, name)
				}
			}
			switch e.Name.Local {
			case "tr":
				rows = append(rows, nil)
			case "td", "th":
				inCell = true
				rows[len(rows)-1] = append(rows[len(rows)-1], "")
			}
		case xml.EndElement:
			inCell = inCell && e.Name.Local != "td" && e.Name.Local != "th"
		case xml.CharData:
			if inCell {
				row := rows[len(rows)-1]
				row[len(row)-1] += string(e)
			}
		}
	}
}

func TestStatisticsAsPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "slices:write", "slices:read")
		s := h.save(t, key, map[string]any{"name": `Women's <b>rights</b> & "more"`, "kind": "recommendations", "filter": `{"cycles":[1,2]}`, "public": true})
		path := "/slices/" + s.ID + "/statistics"
		var figures struct {
			Total, Denominator int
			Groups             map[string][]struct {
				Key, Label string
				Count      int
				Share      float64
			}
		}
		if err := json.Unmarshal(h.must(t, path, nil).body, &figures); err != nil {
			t.Fatal(err)
		}
		a := h.must(t, path+".html", nil)
		text := string(a.body)
		rows := figuresPage(t, a)
		for name, list := range figures.Groups {
			for i, b := range list {
				found := false
				for _, row := range rows {
					found = found || len(row) == 4 && row[0] == b.Label && row[1] == strconv.Itoa(b.Count) && strings.TrimSuffix(row[2], "%") == strconv.FormatFloat(math.RoundToEven(b.Share*1000)/10, 'f', -1, 64)
				}
				if found != (i < 25) {
					t.Errorf("%s: %+v is shown: %v", name, b, found)
				}
			}
		}
		for _, said := range []string{`<html lang="en">`, "Women&#39;s &lt;b&gt;rights&lt;/b&gt; &amp; &#34;more&#34;", fmt.Sprintf("%d recommendations, of %d in the record", figures.Total, figures.Denominator), h.record.Snapshot().Version().String(),
			"Synthetic data, not real", `href="https://upr.example.org/slices/` + s.ID + `"`, "made up for a demonstration"} {
			if !strings.Contains(text, said) {
				t.Errorf("the page does not say %q", said)
			}
		}
		if strings.Count(text, "<caption>") != 5 || strings.Count(text, "<table>") != 5 || strings.Count(text, `scope="row"`) != len(rows)-5 || len(text) > 64<<10 {
			t.Errorf("%d tables, %d rows, %d bytes", strings.Count(text, "<table>"), len(rows), len(text))
		}
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(text)[1]
		sum := sha256.Sum256([]byte(style))
		if csp := a.header.Get("Content-Security-Policy"); csp != "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; base-uri 'none'; form-action 'none'; frame-ancestors *" || strings.Contains(text, "<script") {
			t.Errorf("%s", csp)
		}
		checkContrast(t, style)
		if b := h.get(t, path+".html", nil, "If-None-Match", a.header.Get("ETag")); b.status != http.StatusNotModified {
			t.Errorf("nothing changed: %d", b.status)
		}
		for _, other := range []string{path, "/slices/" + s.ID, "/slices/" + s.ID + ".csv", "/export/"} {
			if csp := h.must(t, other, nil).header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s may stand in frames: %s", other, csp)
			}
		}
		h.checkPageParameters(t, key, path+".html", a)
	})
}

func (h *house) checkPageParameters(t *testing.T, key, path string, whole answer) {
	t.Helper()
	for query, said := range map[string]string{"chart=responses&language=fr": `<html lang="fr">|Par réponse|Notée`, "language=ES": `<html lang="es">|Por ciclo|Ciclo 1`, "chart=issues": "By issue"} {
		values, _ := url.ParseQuery(query)
		a := h.must(t, path, values)
		for _, said := range strings.Split(said, "|") {
			if !strings.Contains(string(a.body), said) {
				t.Errorf("%s does not say %s", query, said)
			}
		}
		if tables := strings.Count(string(a.body), "<table>"); (tables == 1) != values.Has("chart") || a.header.Get("ETag") == whole.header.Get("ETag") {
			t.Errorf("%s: %d tables, %s", query, tables, a.header.Get("ETag"))
		}
	}
	for _, query := range []string{"chart=everything", "language=AR", "columns=id", "chart=issues&chart=cycles"} {
		values, _ := url.ParseQuery(query)
		if a := h.get(t, path, values); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	arabic := h.save(t, key, map[string]any{"name": "حقوق المرأة", "kind": "recommendations", "language": "AR"})
	if a := h.get(t, "/slices/"+arabic.ID+"/statistics.html", nil); a.status != http.StatusNotFound {
		t.Errorf("a private one: %d", a.status)
	}
	a := h.must(t, "/slices/"+arabic.ID+"/statistics.html", nil, "Authorization", "Bearer "+key)
	if text := string(a.body); !strings.Contains(text, `<h1 dir="auto">حقوق المرأة</h1>`) || !strings.Contains(text, `<th scope="row" lang="ar" dir="rtl">`) || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || !strings.HasPrefix(a.header.Get("Cache-Control"), "private") {
		t.Errorf("%v", a.header)
	}
	pinned := h.save(t, key, map[string]any{"name": "x", "kind": "recommendations", "pinned": true, "public": true})
	states := h.save(t, key, map[string]any{"name": "x", "kind": "states", "public": true})
	for _, id := range []string{pinned.ID, states.ID} {
		if a := h.get(t, "/slices/"+id+"/statistics.html", nil); a.status != http.StatusBadRequest {
			t.Errorf("%d", a.status)
		}
	}
}

// checkContrast reads the colours of a style and compares each with white: 4.5 to 1 for texts, 3
// to 1 for bars and lines (WCAG 2.2, 1.4.3 and 1.4.11).
func checkContrast(t *testing.T, style string) {
	t.Helper()
	colours := regexp.MustCompile(`#([0-9a-f]{6})`).FindAllStringSubmatch(style, -1)
	if len(colours) < 5 {
		t.Errorf("only %d colours", len(colours))
	}
	for _, colour := range colours {
		luminance := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			value, _ := strconv.ParseUint(colour[1][2*i:2*i+2], 16, 8)
			c := float64(value) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			luminance += weight * c
		}
		if ratio := 1.05 / (luminance + 0.05); ratio < 4.5 {
			t.Errorf("%s has a contrast of %.1f", colour[0], ratio)
		}
	}
}
