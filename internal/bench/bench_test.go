package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	const ours = `{"data":{"a":{"nodes":[{"id":"x","n":null},{"id":"y","n":0.5}],"total":2}}}`
	for name, c := range map[string]struct {
		theirs    string
		freeOrder bool
		want      string // part of the error, none where they are alike
	}{
		"the same":                {theirs: ours},
		"fields in another order": {theirs: `{"data":{"a":{"total":2,"nodes":[{"n":null,"id":"x"},{"n":0.50,"id":"y"}]}}}`},
		"another value":           {theirs: strings.Replace(ours, "0.5", "0.4", 1), want: "data.a.nodes[1].n: upr has 0.5, SQL 0.4"},
		"no value":                {theirs: strings.Replace(ours, "2", "null", 1), want: "data.a.total: upr has 2, SQL <nil>"},
		"a value for none":        {theirs: strings.Replace(ours, "null", "[]", 1), want: "data.a.nodes[0].n"},
		"a field too few":         {theirs: strings.Replace(ours, `,"total":2`, "", 1), want: "data.a: upr has the fields [nodes total], SQL [nodes]"},
		"an item too few":         {theirs: strings.Replace(ours, `{"id":"x","n":null},`, "", 1), want: "data.a.nodes: upr has 2 items, SQL 1"},
		"another order":           {theirs: `{"data":{"a":{"nodes":[{"id":"y","n":0.5},{"id":"x","n":null}],"total":2}}}`, want: "data.a.nodes[0].id"},
		"another order, free":     {theirs: `{"data":{"a":{"nodes":[{"id":"y","n":0.5},{"id":"x","n":null}],"total":2}}}`, freeOrder: true},
		"too few, free order":     {theirs: `{"data":{"a":{"nodes":[{"id":"y","n":0.5}],"total":2}}}`, freeOrder: true, want: "data.a.nodes: upr has 2"},
		"other total, free order": {theirs: strings.Replace(ours, "2", "3", 1), freeOrder: true, want: "data.a.total"},
		"errors":                  {theirs: `{"data":{"a":{}},"errors":[{"message":"no"}]}`, want: "SQL: the answer carries errors"},
		"null":                    {theirs: `{"data":{"a":null}}`, want: "SQL: a is null"},
		"no data":                 {theirs: `{}`, want: "SQL: the answer has no data"},
		"not JSON":                {theirs: `gateway timeout`, want: "SQL: not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			err := compare([]byte(ours), []byte(c.theirs), c.freeOrder)
			if c.want == "" && err != nil {
				t.Errorf("got %v, want no difference", err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestReadWrk(t *testing.T) {
	result, err := readWrk([]byte("Running 5s test @ http://127.0.0.1/\n  2 threads\n" +
		`{"requests":1200,"microseconds":5000000,"p50":310.0,"p99":2400.5,"failed":0}` + "\nRequests/sec: 240\n"))
	want := wrkResult{Requests: 1200, Microseconds: 5_000_000, P50: 310, P99: 2400.5}
	if err != nil || result != want {
		t.Errorf("got %+v and %v, want %+v", result, err, want)
	}
	for output, want := range map[string]string{
		`{"requests":9,"microseconds":1,"p50":1,"p99":1,"failed":2}`: "2 of 9 requests failed",
		`{"requests":0,"microseconds":1,"p50":0,"p99":0,"failed":0}`: "no request was answered",
		"unable to connect": "unable to connect",
	} {
		if _, err := readWrk([]byte(output)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", output, err, want)
		}
	}
}

func TestMedianTakesEachFigureForItself(t *testing.T) {
	got := median([]figures{
		{perSecond: 300, p50: 1, p99: 90, cpu: 5},
		{perSecond: 100, p50: 3, p99: 10, cpu: 6},
		{perSecond: 200, p50: 2, p99: 20, cpu: 100},
	})
	if want := (figures{perSecond: 200, p50: 2, p99: 20, cpu: 6}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := median([]figures{{perSecond: 100}, {perSecond: 300}}).perSecond; got != 200 {
		t.Errorf("of two rounds: got %v, want 200", got)
	}
}

func TestParseStat(t *testing.T) {
	// The program is called "a) b (", which is allowed.
	used, err := parseStat("42 (a) b () S 1 42 42 0 -1 4194560 100 0 0 0 150 30 7 8 20 0 9 0 12345 1000 50\n")
	if err != nil || used != 1800*time.Millisecond {
		t.Errorf("got %v and %v, want the 150 and 30 hundredths of a second", used, err)
	}
	if _, err := parseStat("42 (a) S 1"); err == nil {
		t.Error("got no error for a line that is too short")
	}
}

func TestOurOwnProcess(t *testing.T) {
	if _, err := cpuTime([]int{os.Getpid()}); err != nil {
		t.Error(err)
	}
	memory, err := residentMemory(os.Getpid())
	if err != nil || memory < 1<<20 || memory > 1<<40 {
		t.Errorf("got %d bytes and %v, want what a small program takes", memory, err)
	}
}

func TestReport(t *testing.T) {
	r := &report{
		when:            time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		machine:         machine{processor: "Some CPU", cores: 2, load: 1.5},
		plan:            plan{rounds: 3, measurement: 5 * time.Second, warmUp: 2 * time.Second},
		postgres:        "15.1",
		commit:          "abc123456",
		recommendations: usualSize,
		startup:         5 * time.Second,
		memoryAtStart:   200e6,
		memoryAfter:     300e6,
		rows: []row{
			{question: question{name: "q3", about: "a list", goals: goals{0.25, 15}}, refused: errors.New("data.x: upr has 1, SQL 2")},
			{question: question{name: "q4", about: "counts", goals: goals{0.10, 40}}, figures: []figures{
				upr:    {perSecond: 2000, p50: 3 * time.Millisecond, p99: 12 * time.Millisecond, cpu: 600 * time.Microsecond, perRequest: 3000},
				cached: {perSecond: 22000, p50: time.Millisecond, p99: time.Millisecond, cpu: 30 * time.Microsecond, perRequest: 3000},
				bare:   {perSecond: 40000, p50: time.Millisecond, p99: time.Millisecond, cpu: 20 * time.Microsecond, perRequest: 3000},
				bySQL:  {perSecond: 40, p50: 90 * time.Millisecond, p99: 200 * time.Millisecond, cpu: 30 * time.Millisecond, perRequest: 3500},
			}},
		},
	}
	var out bytes.Buffer
	r.write(&out)
	for _, want := range []string{
		"## 2026-11-24 12:00 UTC, 110000 recommendations, preliminary: other work ran on the machine\n",
		"2 cores, Some CPU, load average before 1.50",
		"| Q3 a list | refused: data.x: upr has 1, SQL 2 |",
		"| Q4 counts | upr | 2000 | 3.00 | 12.00 | 3000 | 600 |\n|  | upr, cache on | 22000 |",
		"| Q4 | 0.050 | 0.10 | missed by 50 % | 50.0 | 40 | met | 0.550 | 0.50 | met |",
		"p99 of Q4: 12.00 ms, goal under 10 ms: missed by 20 %",
		"start to ready: 5.00 s, goal under 4 s: missed by 25 %",
		"300 MB after the load, goal under 500 MB: met",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got no %q in:\n%s", want, out.String())
		}
	}
	if err := r.wrong(); err == nil || !strings.Contains(err.Error(), "q3: data.x") {
		t.Errorf("got %v, want an error that names the refused question", err)
	}
	r.rows = r.rows[1:]
	if err := r.wrong(); err != nil {
		t.Errorf("got %v: a missed goal is no error", err)
	}
}

func TestChosenQuestions(t *testing.T) {
	some, err := chosen("q4,q1")
	if err != nil || len(some) != 2 || some[0].name != "q4" || some[1].name != "q1" {
		t.Errorf("got %v and %v, want q4 and q1", some, err)
	}
	if _, err := chosen("q7"); err == nil {
		t.Error("got no error for a question that does not exist")
	}
}
