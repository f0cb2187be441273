package slice

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"math"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	numbers "golang.org/x/text/number"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

var (
	//go:embed statistics.html
	statisticsHTML string
	//go:embed statistics.css
	statisticsCSS string

	statisticsPage = template.Must(template.New("statistics").Parse(statisticsHTML))
	statisticsHash = func() string {
		sum := sha256.Sum256([]byte(statisticsCSS))
		return base64.StdEncoding.EncodeToString(sum[:])
	}()
)

// maxBars is how many values of a dimension a page shows.
const maxBars = 25

// pageWords are what a page says in a language.
type pageWords struct {
	lang                                          language.Tag
	Count, Share, Unit, Shares, Source, Synthetic string
	total, left, version                          string
	titles, heads                                 map[string]string // by chart
	responses                                     map[string]string
	cycle                                         string
}

// page is what the template shows.
type page struct {
	Lang, Name, Total, Version, Citation, Licence, Link string
	Synthetic                                           bool
	Style                                               template.CSS
	Words                                               *pageWords
	Charts                                              []chart
}

type chart struct {
	Title, Head, Left string
	Rows              []bar
}

type bar struct {
	Label, Lang  string
	RTL          bool
	Count, Share string
	Width        float64
}

// ServeStatisticsPage serves /slices/{id}/statistics.html: the figures of a live slice of
// recommendations as a page without scripts, for frames on pages of anybody. chart shows one
// dimension alone, language is that of the page: EN, FR or ES.
func (s *Service) ServeStatisticsPage(w http.ResponseWriter, r *http.Request) {
	if err := s.serveStatisticsPage(w, r); err != nil {
		Refuse(w, r, err)
	}
}

func (s *Service) serveStatisticsPage(w http.ResponseWriter, r *http.Request) error {
	query, err := ParametersOf(r, "chart", "language")
	if err != nil {
		return err
	}
	only, in := query.Get("chart"), record.Language(strings.ToUpper(query.Get("language")))
	names := words(charts, func(c dimension) string { return c.name })
	if only != "" && !slices.Contains(names, only) {
		return fault.Invalid("chart", "is %s, not %q", strings.Join(names, ", "), only)
	}
	if in != "" && pageLanguages[in] == nil {
		return fault.Invalid("language", "is EN, FR or ES, not %q", string(in))
	}
	st, err := s.statisticsOf(w, r, "."+only+"."+string(in)+".html")
	if err != nil || st == nil {
		return err
	}
	var body bytes.Buffer
	if err := statisticsPage.Execute(&body, st.page(only, in)); err != nil {
		return err
	}
	ancestors := "'none'"
	if st.saved.Public { // the one sort of page that stands in frames of others
		ancestors = "*"
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+statisticsHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors "+ancestors)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write(body.Bytes())
	return err
}

// page puts a page together. Labels are in the language asked for, else in the slice's own.
func (st *statistics) page(only string, in record.Language) *page {
	labels := st.q.Language
	if in != "" {
		labels = &in
	} else if labels != nil {
		in = *labels
	}
	words := pageLanguages[in]
	if words == nil {
		words = pageLanguages[record.English]
	}
	p := message.NewPrinter(words.lang)
	shown := &page{
		Lang: words.lang.String(), Name: st.saved.Name, Words: words, Style: template.CSS(statisticsCSS), Synthetic: st.table.Synthetic, //nolint:gosec // our own file
		Total:   p.Sprintf(words.total, st.figures.Total(), st.size, st.figures.StatesUnderReview(), st.figures.RecommendingStates()),
		Version: p.Sprintf(words.version, st.table.Version.String(), st.table.Published.UTC().Format("2006-01-02")), Citation: st.table.Citation(), Licence: st.table.Licence(), Link: st.saved.URL(),
	}
	for _, c := range st.chart(only) {
		shown.Charts = append(shown.Charts, words.chart(p, c, labels))
	}
	return shown
}

func (words *pageWords) chart(p *message.Printer, c countedBy, labels *record.Language) chart {
	shown, most := chart{Title: words.titles[c.name], Head: words.heads[c.name]}, 0
	for _, b := range c.buckets {
		most = max(most, b.Count)
	}
	for _, b := range c.buckets[:min(maxBars, len(c.buckets))] {
		row := bar{Count: p.Sprint(numbers.Decimal(b.Count)), Share: p.Sprint(numbers.Percent(b.Share, numbers.MaxFractionDigits(1))), Width: math.Round(1000*float64(b.Count)/float64(most)) / 10}
		row.Label, row.Lang = words.label(c.name, b, labels)
		row.RTL = row.Lang == "ar"
		shown.Rows = append(shown.Rows, row)
	}
	if left := len(c.buckets) - len(shown.Rows); left > 0 {
		shown.Left = p.Sprintf(words.left, left)
	}
	return shown
}

// label is what a page calls a value, with its language where that is not the page's.
func (words *pageWords) label(chart string, b record.Bucket, labels *record.Language) (label, lang string) {
	switch chart {
	case "responses":
		return words.responses[b.Key], ""
	case "cycles":
		return words.cycle + " " + b.Key, ""
	case "actionCategories": // which have English names alone
		lang = "en"
	default:
		lang = "en"
		if labels != nil && b.Label(labels) != b.Label(nil) {
			lang = strings.ToLower(string(*labels))
		}
	}
	if lang == words.lang.String() {
		lang = ""
	}
	return b.Label(labels), lang
}
