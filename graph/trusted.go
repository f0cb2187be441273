package graph

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Trusted are documents that were registered before anybody asks.
type Trusted struct {
	// Only says that nobody may send others without saying who they are.
	Only     bool
	byDigest map[string]string
}

// ReadTrusted reads the documents of a folder: its files *.graphql, in folders within it as
// well. Returns Invalid where one is empty, does not fit the schema or asks for more than anybody may, or there is no
// such folder.
func ReadTrusted(folder string, only bool) (*Trusted, error) {
	t := &Trusted{Only: only, byDigest: map[string]string{}}
	schema := Schema()
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fault.Invalid("UPR_TRUSTED_DOCUMENTS", "%s is no folder that can be read: name the one that has the documents", folder)
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".graphql" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(text)) == "" {
			return fault.Invalid(path, "is empty: write a document into it, or delete it")
		}
		if err := refuseDocument(string(text)); err != nil {
			return fault.Invalid(path, "is more than may be asked: %s", err.Message)
		}
		read, errs := gqlparser.LoadQueryWithRules(schema, string(text), nil)
		if len(errs) > 0 {
			return fault.Invalid(path, "does not fit the schema: %s", errs[0].Message)
		}
		for _, operation := range read.Operations {
			if err := refuseBeyond(cmp.Or(operation.Name, "the operation")+"'s", measured(read, operation, leastVariables(operation))); err != nil {
				return fault.Invalid(path, "is more than may be asked: %s", err.Message)
			}
		}
		for _, document := range []string{string(text), strings.TrimSpace(string(text))} { // files end in a line feed, what clients send does not
			t.byDigest[digest(document)] = document
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("UPR_TRUSTED_DOCUMENTS: %w", err)
	}
	if len(t.byDigest) == 0 {
		return nil, fault.Invalid("UPR_TRUSTED_DOCUMENTS", "%s has no file *.graphql", folder)
	}
	return t, nil
}

// leastVariables are those with which an operation asks for as little as it can: its defaults, and one of what has none.
func leastVariables(operation *ast.OperationDefinition) map[string]any {
	least := map[string]any{}
	for _, variable := range operation.VariableDefinitions {
		switch {
		case variable.DefaultValue != nil:
			least[variable.Variable], _ = variable.DefaultValue.Value(nil)
		case variable.Type.Elem != nil:
			least[variable.Variable] = []any{nil}
		case variable.Type.NamedType == "Int":
			least[variable.Variable] = int64(1)
		}
	}
	return least
}

func digest(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// fill fills in a document that a request names by its digest.
func (t *Trusted) fill(params *graphql.RawParams) {
	if t == nil || params.Query != "" {
		return
	}
	named, _ := params.Extensions["persistedQuery"].(map[string]any)
	hash, _ := named["sha256Hash"].(string)
	params.Query = t.byDigest[hash]
}

// tellsApart says whether somebody may send what others may not.
func (t *Trusted) tellsApart(ctx context.Context) bool {
	if t == nil || !t.Only {
		return false
	}
	_, known := viewer.From(ctx)
	return known
}

// signsIn says whether a document does nothing but sign somebody in, without which nobody could
// become known.
func signsIn(text string) bool {
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens)
	if err != nil || len(document.Operations) == 0 {
		return false
	}
	for _, operation := range document.Operations {
		for _, selection := range operation.SelectionSet {
			field, plain := selection.(*ast.Field)
			if !plain || operation.Operation != ast.Mutation || !slices.Contains([]string{"signIn", "requestSignInLink", "requestAccount"}, field.Name) {
				return false
			}
		}
	}
	return true
}

// admit refuses what was not registered, to whom that is all they may send.
func (t *Trusted) admit(ctx context.Context, document string) *gqlerror.Error {
	if t == nil || !t.Only || t.tellsApart(ctx) || t.byDigest[digest(document)] != "" || signsIn(document) {
		return nil
	}
	return gqlerror.Wrap(fault.Forbidden("this server takes only registered documents from who has not signed in: name one by its SHA-256 in extensions.persistedQuery, or sign in"))
}
