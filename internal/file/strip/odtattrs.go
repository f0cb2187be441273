package strip

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// odtForms are the prefixes of attributes that say how something looks: they stay, but for those of odtAttrs.
var odtForms = words("fo svg dr3d number style draw")

// odtKnown are the attributes that stay of those with other prefixes: none has words of people's own.
var odtKnown = words(`office:version office:mimetype xlink:href xlink:type xlink:actuate
	text:style-name text:cond-style-name text:visited-style-name text:outline-level text:is-list-header text:restart-numbering text:start-value text:continue-numbering text:level text:name
	text:note-class text:label text:select-page text:page-adjust text:num-format text:num-letter-sync text:display text:display-levels text:display-outline-level text:anchor-type
	text:anchor-page-number text:c text:tab-ref text:protected text:is-hidden text:bullet-char text:bullet-relative-size text:space-before text:min-label-width text:min-label-distance
	text:list-level-position-and-space-mode text:label-followed-by text:list-tab-stop-position text:consecutive-numbering text:use-outline-level text:use-index-marks
	text:use-index-source-styles text:index-scope text:relative-tab-stop-position text:caption-sequence-format text:use-caption text:use-objects text:use-tables
	text:use-graphics text:use-floating-frames text:use-chart-objects text:use-draw-objects text:use-math-objects text:use-other-objects text:use-spreadsheet-objects
	text:sort-algorithm text:comma-separated text:combine-entries text:combine-entries-with-dash text:combine-entries-with-pp text:use-keys-as-entries text:capitalize-entries
	text:alphabetical-separators text:ignore-case text:main-entry-style-name text:copy-outline-levels text:bibliography-data-field text:bibliography-type text:start-numbering-at
	text:footnotes-position text:citation-style-name text:citation-body-style-name text:default-style-name text:master-page-name text:number-lines text:number-position text:offset
	text:increment text:count-empty-lines text:count-in-text-boxes text:restart-on-page text:line-number text:dont-balance-text-columns text:use-soft-page-breaks text:global text:anchor
	table:style-name table:name table:default-cell-style-name table:number-columns-repeated table:number-columns-spanned table:number-rows-repeated table:number-rows-spanned
	table:visibility table:display table:align table:border-model table:is-sub-table table:protected table:use-first-row-styles table:use-last-row-styles table:use-first-column-styles
	table:use-last-column-styles table:use-banding-rows-styles table:use-banding-columns-styles
	loext:contextual-spacing loext:hyphenation-no-caps loext:hyphenation-no-last-word loext:hyphenation-word-char-count loext:hyphenation-zone loext:char-shading-value loext:opacity
	loext:rel-width-rel loext:rel-height-rel loext:num-list-format`)

// odtAttrs are attributes of form that have words, or lead to what is left out.
var odtAttrs = words(`style:display-name draw:display-name draw:id draw:caption-id draw:class-names draw:filter-name draw:chain-next-name draw:control draw:layer draw:mime-type
	draw:start-shape draw:end-shape draw:fill-gradient-name draw:fill-hatch-name draw:fill-image-name draw:opacity-name draw:marker-start draw:marker-end draw:stroke-dash
	draw:stroke-dash-names number:title style:font-adornments`)

// odtNames are the names that things get in a part.
type odtNames struct {
	parts int
	lists map[string]string
}

// attr is what becomes of an attribute that is no link: what is not known is not written.
func (n *odtNames) attr(element string, a xml.Attr) (string, bool) {
	name := written(a.Name)
	switch {
	case a.Name.Space == "xmlns":
		return a.Value, true
	case element == "text:list" && slices.Contains([]string{"xml:id", "text:continue-list"}, name):
		return n.list(a.Value), true
	case name == "draw:name" && element != "draw:equation": // of a shape, which other formulas name
		return "Picture", true
	case name == "text:name" && !strings.HasPrefix(element, "text:bookmark"), name == "table:name":
		n.parts++
		return fmt.Sprintf("Part%d", n.parts), true
	}
	return a.Value, odtKnown[name] || odtForms[a.Name.Space] && !odtAttrs[name]
}

// list is what a list is called that others go on with.
func (n *odtNames) list(id string) string {
	if n.lists[id] == "" {
		n.lists[id] = fmt.Sprintf("list%d", len(n.lists)+1)
	}
	return n.lists[id]
}
