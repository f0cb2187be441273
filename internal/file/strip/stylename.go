package strip

import (
	"fmt"
	"regexp"
	"strings"
)

// styleNames are what styles are called in a document that is written, by what they were called: what people call theirs
// can tell of them. Those that programs bring along are known by their names, and keep them.
type styleNames struct {
	to     map[string]string
	others int
	known  *regexp.Regexp // of names in lower case, without spaces
}

// add names a style, in the order in which the document has them.
func (s *styleNames) add(name string) {
	switch {
	case name == "" || s.to[name] != "":
	case s.known.MatchString(plainStyle(name)):
		s.to[name] = name
	default:
		s.others++
		s.to[name] = fmt.Sprintf("Style%d", s.others)
	}
}

// named is what a style is called by now; false: there is none of this name.
func (s *styleNames) named(name string) (string, bool) { return s.to[name], s.to[name] != "" }

// plainStyle is a name however it is spaced and capitalised: ids in DOCX have no spaces, and names in ODT write them as numbers.
func plainStyle(name string) string {
	return strings.ToLower(strings.NewReplacer("_20_", "", " ", "").Replace(name))
}

// builtIn matches the names that a program has for its own styles: expressions with blanks between.
func builtIn(names string) *regexp.Regexp {
	return regexp.MustCompile("^(?:" + strings.Join(strings.Fields(names), "|") + ")$")
}
