package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/accept"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/wire"
)

// transport speaks GraphQL over HTTP: POST with JSON and GET. gqlgen's own answers
// malformed requests with Go's error texts and what was sent.
type transport struct {
	record    *record.Record
	cache     *responseCache
	variables variables
	documents graphql.Cache[*ast.QueryDocument]
	places    places
	trusted   *Trusted
	observe   Observer
}

func (transport) Supports(r *http.Request) bool {
	if r.Method == http.MethodGet {
		return !accept.Socket(r)
	}
	mediaType, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, given := parameters["charset"]
	return r.Method == http.MethodPost && err == nil && mediaType == accept.JSON && (!given || strings.EqualFold(charset, "utf-8"))
}

// Do answers one request. Under application/json each well-formed request gets status
// 200, also when the document is wrong; under application/graphql-response+json a
// request that could not be run gets 400.
func (t transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := accept.Best(r, accept.JSON, accept.GraphQL)
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Add("Vary", "Accept")
	request, leave, err := t.readRequest(w, r)
	defer leave()
	start := graphql.Now() // how long it took to come is not ours
	if err != nil {
		refuse(w, r, watched{exec, t.observe}, err)
		return
	}
	snapshot := t.record.Snapshot()
	key := keyOf(snapshot, t.trusted.tellsApart(r.Context()), scopesOf(r.Context()), r.Method, request)
	tag := key.tag(media)
	kept, known := t.cache.get(key)
	deprecation.Announce(w.Header(), kept.uses)
	if known {
		label(w, r, true, tag)
		sendUnlessHeld(w, r, tag, http.StatusOK, &graphql.Response{Data: kept.data})
		t.observe.tell(r.Context(), start, Observed{Operation: kept.operation, Field: kept.field, Kept: true})
		return
	}
	params, err := readParams(r.Method, request)
	if err != nil {
		refuse(w, r, watched{exec, t.observe}, err)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	ctx, cancel := context.WithTimeout(pin(r.Context(), snapshot), maxTime)
	defer cancel()
	ctx, of := watchPublic(ctx)
	status, response, operation := t.answer(ctx, r, exec, params, media)
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	label(w, r, of.public(), tag)
	deprecation.Announce(w.Header(), usedBy(operation))
	if of.public() {
		sendUnlessHeld(w, r, tag, status, response)
	} else {
		send(w, status, response)
	}
	seen := observed(operation, response)
	t.observe.tell(r.Context(), start, seen)
	if of.public() && len(response.Extensions) == 0 { // data alone is kept
		t.cache.put(key, keptAnswer{response.Data, usedBy(operation), seen.Operation, seen.Field})
	}
}

// answer runs an operation, and says with which status its answer is sent.
func (t transport) answer(ctx context.Context, r *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, media string) (int, *graphql.Response, *graphql.OperationContext) {
	operation, errs := t.prepare(ctx, exec, params, r.Method)
	if len(errs) == 0 && operation.Operation.Operation == ast.Subscription {
		errs = gqlerror.List{gqlerror.Wrap(fault.Invalid("", "a subscription needs an event stream or a WebSocket"))}
	}
	if len(errs) > 0 {
		status := http.StatusOK
		switch {
		case errors.Is(errs[0], errNeedsPost):
			status = http.StatusMethodNotAllowed
		case media != accept.GraphQL || isUnknownQuery(errs[0]): // clients take that for an answer
		case fault.CodeOf(errs[0]) == fault.CodeUnavailable:
			status = http.StatusServiceUnavailable
		default:
			status = http.StatusBadRequest
		}
		return status, exec.DispatchError(graphql.WithOperationContext(ctx, operation), fewest(errs)), operation
	}
	// Where all processors are busy, Go's scheduler may leave a request behind for the time
	// of sixty others; whoever goes to the end of the line first, waits no longer than it.
	runtime.Gosched()
	responses, ctx := exec.DispatchOperation(ctx, operation)
	response := responses(ctx)
	if response == nil { // the time is over, or the reader has gone
		response = exec.DispatchError(graphql.WithOperationContext(r.Context(), operation), tooSlow())
	}
	response.Errors = fewest(response.Errors)
	return http.StatusOK, response, operation
}

func tooSlow() gqlerror.List {
	return gqlerror.List{gqlerror.Wrap(fault.LimitExceeded("the answer takes longer than %v: ask for less at once", maxTime))}
}

func (t transport) strict(exec graphql.GraphExecutor) strict {
	return strict{exec, t.variables, t.documents, t.places}
}

// errNeedsPost refuses a mutation by GET, with 405 whatever the media type: so GraphQL over HTTP wants it.
var errNeedsPost = fault.Invalid("", "a mutation needs POST")

// prepare reads an operation and refuses what may not run. GET has no effects.
func (t transport) prepare(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, method string) (*graphql.OperationContext, gqlerror.List) {
	operation, errs := t.strict(exec).CreateOperationContext(ctx, params)
	if len(errs) == 0 && operation.Operation.Operation == ast.Mutation && method == http.MethodGet {
		errs = gqlerror.List{gqlerror.Wrap(errNeedsPost)}
	}
	return operation, errs
}

// fewest keeps the first few errors in the order of their paths. gqlgen finds them in any order,
// and a list whose items are all wrong is wrong for one reason.
func fewest(errs gqlerror.List) gqlerror.List {
	slices.SortStableFunc(errs, func(a, b *gqlerror.Error) int { return slices.CompareFunc(a.Path, b.Path, comparePlaces) })
	return errs[:min(maxErrors, len(errs))]
}

// comparePlaces sorts items by their index and fields by their name.
func comparePlaces(a, b ast.PathElement) int {
	switch a := a.(type) {
	case ast.PathIndex:
		if b, ok := b.(ast.PathIndex); ok {
			return cmp.Compare(a, b)
		}
		return -1
	case ast.PathName:
		if b, ok := b.(ast.PathName); ok {
			return cmp.Compare(a, b)
		}
	}
	return 1
}

// refuse answers a request that is none.
func refuse(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, err error) {
	status := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		status, err = http.StatusRequestEntityTooLarge, fault.LimitExceeded("the request is larger than %d bytes", tooLarge.Limit)
		if r.ContentLength > tooLarge.Limit {
			err = fault.LimitExceeded("the request has %d bytes, the limit is %d", r.ContentLength, tooLarge.Limit)
		}
	case fault.CodeOf(err) == fault.CodeUnavailable:
		status = http.StatusServiceUnavailable
	case errors.Is(err, os.ErrDeadlineExceeded):
		status, err = http.StatusRequestTimeout, fault.LimitExceeded("the request did not come whole in time: send it again at once")
		w.Header().Set("Connection", "close") // the rest of it would be taken for the next one
	}
	send(w, status, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(err)}))
}

// unsupported answers what no other transport takes. It comes last.
type unsupported struct{ observe Observer }

func (unsupported) Supports(*http.Request) bool { return true }

func (u unsupported) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Set("Content-Type", accept.JSON+"; charset=utf-8")
	err := fault.Invalid("", "send a question as application/json in UTF-8 by POST, or in the query string by GET")
	send(w, http.StatusUnsupportedMediaType, watched{exec, u.observe}.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(err)}))
}

// readRequest reads what is asked, as it was sent: a body, or a query string. One that is longer than most takes a
// place before the rest of it is read, to be left when it is answered. Returns Unavailable where there is none.
func (t transport) readRequest(w http.ResponseWriter, r *http.Request) (request string, leave func(), err error) {
	leave = func() {}
	if r.Method == http.MethodGet {
		return r.URL.RawQuery, leave, nil
	}
	reader := http.MaxBytesReader(w, r.Body, maxBodyLength)
	if 0 <= r.ContentLength && r.ContentLength <= usualRequest {
		body := make([]byte, r.ContentLength)
		_, err = io.ReadFull(reader, body)
		return string(body), leave, malformed(err)
	}
	var body bytes.Buffer
	if _, err = io.CopyN(&body, reader, usualRequest); err == nil {
		if leave, err = t.places.admit(r.Context()); err != nil {
			return "", func() {}, err
		}
		if _, err = body.ReadFrom(reader); err == nil {
			wire.ReadUntil(r.Context(), time.Time{}) // nothing of it is still to come
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return body.String(), leave, malformed(err)
}

func readParams(method, request string) (*graphql.RawParams, error) {
	if method == http.MethodGet {
		return readQueryString(request)
	}
	var params graphql.RawParams
	if err := decodeOne(request, &params); err != nil {
		return nil, malformed(err)
	}
	return &params, requireQuery(&params)
}

// decodeOne reads one JSON value and nothing behind it. Numbers keep their digits, so
// that 1 and 1.0 stay apart.
func decodeOne(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.Join(errors.New("more than one value"), err)
	}
	return nil
}

func readQueryString(text string) (*graphql.RawParams, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, fault.Invalid("", "the query string cannot be read: encode it as a form is")
	}
	params := graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := values.Get(name); text != "" && decodeOne(text, into) != nil {
			return nil, fault.Invalid(name, "must be a JSON object")
		}
	}
	return &params, requireQuery(&params)
}

func requireQuery(params *graphql.RawParams) error {
	if params.Query == "" && !namesQuery(params) {
		return fault.Invalid("query", "is missing")
	}
	return nil
}

// maxJSON is how deep encoding/json reads.
const maxJSON = 10_000

func tooNested() error {
	return fault.LimitExceeded("the request's JSON is nested more than %d levels deep; variables may be %d", maxJSON, maxNesting)
}

// malformed keeps the reason of a body that is too large, too slow or too deep, and hides the decoder's.
func malformed(err error) error {
	if err == nil {
		return nil
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if strings.HasSuffix(err.Error(), "exceeded max depth") { // encoding/json has no type for it
		return tooNested()
	}
	return fault.Invalid("", `the body must be one JSON object like {"query": "…", "variables": {…}}`)
}

// send sends an answer. Its data is JSON already: it is neither encoded nor copied again.
func send(w http.ResponseWriter, status int, response *graphql.Response) {
	parts := make([][]byte, 0, 5)
	member := func(opening string, value []byte) {
		separator := byte(',')
		if len(parts) == 0 {
			separator = '{'
		}
		parts = append(parts, append([]byte{separator}, opening...), value)
	}
	if len(response.Errors) > 0 {
		errs, _ := json.Marshal(response.Errors)
		member(`"errors":`, errs)
	}
	if response.Data != nil {
		member(`"data":`, response.Data)
	}
	if len(response.Extensions) > 0 {
		extensions, _ := json.Marshal(response.Extensions)
		member(`"extensions":`, extensions)
	}
	parts = append(parts, []byte{'}'})
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	w.Header().Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(status)
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return // the reader has gone
		}
	}
}
