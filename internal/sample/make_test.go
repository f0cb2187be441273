package sample

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/upr-info/upr/ent/responseevent"
)

var aDay = time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)

func TestNoStateRecommendsToItself(t *testing.T) {
	k := newMaker(1, testModel(t))
	for _, state := range []string{"CAN", "GUY", "TUV"} {
		made := k.recommenders(state, 2000) // more than one round of all States
		if len(made) != 2000 || slices.Contains(made, state) {
			t.Errorf("%s: %d made, its own among them: %t", state, len(made), slices.Contains(made, state))
		}
	}
}

func TestParagraphNumbersFromTheSecondCycle(t *testing.T) {
	k := newMaker(1, testModel(t))
	number := regexp.MustCompile(`^\d{2,3}\.\d+$`)
	for _, rec := range k.review(review{session: 5, cycle: 1, state: "CHE", adopted: aDay}, 100) {
		if rec.number != "" {
			t.Errorf("first cycle: number %q", rec.number)
		}
	}
	texts := map[string]string{}
	for _, rec := range k.review(review{session: 20, cycle: 2, state: "CHE", adopted: aDay}, 300) {
		if !number.MatchString(rec.number) {
			t.Errorf("second cycle: number %q", rec.number)
		}
		if other, ok := texts[rec.number]; ok && other != rec.text {
			t.Errorf("paragraph %s has two texts: %q and %q", rec.number, other, rec.text)
		}
		texts[rec.number] = rec.text
	}
}

func TestResponsesByPeriod(t *testing.T) {
	k := newMaker(1, testModel(t))
	general := k.actions[3]
	for _, c := range []struct {
		session int
		words   []string
	}{
		{8, []string{"Accepted", "General response", "No response", "Noted", "Partially accepted"}},
		{26, []string{"Accepted", "Noted"}},
		{27, []string{"Noted", "Supported"}},
		{50, []string{"Noted", "Supported"}},
		{51, []string{"Pending"}},
		{52, []string{"Pending"}},
	} {
		var words []string
		for range 3000 {
			events := k.responses(review{session: c.session, adopted: aDay}, general, 0)
			words = append(words, events[len(events)-1].word)
			if len(events) == 2 && (events[0].position != responseevent.ResponsePENDING || !events[1].date.After(events[0].date)) {
				t.Errorf("session %d: history %v", c.session, events)
			}
		}
		slices.Sort(words)
		if words = slices.Compact(words); !slices.Equal(words, c.words) {
			t.Errorf("session %d: words %q, want %q", c.session, words, c.words)
		}
	}
}

// With 110,000 recommendations the first sessions have the sizes of the real ones.
func TestReviewSizes(t *testing.T) {
	k := newMaker(1, testModel(t))
	var reviews []review
	held := map[int]int{}
	for session := 1; session <= lastSession; session++ {
		held[session] = 14
		if session <= 12 {
			held[session] = 16
		}
		for range held[session] {
			reviews = append(reviews, review{session: session})
		}
	}
	sizes := k.reviewSizes(reviews, 110_000)
	if got := sum(sizes); got != 110_000 {
		t.Errorf("%d in all", got)
	}
	made := map[int]int{}
	for i, rv := range reviews {
		made[rv.session] += sizes[i]
	}
	for session, want := range map[int]int{1: 27, 3: 83, 10: 144, 13: 152, 52: 220} {
		if got := made[session] / held[session]; got < want*95/100 || got > want*105/100 {
			t.Errorf("session %d: %d per review, want about %d", session, got, want)
		}
	}
}
