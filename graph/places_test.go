package graph

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/accept"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// TestPlaces has all places of questions taken: whoever signs in does not wait there, and staff need none.
func TestPlaces(t *testing.T) {
	p := newPlaces(1)
	if _, err := take(t.Context(), p.questions); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[ast.Operation]bool{ast.Query: false, ast.Mutation: true, ast.Subscription: true} {
		for _, staff := range []bool{false, true} {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			if staff {
				ctx = viewer.NewContext(ctx, &viewer.Viewer{UID: "usr_1"})
			}
			ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: kind}})
			asked := false
			p.InterceptOperation(ctx, func(context.Context) graphql.ResponseHandler {
				asked = true
				return graphql.OneShot(&graphql.Response{})
			})(ctx)
			if asked != (want || staff) {
				t.Errorf("%s of staff %v: asked %v", kind, staff, asked)
			}
			cancel()
		}
	}
}

// TestEveryPlaceIsGivenBack asks more at a time than there are places for, with answers,
// errors and readers who leave, and then once more.
func TestEveryPlaceIsGivenBack(t *testing.T) {
	_, r := sampleRecord(t, 500)
	handler := NewHandler(&Resolver{Record: r}, Options{Places: 2})
	ask := func(ctx context.Context, document, accept string) string {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+document+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	const list = "{ recommendations(first: 100) { nodes { id text issues { code } } } }"
	var asking sync.WaitGroup
	for i := range 24 {
		asking.Go(func() {
			switch ctx, leave := context.WithCancel(t.Context()); i % 4 {
			case 0:
				leave()
				ask(ctx, list, accept.JSON)
			case 1:
				defer leave()
				ask(ctx, "{ recommendations(first: 600) { totalCount } viewer { name } }", accept.JSON)
			case 2:
				defer leave()
				ask(ctx, list, accept.Events)
			default:
				defer leave()
				if got := ask(ctx, list, accept.JSON); !strings.HasPrefix(got, `{"data"`) {
					t.Errorf("%.200s", got)
				}
			}
		})
	}
	asking.Wait()
	for range 3 {
		if got := ask(t.Context(), list, accept.JSON); !strings.HasPrefix(got, `{"data"`) {
			t.Errorf("afterwards: %.200s", got)
		}
	}
}

// TestLongRequestsNeedAPlace begins as many long requests as there may be and sends them never to their end: one
// more has to wait and is refused, and shorter ones, and long ones of who is known, are answered.
func TestLongRequestsNeedAPlace(t *testing.T) {
	_, r := sampleRecord(t, 50)
	handler := NewHandler(&Resolver{Record: r}, Options{Places: 2})
	ask := func(ctx context.Context, body io.Reader, length int) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", body)
		r.ContentLength = int64(length)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	short := `{"query":"{ __typename }"}`
	long := short + strings.Repeat(" ", usualRequest)
	var slow sync.WaitGroup
	var ends []*io.PipeWriter
	for range longRequests {
		body, writer := io.Pipe()
		ends = append(ends, writer)
		slow.Go(func() { ask(t.Context(), body, len(long)) })
		_, _ = io.WriteString(writer, long[:usualRequest+1]) // it is read: the request has its place
	}
	if w := ask(t.Context(), strings.NewReader(long), len(long)); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"UNAVAILABLE"`) {
		t.Errorf("one too many: %d %s", w.Code, w.Body)
	}
	known := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1"})
	for ctx, body := range map[context.Context]string{t.Context(): short, known: long} {
		if w := ask(ctx, strings.NewReader(body), len(body)); w.Code != http.StatusOK {
			t.Errorf("of %d bytes: %d %s", len(body), w.Code, w.Body)
		}
	}
	for _, end := range ends {
		_ = end.Close()
	}
	slow.Wait()
	if w := ask(t.Context(), strings.NewReader(long), -1); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// TestWhoHasGoneIsNoTrouble: an answer that nobody waits for is not counted as one that could not be given.
func TestWhoHasGoneIsNoTrouble(t *testing.T) {
	_, r := sampleRecord(t, 50)
	var codes []string
	handler := NewHandler(&Resolver{Record: r}, Options{Observe: func(_ context.Context, o Observed) { codes = o.Codes }})
	ctx, leave := context.WithCancel(t.Context())
	leave()
	w := httptest.NewRecorder()
	asked := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ recommendations(first: 20) { nodes { text issues { code } } } }"}`))
	asked.Header.Set("Content-Type", "application/json")
	codes = []string{"not asked"}
	handler.ServeHTTP(w, asked)
	if len(codes) > 0 {
		t.Errorf("%v, as answered: %s", codes, w.Body)
	}
}

// TestEventsNeedAPlace has all places taken: what is looked up for an event of a subscription waits for
// other events, once however often it is asked, and each event gives back what it took. It does not wait for
// questions: it would be as late as all that stand in line, and the next event later still.
func TestEventsNeedAPlace(t *testing.T) {
	p := newPlaces(1)
	if _, err := take(t.Context(), p.questions); err != nil {
		t.Fatal(err)
	}
	var told error
	next := p.forEvents(func(ctx context.Context) *graphql.Response {
		told = errors.Join(eventPlace(ctx), eventPlace(ctx))
		return nil
	})
	for range 3 {
		if next(t.Context()); told != nil {
			t.Fatal(told)
		}
	}
	leave, err := take(t.Context(), p.events)
	if err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if next(impatient); fault.CodeOf(told) != fault.CodeUnavailable {
		t.Errorf("all places are taken: %v", told)
	}
	if next(viewer.NewContext(impatient, &viewer.Viewer{UID: "usr_1"})); told != nil {
		t.Errorf("who is known needs no place: %v", told)
	}
	leave()
	if next(t.Context()); told != nil {
		t.Errorf("a place is free again: %v", told)
	}
}

// TestReadingNeedsAPlace has all places taken: a document that was not read before waits as well, and
// one that is known does not.
func TestReadingNeedsAPlace(t *testing.T) {
	p, documents := newPlaces(1), lru.New[*ast.QueryDocument](1)
	documents.Add(t.Context(), "known", &ast.QueryDocument{})
	leave, err := take(t.Context(), p.questions)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	s := strict{GraphExecutor: reader{}, documents: documents, places: p}
	if _, errs := s.CreateOperationContext(impatient, &graphql.RawParams{Query: "new"}); len(errs) != 1 || fault.CodeOf(errs[0]) != fault.CodeUnavailable {
		t.Errorf("got %v", errs)
	}
	if _, errs := s.CreateOperationContext(impatient, &graphql.RawParams{Query: "known"}); errs != nil {
		t.Errorf("what is known: %v", errs)
	}
}

// reader reads any document at once.
type reader struct{ graphql.GraphExecutor }

func (reader) CreateOperationContext(context.Context, *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	return &graphql.OperationContext{}, nil
}
