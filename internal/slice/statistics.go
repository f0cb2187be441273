package slice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// statistics are the figures of a slice of recommendations. What they count was said by States
// in public: nothing of it points at a participant, so that small figures are not withheld.
type statistics struct {
	saved   *Saved
	q       *Question
	table   *Table
	figures *record.RecommendationStatistics
	size    int // of the record: the denominator
	groups  []countedBy
}

// countedBy are the figures by one dimension, largest first.
type countedBy struct {
	name    string // as in actionCategories
	buckets []record.Bucket
}

// dimension is one by which a slice is counted, as figures call it.
type dimension struct {
	name string
	by   record.Dimension
}

var charts = []dimension{
	{"responses", record.ResponseDimension}, {"cycles", record.CycleDimension}, {"actionCategories", record.ActionCategoryDimension}, {"issues", record.IssueDimension}, {"sdgGoals", record.SDGGoalDimension},
}

// statisticsOf prepares the figures of the slice that a request names; nil where whoever asks has
// them. variant tells forms of them apart.
func (s *Service) statisticsOf(w http.ResponseWriter, r *http.Request, variant string) (*statistics, error) {
	saved, err := s.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	q, err := s.questionOf(r.Context(), saved)
	if err != nil {
		return nil, err
	}
	if saved.Version != nil || q.Kind.Name != "recommendations" {
		return nil, fault.Invalid("", "live slices of recommendations have statistics")
	}
	snapshot := s.record.Snapshot()
	tag := fmt.Sprintf(`"%s.%s.%s.statistics%s"`, snapshot.Version(), snapshot.Day(), short(q.beyond(snapshot)), variant)
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", map[bool]string{true: "public, no-cache", false: "private, no-cache"}[saved.Public])
	if Holds(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil, nil //nolint:nilnil // they have them
	}
	st := &statistics{saved: saved, q: q, size: snapshot.Size()}
	if st.table, err = formats[0].Answer(snapshot, q, s.about); err != nil {
		return nil, err
	}
	st.table.link = saved.URL()
	if st.figures, err = snapshot.Statistics(filter[record.RecommendationFilter](q)); err != nil {
		return nil, err
	}
	for _, c := range charts {
		buckets, err := st.figures.Groups(c.by, nil)
		if err != nil {
			return nil, err
		}
		st.groups = append(st.groups, countedBy{c.name, buckets})
	}
	return st, nil
}

// chart returns the figures by one dimension; all, where no name is given.
func (st *statistics) chart(name string) []countedBy {
	if name == "" {
		return st.groups
	}
	return slices.DeleteFunc(slices.Clone(st.groups), func(c countedBy) bool { return c.name != name })
}

// ServeStatistics serves /slices/{id}/statistics: the figures of a live slice of recommendations,
// with their unit and denominators, for programs of anybody.
func (s *Service) ServeStatistics(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		Refuse(w, r, fault.Invalid("", "figures of a slice take no parameters: they are of what was saved"))
		return
	}
	st, err := s.statisticsOf(w, r, "")
	if err != nil {
		Refuse(w, r, err)
		return
	}
	if st == nil {
		return
	}
	groups := map[string]any{}
	for _, c := range st.groups {
		list := []map[string]any{}
		for _, b := range c.buckets {
			list = append(list, map[string]any{"key": b.Key, "label": b.Label(st.q.Language), "count": b.Count, "share": b.Share})
		}
		groups[c.name] = list
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"name": st.saved.Name, "unit": st.q.Kind.Description, "total": st.figures.Total(), "denominator": st.size, "statesUnderReview": st.figures.StatesUnderReview(),
		"recommendingStates": st.figures.RecommendingStates(), "groups": groups, "version": st.table.Version.String(), "published": st.table.Published, "citation": st.table.Citation(),
	})
}
