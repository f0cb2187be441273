package record

import "slices"

// OrganisationKind says what sort of institution an organisation is.
type OrganisationKind string

type organisationRow struct {
	uid, Slug, Name string
	Kind            OrganisationKind
	Links           []OrganisationLink
	country         int
	programmes      []int
}

// OrganisationLink is a public page of an organisation.
type OrganisationLink struct{ Label, URL string }

// Organisation is an institution that takes part in the UPR or works with UPR Info.
type Organisation struct {
	s *Snapshot
	*organisationRow
}

// OrganisationFilter says which organisations; an empty field does not restrict.
type OrganisationFilter struct {
	Kinds     []OrganisationKind
	Countries []string
}

func (s *Snapshot) organisation(p int) Organisation { return Organisation{s, &s.organisations[p]} }

// Organisation returns an organisation by its slug, nil where there is none.
func (s *Snapshot) Organisation(slug string) *Organisation {
	return find(s.byCode.organisations, slug, s.organisation)
}

// Organisations returns a page of organisations by slug.
func (s *Snapshot) Organisations(filter *OrganisationFilter, first *int, after *string, last *int, before *string) (*OrganisationConnection, error) {
	items, err := s.OrganisationsOf(filter)
	if err != nil {
		return nil, err
	}
	list, err := paginate("organisation", items, func(o Organisation) string { return o.Slug }, window{first, after, last, before})
	return &OrganisationConnection{list}, err
}

// OrganisationsOf returns all organisations that a filter admits, by slug.
func (s *Snapshot) OrganisationsOf(filter *OrganisationFilter) ([]Organisation, error) {
	items := all(len(s.organisations), s.organisation)
	if filter == nil {
		return items, nil
	}
	if err := s.known("countries", StateUnderReviewDimension, filter.Countries); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(o Organisation) bool { return !filter.admits(o) }), nil
}

func (f *OrganisationFilter) admits(o Organisation) bool {
	country := o.Country()
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, o.Kind)) &&
		(len(f.Countries) == 0 || country != nil && slices.Contains(f.Countries, country.Code))
}

func (o Organisation) IsNode() {}

// ID is stable for ever, whatever becomes of the slug.
func (o Organisation) ID() string { return o.uid }

// Country returns where it has its seat, nil for those of no one country.
func (o Organisation) Country() *State {
	if o.country == none {
		return nil
	}
	state := o.s.state(o.country)
	return &state
}

// Programmes returns the programmes that it works in.
func (o Organisation) Programmes() []Programme {
	return at(o.organisationRow.programmes, o.s.programme)
}

// OrganisationConnection is a page of organisations.
type OrganisationConnection struct{ *list[Organisation] }

// Edges returns the page with cursors.
func (c *OrganisationConnection) Edges() []OrganisationEdge {
	return edges(c.list, func(cursor string, node Organisation) OrganisationEdge { return OrganisationEdge{cursor, node} })
}

// OrganisationEdge is an organisation with its place in the list.
type OrganisationEdge struct {
	Cursor string
	Node   Organisation
}
