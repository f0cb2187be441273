package main

import (
	"context"
	"flag"
	"io"
	"os"
	"testing"
)

// asProgram makes the test binary be the program: what starts itself anew needs a process.
const asProgram = "UPR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	if os.Getenv("UPR_LONG") != "" { // connections that wait for long wait together
		flag.Parse()
		if err := flag.Set("test.parallel", "16"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// run runs a command within the process of the tests.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	return runProgram(ctx, args, out, log, nil)
}
