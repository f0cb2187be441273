package record

// Pledge is a voluntary commitment of the State under review.
type Pledge struct{ classified }

func (s *Snapshot) pledge(p int) Pledge {
	return Pledge{classified{s, s.pledges.at(p)}}
}

// Pledges returns a page of the pledges that a filter admits, by session.
func (s *Snapshot) Pledges(filter *RecommendationFilter, first *int, after *string, last *int, before *string) (*PledgeConnection, error) {
	return s.pledgePage(filter, scope{}, window{first, after, last, before})
}

func (p Pledge) IsNode() {}

// ID is stable for ever.
func (p Pledge) ID() string { return p.uid }

// State returns the State that pledges, which is the State under review.
func (p Pledge) State() State { return p.Review().State() }
