package record

// RecommendationIDs returns the ids of all recommendations that a filter admits, in the
// order of sessions.
func (s *Snapshot) RecommendationIDs(filter *RecommendationFilter) ([]string, error) {
	selection, err := s.recommendations.choose(filter)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, selection.matching().GetCardinality())
	order := s.recommendations.orders[BySession]
	for _, rank := range order.ranked(selection.matching()).ToArray() {
		ids = append(ids, s.recommendations.at(int(order.position(rank))).uid)
	}
	return ids, nil
}
