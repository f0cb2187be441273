package record

// RecommendationIDs returns the ids of all recommendations that a filter admits, in the
// order of sessions.
func (s *Snapshot) RecommendationIDs(filter *RecommendationFilter) ([]string, error) {
	selection, err := s.recommendations.choose(filter, scope{})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, selection.matching.GetCardinality())
	for _, p := range selection.matching.ToArray() {
		ids = append(ids, s.recommendations.statements[p].uid)
	}
	return ids, nil
}
