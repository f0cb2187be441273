package reference

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/upr-info/upr/internal/civil"
)

// State is a member of the United Nations or an observer State.
type State struct {
	ISO3, ISO2, M49    string
	Names              [3]string
	Formal             string
	UNMember, Observer bool
}

// Alias is another name of a State.
type Alias struct{ ISO3, Alias, Kind string }

// Group is a regional group or an organisation of States; Label is what UPR Info's export calls it.
type Group struct {
	Named
	Kind, Label string
}

// Member is the membership of a State in a group. Without dates it always holds.
type Member struct {
	Group, ISO3, Source string
	From, To, AsOf      civil.Date
}

func (d *Data) readStates(r *reader) {
	d.stateNames = map[string]string{}
	columns := []string{"iso3", "iso2", "m49", "name_en", "name_fr", "name_es", "formal_name_en", "un_member", "observer"}
	d.States = rows(r, "states.csv", columns, func(l *line) State {
		s := State{l.define("states", "iso3"), l.define("iso2", "iso2"), l.define("m49", "m49"), l.names(),
			l.required("formal_name_en"), l.yes("un_member"), l.yes("observer")}
		if s.UNMember == s.Observer {
			l.fail("%s must be a member of the United Nations or an observer, and not both", s.ISO3)
		}
		for _, name := range []string{s.Names[0], s.Names[1], s.Names[2], s.Formal} {
			d.nameState(l, name, s.ISO3)
		}
		return s
	})
	d.Aliases = rows(r, "state_aliases.csv", []string{"iso3", "alias", "kind"}, func(l *line) Alias {
		l.pair("iso3", "alias")
		a := Alias{l.refer("states", "iso3"), l.required("alias"), l.oneOf("kind", "UPR_INFO_2015", "UN_FORMAL", "UN_OTHER", "FORMER", "COMMON")}
		d.nameState(l, a.Alias, a.ISO3)
		return a
	})
	columns = []string{"code", "kind", "export_label", "name_en", "name_fr", "name_es"}
	d.Groups = rows(r, "state_groups.csv", columns, func(l *line) Group {
		return Group{Named{l.define("groups", "code"), l.names()}, l.oneOf("kind", "REGIONAL", "ORGANISATION"), l.required("export_label")}
	})
	columns = []string{"group", "iso3", "from", "to", "as_of", "source"}
	d.Members = rows(r, "state_group_members.csv", columns, func(l *line) Member {
		l.pair("group", "iso3", "from")
		m := Member{l.refer("groups", "group"), l.refer("states", "iso3"), l.text("source"), l.date("from"), l.date("to"), l.date("as_of")}
		if m.From.Known() && m.To.Known() && m.To < m.From {
			l.fail("the membership ends before it begins")
		}
		return m
	})
}

// nameState makes a name find a State; a name of two States is an error.
func (d *Data) nameState(l *line, name, iso3 string) {
	folded := foldName(name)
	if other, taken := d.stateNames[folded]; taken && other != iso3 {
		l.fail("%q is a name of %s and of %s", name, other, iso3)
	}
	d.stateNames[folded] = iso3
}

// StateByName finds a State by its names in English, French and Spanish and its aliases,
// whatever the case, accents, punctuation, "&" for "and", or a "the" before or after it.
func (d *Data) StateByName(name string) (iso3 string, ok bool) {
	iso3, ok = d.stateNames[foldName(name)]
	return iso3, ok
}

// NearestStateNames returns the n display names whose State has a name most like this one.
func (d *Data) NearestStateNames(name string, n int) []string {
	folded, distance := foldName(name), map[string]int{}
	for known, iso3 := range d.stateNames {
		if far := levenshtein.ComputeDistance(folded, known); far < cmp.Or(distance[iso3], len(folded)+len(known)+1) {
			distance[iso3] = max(far, 1)
		}
	}
	states := slices.Clone(d.States)
	slices.SortStableFunc(states, func(a, b State) int { return cmp.Compare(distance[a.ISO3], distance[b.ISO3]) })
	names := make([]string, 0, n)
	for _, s := range states[:min(n, len(states))] {
		names = append(names, s.Names[0])
	}
	return names
}

// foldName takes away what sources write differently.
func foldName(name string) string {
	// The transformer keeps state, so each name gets its own.
	bare := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	folded, _, err := transform.String(bare, name)
	if err != nil {
		folded = name
	}
	folded = strings.ReplaceAll(strings.ToLower(folded), "&", " and ")
	words := strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	if len(words) > 1 && words[len(words)-1] == "the" {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}
