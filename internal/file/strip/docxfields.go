package strip

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
)

// docxFields are the instructions that stay, with what they take and their switches; others, such as
// that of a picture's path, leave their result. What a row does not name is left out of it.
//
//	mark     a bookmark
//	url      an address on the web
//	label    what figures are counted as
//	words    of how numbers look
//	levels   of headings
//	list     one of Word's own
//	sign     between the numbers of levels
//	code     of a sign in a font
//	font     in which something is written, as in runs
var docxFields = map[string]string{
	"PAGE": `\*=words`, "NUMPAGES": `\*=words`, "SECTIONPAGES": `\*=words`,
	"HYPERLINK": `url \l=mark \h`,
	"TOC":       `\o=levels \n=levels \b=mark \c=label \h \z \u \w \x`,
	"PAGEREF":   `mark \h \p \*=words`, "REF": `mark \h \n \p \r \w \f \*=words`, "NOTEREF": `mark \h \p \f \*=words`,
	"SEQ":     `label \r=levels \n \c \h \*=words`,
	"AUTONUM": `\*=words \e \s=sign`, "AUTONUMLGL": `\*=words \e \s=sign`, "AUTONUMOUT": ``, "LISTNUM": `list \l=levels \s=levels`,
	"SYMBOL": `code \f=font \s=levels \a \h \j \u`,
}

var (
	docxLabels = []string{"figure", "table", "equation", "box", "annex", "tableau", "équation", "encadré", "annexe", "figura", "tabla", "ecuación", "gráfico", "anexo"}
	docxWords  = []string{"mergeformat", "charformat", "arabic", "roman", "alphabetic", "ordinal", "cardtext", "ordtext", "arabicdash", "upper", "lower", "firstcap", "caps"}
	docxLists  = []string{"numberdefault", "outlinedefault", "legaldefault"}
	docxLevels = regexp.MustCompile(`^\d{1,3}(-\d{1,3})?$`)
	docxCode   = regexp.MustCompile(`^(?:\d{1,7}|0[xX][\da-fA-F]{1,6})$`)
	docxSign   = regexp.MustCompile(`^[\pP\pS]$`)
	// docxOptional are the kinds without which a field still has its purpose.
	docxOptional = words("words levels list sign")
	tokens       = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[^\s"]+`)
)

// instruction is a field's without what the field does not need. It is empty where the field is none
// that stays, or leads to nothing that does.
func instruction(text string, mark func(string) (string, bool)) string {
	all := tokens.FindAllString(text, -1)
	if len(all) == 0 {
		return ""
	}
	word := strings.ToUpper(all[0])
	if word == "EQ" {
		return equation(text)
	}
	row, known := docxFields[word]
	if !known {
		return ""
	}
	takes, switches := "", map[string]string{}
	for _, one := range strings.Fields(row) {
		if name, kind, _ := strings.Cut(one, "="); strings.HasPrefix(name, `\`) {
			switches[name] = kind
		} else {
			takes = name
		}
	}
	out, leads, abroad := []string{word}, takes == "" || docxOptional[takes], false
	for i := 1; i < len(all); i++ {
		name, kind := "", takes
		if strings.HasPrefix(all[i], `\`) {
			name = strings.ToLower(all[i])
			var known bool
			if kind, known = switches[name]; !known || kind == "" {
				if known {
					out = append(out, name)
				}
				continue
			}
			if i++; i == len(all) || strings.HasPrefix(all[i], `\`) {
				i-- // it takes what is not there
				continue
			}
		} else if takes = ""; kind == "" {
			continue // what an unknown switch takes
		}
		if abroad && kind == "mark" {
			kind = "fragment"
		}
		value, stays := argument(kind, all[i], mark)
		switch {
		case stays && name != "":
			out = append(out, name, value)
		case stays:
			out = append(out, value)
		case !docxOptional[kind]:
			return ""
		}
		leads, abroad = leads || stays && (name == "" || kind == "mark"), abroad || kind == "url"
	}
	if !leads {
		return ""
	}
	return " " + strings.Join(out, " ") + " "
}

var (
	prompts       = regexp.MustCompile(`(?is)^\s*(?:MACRO|GOTO)BUTTON\s+\S+\s+(.*?)\s*$`)
	equationWords = words(`a al ac ar co vs hs b lc rc bc d fo ba li f i su pr in fc vc l o r s ai up do di x to bo le ri`)
	equationSigns = regexp.MustCompile(`\\(?:([A-Za-z]+)|.)`)
)

// equation is the instruction of a formula, all of which is drawn.
func equation(text string) string {
	for _, sign := range equationSigns.FindAllStringSubmatch(text, -1) {
		if sign[1] != "" && !equationWords[strings.ToLower(sign[1])] {
			return ""
		}
	}
	return text
}

// argument is what a field takes, and whether it stays.
func argument(kind, token string, mark func(string) (string, bool)) (string, bool) {
	plain := strings.Trim(token, `"`)
	switch kind {
	case "mark":
		return mark(plain)
	case "url":
		target, stays := linked(plain)
		if target == plain {
			return token, stays
		}
		return `"` + strings.ReplaceAll(target, `"`, "%22") + `"`, stays
	case "label":
		return plain, slices.Contains(docxLabels, strings.ToLower(plain))
	case "words":
		return plain, slices.Contains(docxWords, strings.ToLower(plain))
	case "list":
		return plain, slices.Contains(docxLists, strings.ToLower(plain))
	case "code":
		return plain, docxCode.MatchString(plain)
	case "sign":
		return plain, docxSign.MatchString(plain)
	case "levels":
		return `"` + plain + `"`, docxLevels.MatchString(plain)
	}
	return token, true
}

// field is one that is spread over runs: its instruction, and what it shows.
type field struct {
	text, written string
	prompt        string   // what it shows without a result: the words of a button
	within        []*field // in whose instructions it stands
	results       bool     // what is read now is its result
	ended, shows  bool
	wrote         bool
}

// clean says what is written for the instruction.
func (f *field) clean(mark func(string) (string, bool)) {
	f.written, f.prompt = "", ""
	if f.ended && !f.buried() {
		f.written = instruction(f.text, mark)
		if match := prompts.FindStringSubmatch(f.text); match != nil && !f.results {
			f.prompt = match[1]
		}
	}
	if strings.HasPrefix(f.written, " HYPERLINK ") && !f.shows {
		f.written = "" // nobody can see it
	}
}

// isAnswer says whether a field shows what somebody ticked or chose, which stands in no text.
func (f *field) isAnswer() bool {
	word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(f.text)), " ")
	return word == "FORMCHECKBOX" || word == "FORMDROPDOWN"
}

func (f *field) buried() bool {
	return slices.ContainsFunc(f.within, func(outer *field) bool { return outer.ended })
}

// maxOpenFields is how many fields may stand within one another. Programs end each that they begin.
const maxOpenFields = 50

// fieldReader follows the fields of a part, first to learn of them, then, known, to write them.
type fieldReader struct {
	fields, open []*field
	known        []*field
	tooDeep      bool
}

// look gives the field to which an element belongs that begins, parts, ends or instructs one.
func (r *fieldReader) look(name string, as []xml.Attr) *field {
	var last *field
	if n := len(r.open); n > 0 {
		last = r.open[n-1]
	}
	switch local(name) {
	case "fldChar":
	case "drawing", "pict":
		r.show()
		return nil
	default:
		return last
	}
	switch valueOf(as, "fldCharType") {
	case "begin":
		if r.tooDeep = r.tooDeep || len(r.open) == maxOpenFields; r.tooDeep {
			return last
		}
		next := &field{}
		for _, outer := range r.open {
			if !outer.results {
				next.within = append(next.within, outer)
			}
		}
		if r.known != nil {
			next = r.known[len(r.fields)]
			next.results = false
		}
		r.fields, r.open = append(r.fields, next), append(r.open, next)
		return next
	case "separate":
		if last != nil {
			last.results = true
		}
	case "end":
		if last != nil {
			last.ended, r.open = true, r.open[:len(r.open)-1]
		}
	}
	return last
}

// show has the fields whose result is read know that there is something.
func (r *fieldReader) show() {
	for _, f := range r.open {
		f.shows = f.shows || f.results
	}
}

func (r *fieldReader) text(parent, text string) string {
	switch n := len(r.open); {
	case local(parent) == "instrText" && n > 0 && !r.open[n-1].results:
		r.open[n-1].text += text
	case local(parent) == "t" && text != "":
		r.show()
	}
	return text
}

// instructs says whether what is read is part of an instruction, which is not seen.
func (r *fieldReader) instructs() bool {
	return slices.ContainsFunc(r.open, func(f *field) bool { return f.ended && !f.results })
}

// prompts says whether what is read is the instruction of a button, whose words are seen.
func (r *fieldReader) prompts() bool {
	n := len(r.open)
	return n > 0 && r.open[n-1].prompt != ""
}

// written is what is written of a text: of instructions all at once, in their first piece.
func (r *fieldReader) written(parent, text string) string {
	switch n := len(r.open); {
	case local(parent) == "instrText":
		if n == 0 || r.open[n-1].results || r.open[n-1].wrote {
			return ""
		}
		r.open[n-1].wrote = true
		if prompt := r.open[n-1].prompt; prompt != "" {
			return prompt
		}
		return r.open[n-1].written
	case local(parent) == "t" && r.instructs():
		return ""
	}
	return text
}
