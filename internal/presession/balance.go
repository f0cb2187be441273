package presession

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/registration"
)

// Balance is what speakers would be together: those that are confirmed, offered, or staged to be.
type Balance struct {
	Speakers      int
	Nhri          int
	National      int
	International int
	WomenLed      int
	GroupAtRisk   int
	Genders       []GenderCount
	Regions       []RegionCount
	Issues        []IssueCount
}

// GenderCount is how many participants of those registrations have said so; a registration may have
// several, or none yet.
type GenderCount struct {
	Gender string
	Count  int
}

// RegionCount is how many organisations are of a region: that of their country, or of the State under review
// where they say that they work there.
type RegionCount struct {
	Region string // code of a regional group, or UNTOLD
	Count  int
}

// IssueCount is how many speak of an issue.
type IssueCount struct {
	Issue string
	Count int
}

// genders counts the participants of registrations.
func (c *change) genders(registrations []int) ([]GenderCount, error) {
	counts := []GenderCount{}
	if len(registrations) == 0 {
		return counts, nil
	}
	err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(registrations...)).Order(ent.Asc(participant.FieldGender)).
		GroupBy(participant.FieldGender).Aggregate(ent.Count()).Scan(c.ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count participants: %w", err)
	}
	return counts, nil
}

// regionsOf counts organisations by region, the most frequent first.
func (c *change) regionsOf(registrations []int) ([]RegionCount, error) {
	counts := []RegionCount{}
	if len(registrations) == 0 {
		return counts, nil
	}
	regions, err := c.regions()
	if err != nil {
		return nil, err
	}
	q := c.Ent.Registration.Query().Where(registration.IDIn(registrations...)).WithMeeting(withAll).WithMatched(func(q *ent.OrganisationQuery) { q.WithCountry() })
	q.Select(registration.FieldMeetingID, registration.FieldOrganisationID, registration.FieldNational) // what applicants write is long
	rows, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read where organisations are: %w", err)
	}
	for _, row := range rows {
		var in string
		if o := row.Edges.Matched; o != nil && o.Edges.Country != nil {
			in = regions[o.Edges.Country.Iso3]
		} else if row.National != nil && *row.National {
			in = regions[row.Edges.Meeting.Edges.Review.Edges.State.Iso3]
		}
		in = cmp.Or(in, untold)
		i := slices.IndexFunc(counts, func(r RegionCount) bool { return r.Region == in })
		if i < 0 {
			i, counts = len(counts), append(counts, RegionCount{Region: in})
		}
		counts[i].Count++
	}
	slices.SortFunc(counts, func(a, b RegionCount) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Region, b.Region)) })
	return counts, nil
}

func (b *Balance) add(row *ent.Registration) {
	one := func(is bool, n *int) {
		if is {
			*n++
		}
	}
	b.Speakers++
	one(row.OrganisationKind != nil && *row.OrganisationKind == "NHRI", &b.Nhri)
	one(row.National != nil && *row.National, &b.National)
	one(row.National != nil && !*row.National, &b.International)
	one(row.WomenLed, &b.WomenLed)
	one(row.GroupAtRisk, &b.GroupAtRisk)
}
