// Command printschema writes the published contract, schema.graphqls, from the SDL that
// the resolvers are generated from.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/upr-info/upr/graph"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: printschema FILE")
		os.Exit(2)
	}
	var text bytes.Buffer
	text.WriteString("# Printed by make generate from graph/*.graphqls. Do not edit.\n\n")
	formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchema(graph.Schema())
	if err := os.WriteFile(os.Args[1], text.Bytes(), 0o644); err != nil { //nolint:gosec // the contract is public
		fmt.Fprintln(os.Stderr, "printschema:", err)
		os.Exit(1)
	}
}
