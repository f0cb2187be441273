package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// post sends a question and returns the body of its answer.
func post(ctx context.Context, address string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", address, response.Status, answer)
	}
	return answer, err
}

// put hands the bare handler the bytes that it answers with.
func put(ctx context.Context, address string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, response.Status)
	}
	return errors.Join(err, response.Body.Close())
}

// check asks upr and SQL with all variables of a question and returns upr's answers.
// It fails where an answer carries errors or the two differ.
func check(ctx context.Context, q question, upr, sql string) ([][]byte, error) {
	answers := make([][]byte, len(q.variables))
	for i, variables := range q.variables {
		answer, err := checkOne(ctx, q.body(variables), upr, sql, q.exact != nil)
		if err == nil && q.exact != nil {
			exact := maps.Clone(variables)
			maps.Copy(exact, q.exact)
			_, err = checkOne(ctx, q.body(exact), upr, sql, false)
		}
		if err != nil {
			return nil, fmt.Errorf("with the variables %v: %w", variables, err)
		}
		answers[i] = answer
	}
	return answers, nil
}

// checkCached asks the server with a cache twice, which must answer both times with the
// bytes of the one without.
func checkCached(ctx context.Context, q question, address string, want [][]byte) error {
	for range 2 {
		for i, body := range q.bodies() {
			answer, err := post(ctx, address, body)
			if err != nil {
				return err
			}
			if !bytes.Equal(answer, want[i]) {
				return fmt.Errorf("with the variables %v: the answer from the cache differs", q.variables[i])
			}
		}
	}
	return nil
}

// checkOne compares two answers; where their order is free, nodes are only counted.
func checkOne(ctx context.Context, body []byte, upr, sql string, freeOrder bool) ([]byte, error) {
	ours, err := post(ctx, upr, body)
	if err != nil {
		return nil, err
	}
	theirs, err := post(ctx, sql, body)
	if err != nil {
		return nil, err
	}
	return ours, compare(ours, theirs, freeOrder)
}

func compare(ours, theirs []byte, freeOrder bool) error {
	a, err := data(ours)
	if err != nil {
		return fmt.Errorf("upr: %w", err)
	}
	b, err := data(theirs)
	if err != nil {
		return fmt.Errorf("SQL: %w", err)
	}
	if found := difference("data", a, b, freeOrder); found != "" {
		return fmt.Errorf("the answers differ: %s", found)
	}
	return nil
}

// data reads an answer, which must have data and no errors.
func data(answer []byte) (map[string]any, error) {
	var read struct {
		Data   map[string]any
		Errors json.RawMessage
	}
	if err := json.Unmarshal(answer, &read); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if read.Errors != nil {
		return nil, fmt.Errorf("the answer carries errors: %s", read.Errors)
	}
	for field, value := range read.Data {
		if value == nil {
			return nil, fmt.Errorf("%s is null", field)
		}
	}
	if len(read.Data) == 0 {
		return nil, fmt.Errorf("the answer has no data: %s", answer)
	}
	return read.Data, nil
}

// difference describes the first place where two values of JSON differ. Objects need
// not have their fields in the same order.
func difference(at string, ours, theirs any, freeOrder bool) string {
	switch a := ours.(type) {
	case map[string]any:
		if b, ok := theirs.(map[string]any); ok {
			return differentObjects(at, a, b, freeOrder)
		}
	case []any:
		if b, ok := theirs.([]any); ok {
			return differentLists(at, a, b, freeOrder)
		}
	default:
		switch theirs.(type) {
		case map[string]any, []any:
		default:
			if ours == theirs {
				return ""
			}
		}
	}
	return fmt.Sprintf("%s: upr has %v, SQL %v", at, ours, theirs)
}

func differentObjects(at string, ours, theirs map[string]any, freeOrder bool) string {
	names := slices.Sorted(maps.Keys(ours))
	if others := slices.Sorted(maps.Keys(theirs)); !slices.Equal(names, others) {
		return fmt.Sprintf("%s: upr has the fields %v, SQL %v", at, names, others)
	}
	for _, name := range names {
		a, b := ours[name], theirs[name]
		if list, ok := a.([]any); ok && freeOrder && name == "nodes" {
			if others, ok := b.([]any); !ok || len(list) != len(others) {
				return fmt.Sprintf("%s.nodes: upr has %d, SQL %v", at, len(list), b)
			}
			continue
		}
		if found := difference(at+"."+name, a, b, freeOrder); found != "" {
			return found
		}
	}
	return ""
}

func differentLists(at string, ours, theirs []any, freeOrder bool) string {
	if len(ours) != len(theirs) {
		return fmt.Sprintf("%s: upr has %d items, SQL %d", at, len(ours), len(theirs))
	}
	for i := range ours {
		if found := difference(fmt.Sprintf("%s[%d]", at, i), ours[i], theirs[i], freeOrder); found != "" {
			return found
		}
	}
	return ""
}
