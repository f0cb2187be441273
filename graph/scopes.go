package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// scopes lets a key read the kinds that its scopes name, and no others. Whoever asks without a
// key reads everything public: a scope keeps a program, and whoever finds its key, to what the
// program is for.
type scopes struct{}

// access says what a key needs for the fields of a type.
type access struct {
	// kind of the scope, as in recommendations of recommendations:read; empty: the type is a
	// part of others, and needs nothing beside what leads to it.
	kind string
	// names are the fields by which other things name one, as rows of their exports do: they
	// need nothing where something else leads to them.
	names []string
}

func reads(kind string, names ...string) access { return access{kind, names} }

// part is what belongs to whatever leads to it.
var part = access{}

// readable says what each type needs that public questions reach. A test holds it against the
// schema: a new type has its row, or fails.
var readable = map[string]access{
	"Recommendation":           reads("recommendations", "id"),
	"RecommendationConnection": reads("recommendations"),
	"RecommendationEdge":       reads("recommendations"),
	"RecommendationStatistics": reads("recommendations"),
	"SimilarRecommendation":    reads("recommendations"),
	"Suggestion":               reads("recommendations"), // it counts them
	"Pledge":                   reads("pledges", "id"),
	"PledgeConnection":         reads("pledges"),
	"PledgeEdge":               reads("pledges"),

	"State":                reads("states", "id", "code", "name", "regionalGroup"),
	"StateConnection":      reads("states"),
	"StateEdge":            reads("states"),
	"StateGroup":           reads("states", "id", "code", "name"),
	"StateGroupMembership": reads("states"),

	"Session":          reads("reviews", "id", "number", "cycle"),
	"Review":           reads("reviews", "id", "cycle", "session", "state", "date"),
	"ReviewConnection": reads("reviews"),
	"ReviewEdge":       reads("reviews"),
	"Document":         reads("reviews", "type", "symbol", "url"),
	"Postponement":     reads("reviews"),
	"Meeting":          reads("reviews", "id"),
	"Speaker":          reads("reviews", "id"),
	"MeetingStatement": reads("reviews", "id"),
	"MeetingAsk":       reads("reviews", "id"),

	"Issue":           reads("issues", "id", "code", "name"),
	"IssueLabel":      reads("issues"),
	"IssueVocabulary": reads("issues"),
	"ActionCategory":  reads("issues", "number", "name"),
	"AffectedGroup":   reads("issues", "id", "code", "name"),
	"SDGGoal":         reads("issues", "id", "number", "title", "shortTitle"),
	"SDGTarget":       reads("issues", "id", "code", "title", "goal"),
	"SDGIndicator":    reads("issues", "id", "code", "title"),

	"Organisation":           reads("organisations", "id", "slug", "name"),
	"OrganisationConnection": reads("organisations"),
	"OrganisationEdge":       reads("organisations"),
	"OrganisationLink":       reads("organisations"),
	"Programme":              reads("programmes", "id", "slug", "name"),
	"ProgrammeState":         reads("programmes"),

	"ChangePage":   reads("changes"),
	"PublicChange": reads("changes"),

	"OpenCall":   reads("reviews"), // a State under review before its session
	"RoundTally": reads("reviews"), "TallyTable": part, "TallyPart": part,
	"RecordChange": reads("changes"),

	"Node": part, "PageInfo": part, "Facet": part, "Bucket": part, "CrossTab": part, "Highlight": part, "HighlightPart": part, "Provenance": part, "EventProvenance": part,
	"ResponseEvent": part, "IssueTag": part, "SDGTag": part, "AffectedGroupTag": part,
	"SliceComparison": part, "RowDifference": part, // a private slice needs slices:read where it is looked up
	"PartnerGroup": part, "PartnerGroupMember": part, // a private one needs groups:read where it is looked up
}

// readableRoots are the fields of Query that lead to no type of their own.
var readableRoots = map[string]string{"actionCodingRules": "issues"}

func (scopes) ExtensionName() string { return "Scopes" }

func (scopes) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses an operation in which a key reads what its scopes do not name.
func (scopes) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	v, _ := viewer.From(ctx)
	if !v.IsKey() {
		return nil
	}
	w := scopeWalk{viewer: v, seen: map[string]bool{}}
	if place, kind := w.missing(op.Operation.SelectionSet); kind != "" {
		return gqlerror.Wrap(fault.Forbidden("this key has no scope %s:read, which %s needs; make one that has, by createKey or `upr key add`, or ask without a key", kind, place))
	}
	return nil
}

// scopeWalk looks through one operation, through each fragment once.
type scopeWalk struct {
	viewer *viewer.Viewer
	seen   map[string]bool
}

// missing returns the first field for which the scope of a kind is missing; no kind, where none is.
func (w *scopeWalk) missing(set ast.SelectionSet) (place, kind string) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			place, kind = w.field(s)
		case *ast.InlineFragment:
			place, kind = w.missing(s.SelectionSet)
		case *ast.FragmentSpread:
			if w.seen[s.Name] {
				continue
			}
			w.seen[s.Name] = true
			place, kind = w.missing(s.Definition.SelectionSet)
		}
		if kind != "" {
			return place, kind
		}
	}
	return "", ""
}

func (w *scopeWalk) field(f *ast.Field) (place, kind string) {
	if strings.HasPrefix(f.Name, "__") {
		return "", ""
	}
	if kind := neededBy(f); kind != "" && !w.viewer.May(kind+":read") {
		return f.ObjectDefinition.Name + "." + f.Name, kind
	}
	return w.missing(f.SelectionSet)
}

// neededBy is the kind that a field reads. A root reads what it leads to.
func neededBy(f *ast.Field) string {
	switch f.ObjectDefinition.Name {
	case "Query", "Subscription":
		if kind := readableRoots[f.Name]; kind != "" {
			return kind
		}
		return readable[f.Definition.Type.Name()].kind
	}
	of := readable[f.ObjectDefinition.Name]
	if slices.Contains(of.names, f.Name) {
		return ""
	}
	return of.kind
}

// scopesOf tells apart who may not read everything: the scopes of a key; empty for everybody else.
func scopesOf(ctx context.Context) string {
	if v, _ := viewer.From(ctx); v.IsKey() {
		return "key " + strings.Join(v.KeyScopes, " ")
	}
	return ""
}
