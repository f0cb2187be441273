package record

// IssueVocabulary is one version of UPR Info's list of issues.
type IssueVocabulary struct {
	Code, Title string
	Year        int
	Source      string
}

// ID is stable for ever.
func (v IssueVocabulary) ID() string { return idOf(kindVocabulary, v.Code) }

// IssueVocabularies returns the versions, oldest first.
func (s *Snapshot) IssueVocabularies() []IssueVocabulary { return s.vocabularies }

type issueRow struct {
	Code   string
	Labels []IssueLabel
	names  texts

	successors []int
}

// IssueLabelStatus compares a label with the version before.
type IssueLabelStatus string

// IssueLabel is what one version of the vocabulary calls an issue.
type IssueLabel struct {
	Label      string
	Status     IssueLabelStatus
	Vocabulary IssueVocabulary
}

// Issue is a subject of recommendations and pledges.
type Issue struct {
	s *Snapshot
	*issueRow
}

func (s *Snapshot) issue(p int) Issue { return Issue{s, &s.issues[p]} }

// Issues returns all issues of all versions of the vocabulary.
func (s *Snapshot) Issues() []Issue { return all(len(s.issues), s.issue) }

func (i Issue) IsNode() {}

// ID is stable for ever.
func (i Issue) ID() string { return idOf(kindIssue, i.Code) }

// Name returns today's name.
func (i Issue) Name(language *Language) string { return i.names.in(language) }

// Successors are the issues that it was merged into or split into; none while it is used.
func (i Issue) Successors() []Issue { return at(i.successors, i.s.issue) }

// Recommendations returns a page of the recommendations about the issue.
func (i Issue) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return i.s.recommendationPage(filter, scope{IssueDimension, i.Code}, orderBy, window{first, after, last, before})
}
