package presession

// division is a number, and the parts of which it is the sum.
type division struct {
	table, of string // of: the part of another division that this one divides
	total     int
	parts     []share // in the order in which they are given up
}

// share is one part of a division.
type share struct {
	name    string
	count   int
	divided []division // further, each in another way
}

// told is what everybody may know of a division, and of those of its parts. Numbers are exact, or
// withheld: those below five, nought among them, so that it does not show whether there is anybody.
//
// Where a part is withheld, it could be found by taking the others from the total. So the first of the
// others is withheld with it, whatever its size: one that was chosen by its size would tell of the rest.
// What is withheld of one number is thus always five or more together, and each part of it that is less
// than five may as well be nought, also for who knows these rules. Nothing of a part that is withheld is
// divided, and no two divisions have a number in common but the one that both divide, which is told.
func (d *division) told(known bool) []TallyTable {
	known = known && d.total >= fewest
	table := TallyTable{Table: d.table, Of: d.of, Parts: make([]TallyPart, len(d.parts))}
	if known {
		table.Total = &d.total
	}
	tells := tells(d.parts)
	var below []TallyTable
	for i := range d.parts {
		part := &d.parts[i]
		table.Parts[i].Part = part.name
		if known && tells[i] {
			table.Parts[i].Count = &part.count
		}
		for k := range part.divided {
			below = append(below, part.divided[k].told(known && tells[i])...)
		}
	}
	return append([]TallyTable{table}, below...)
}

// tells says which parts of a total that is known are told.
func tells(parts []share) []bool {
	tells := make([]bool, len(parts))
	other, withheld := -1, false
	for i, part := range parts {
		tells[i] = part.count >= fewest
		withheld = withheld || !tells[i]
		if tells[i] && other < 0 {
			other = i
		}
	}
	if withheld && other >= 0 {
		tells[other] = false
	}
	return tells
}
