package record

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/upr-info/upr/internal/civil"
)

// mostProposed is how many recommendations are proposed for one text.
const mostProposed = 5

// TakingUp returns the recommendations made to a State in one of its cycles, after a day, whose words are
// most like a text, but for some: the nearest first, with scores as of Similar.
func (s *Snapshot) TakingUp(text, state string, cycle int, after civil.Date, but []string) []SimilarRecommendation {
	review, similar := s.Review(state, cycle), []SimilarRecommendation{}
	if review == nil || review.day() <= after {
		return similar
	}
	c := s.recommendations
	among := c.dimensions[reviewDimension].bitmaps[s.byCode.reviews[stateCycle{state, cycle}]].Clone()
	for _, uid := range but {
		if p, there := c.find(uid); there {
			among.Remove(uint32(p))
		}
	}
	for _, n := range c.words.nearestTo(text, among, mostProposed, c.orders[BySession].rank) {
		similar = append(similar, SimilarRecommendation{s.recommendation(int(n.position)), n.score})
	}
	return similar
}

// nearestTo returns the texts among some that are most like a text which is none of the index. Words that
// no text has weigh as those do that are as rare as can be.
func (w *wordIndex) nearestTo(text string, among *roaring.Bitmap, size int, rank func(p uint32) uint32) []rated {
	known, others := []uint32{}, map[string]bool{}
	for _, word := range english.words(text) {
		if term, has := w.terms[word.stem]; has {
			known = append(known, term)
		} else {
			others[word.stem] = true
		}
	}
	n := w.neighboursOfStems(known, size, rank)
	sum := float64(len(others)) * math.Pow(w.rarity(0), 2)
	for _, term := range slices.Compact(n.stems) {
		sum += float64(n.squares[term])
	}
	if sum == 0 {
		return nil
	}
	n.length = math.Sqrt(sum)
	n.compareWith(among)
	return n.found.sorted()
}
