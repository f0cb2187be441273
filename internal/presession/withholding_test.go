package presession

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestWhatIsWithheldCannotBeKnown looks at every table of small numbers: with all that would be told of it in
// the same way, whoever knows the rules cannot say of a withheld number below five that it is not nought, and
// whoever does not know them cannot say anything of it.
func TestWhatIsWithheldCannotBeKnown(t *testing.T) {
	for parts, most := range map[int]int{1: 30, 2: 30, 3: 22, 4: 16, 5: 11} {
		alike := map[string][][]int{} // by what is told
		for total := range most + 1 {
			compositions(total, parts, func(counts []int) {
				d := division{table: "T", total: total}
				for i, n := range counts {
					d.parts = append(d.parts, share{name: fmt.Sprint(i), count: n})
				}
				told := d.told(true)
				checkExact(t, told[0], total, counts)
				key := show(told)
				alike[key] = append(alike[key], append([]int{}, counts...))
			})
		}
		for told, all := range alike {
			checkUnknown(t, told, all)
		}
	}
}

// compositions are all ways in which a total is the sum of parts.
func compositions(total, parts int, each func([]int)) {
	counts := make([]int, parts)
	var fill func(i, left int)
	fill = func(i, left int) {
		if i == parts-1 {
			counts[i] = left
			each(counts)
			return
		}
		for n := range left + 1 {
			counts[i] = n
			fill(i+1, left-n)
		}
	}
	fill(0, total)
}

func show(tables []TallyTable) (text string) {
	number := func(n *int) string {
		if n == nil {
			return "–"
		}
		return fmt.Sprint(*n)
	}
	for _, table := range tables {
		text += table.Of + " " + number(table.Total) + ":"
		for _, part := range table.Parts {
			text += " " + number(part.Count)
		}
		text += "\n"
	}
	return text
}

// checkExact: nothing that is told is wrong or below five, and nothing is withheld where nothing has to be.
func checkExact(t *testing.T, told TallyTable, total int, counts []int) {
	t.Helper()
	if told.Total != nil && (*told.Total != total || total < 5) || told.Total == nil && total >= 5 {
		t.Fatalf("%d %v is told as %s", total, counts, show([]TallyTable{told}))
	}
	small, withheld := 0, 0
	for i, n := range counts {
		if n < 5 {
			small++
		}
		if told.Parts[i].Count == nil {
			withheld++
		} else if *told.Parts[i].Count != n || n < 5 {
			t.Fatalf("%d %v is told as %s", total, counts, show([]TallyTable{told}))
		}
	}
	if total >= 5 && (small == 0 && withheld > 0 || withheld > small+1) {
		t.Fatalf("of %v more is withheld than has to be: %s", counts, show([]TallyTable{told}))
	}
}

// checkUnknown: of all that is told alike, a withheld number below five may be nought.
func checkUnknown(t *testing.T, told string, all [][]int) {
	t.Helper()
	for part := range all[0] {
		least, some := all[0][part], false
		for _, counts := range all {
			least = min(least, counts[part])
			some = some || counts[part] > 0 && counts[part] < 5
		}
		if some && least > 0 {
			t.Fatalf("part %d of what is told as %q has somebody in all of %v", part, told, all)
		}
	}
}

// TestNoNumberIsWorkedOutOfOthers tells trees of numbers, and solves all equations that hold among them for
// what is withheld, with no knowledge but that numbers are not negative.
func TestNoNumberIsWorkedOutOfOthers(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 2026)) //nolint:gosec // a test's
	for range 300 {
		root := randomDivision(random, "", random.IntN(130), 2)
		told := root.told(true)
		s := &solver{at: map[string]int{}}
		s.add(&root, told, "")
		s.solve()
		for i, c := range s.cells {
			if c.told != nil {
				if *c.told != c.is || c.is < 5 {
					t.Fatalf("%s is %d and told as %d", c.name, c.is, *c.told)
				}
				continue
			}
			if s.high[i] < s.low[i]+5 {
				t.Fatalf("%s, which is %d, is from %d to %d by\n%s", c.name, c.is, s.low[i], s.high[i], show(told))
			}
			if s.low[i] > 0 {
				t.Fatalf("%s, which is %d, is known to be %d at least by\n%s", c.name, c.is, s.low[i], show(told))
			}
		}
		s.checkWitnesses(t)
	}
}

func randomDivision(random *rand.Rand, of string, total, depth int) division {
	d := division{table: fmt.Sprint(depth, random.IntN(1e9)), of: of, total: total}
	parts := 1 + random.IntN(5)
	for i := range parts {
		n := total
		if i < parts-1 {
			n = random.IntN(total + 1)
			if random.IntN(2) == 0 {
				n = min(n, random.IntN(8))
			}
		}
		total -= n
		part := share{name: fmt.Sprint(i), count: n}
		for range random.IntN(3) * min(depth, 1) {
			part.divided = append(part.divided, randomDivision(random, part.name, n, depth-1))
		}
		d.parts = append(d.parts, part)
	}
	return d
}

// solver bounds numbers by the sums among them.
type solver struct {
	cells     []cell
	low, high []int
	sums      [][]int // the first is the sum of the others
	at        map[string]int
}

type cell struct {
	name string
	is   int
	told *int
}

const unbounded = 1 << 30

// add has the numbers of a division, in the order in which they are told, and returns how many tables it took.
func (s *solver) add(d *division, told []TallyTable, whole string) (tables int) {
	total := s.cell(whole+"/"+d.table, d.total, told[0].Total)
	if at, known := s.at[whole]; known { // the part that it divides
		s.sums = append(s.sums, []int{at, total})
	}
	sum, tables := []int{total}, 1
	for i := range d.parts {
		name := whole + "/" + d.table + "." + d.parts[i].name
		sum = append(sum, s.cell(name, d.parts[i].count, told[0].Parts[i].Count))
	}
	for i := range d.parts {
		for k := range d.parts[i].divided {
			tables += s.add(&d.parts[i].divided[k], told[tables:], whole+"/"+d.table+"."+d.parts[i].name)
		}
	}
	s.sums = append(s.sums, sum)
	return tables
}

func (s *solver) cell(name string, is int, told *int) int {
	low, high := 0, unbounded
	if told != nil {
		low, high = *told, *told
	}
	s.at[name] = len(s.cells)
	s.cells, s.low, s.high = append(s.cells, cell{name, is, told}), append(s.low, low), append(s.high, high)
	return len(s.cells) - 1
}

// solve narrows all bounds until none does any more, and says whether they can hold.
func (s *solver) solve() bool {
	possible := true
	for narrowed := true; narrowed && possible; {
		narrowed = false
		narrow := func(i, low, high int) {
			if low > s.low[i] || high < s.high[i] {
				s.low[i], s.high[i], narrowed = max(s.low[i], low), min(s.high[i], high), true
				possible = possible && s.low[i] <= s.high[i]
			}
		}
		for _, sum := range s.sums {
			low, high := 0, 0
			for _, i := range sum[1:] {
				low, high = low+s.low[i], min(unbounded, high+s.high[i])
			}
			narrow(sum[0], low, high)
			for _, i := range sum[1:] {
				others := high - s.high[i]
				if high == unbounded {
					others = unbounded
				}
				high := s.high[sum[0]]
				if high < unbounded {
					high -= low - s.low[i]
				}
				narrow(i, s.low[sum[0]]-others, high)
			}
		}
	}
	return possible
}

// checkWitnesses finds, for each number that is withheld, others in its place with which all that is told and
// all sums hold: another range than that of bounds could be too wide.
func (s *solver) checkWitnesses(t *testing.T) {
	t.Helper()
	for i, c := range s.cells {
		if c.told != nil {
			continue
		}
		for _, wanted := range []int{0, 5} {
			if !s.holdsWith(i, wanted) {
				t.Fatalf("%s, which is %d, cannot be %d", c.name, c.is, wanted)
			}
		}
	}
}

// holdsWith sets a number and lets others give way, by narrowing one after another to its lowest value.
func (s *solver) holdsWith(i, wanted int) bool {
	try := &solver{cells: s.cells, low: append([]int{}, s.low...), high: append([]int{}, s.high...), sums: s.sums}
	try.low[i], try.high[i] = wanted, wanted
	if !try.solve() {
		return false
	}
	for k := range try.cells {
		try.high[k] = try.low[k]
		if !try.solve() {
			return false
		}
	}
	for _, sum := range try.sums {
		left := try.low[sum[0]]
		for _, k := range sum[1:] {
			left -= try.low[k]
		}
		if left != 0 {
			return false
		}
	}
	return true
}
