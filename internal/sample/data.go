package sample

import (
	"embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
)

//go:embed data/*.csv data/*.txt data/issues/*.txt
var files embed.FS

// model is what the data files say: how many, by whom, about what.
type model struct {
	sizes        map[int]int // session: average per review, in tenths
	recommending []string    // ISO3, the most active State first
	actions      []action
	issues       []issue
	grammar      *grammar
}

type action struct {
	number, share, supported int // shares per thousand
}

type issue struct {
	code    string
	share   int // per 10,000 recommendations
	related []string
	targets []string
	groups  []string
}

func loadModel() (*model, error) {
	m := &model{sizes: map[int]int{}, recommending: lines("recommending.txt")}
	err := table("sizes.csv", func(row []string) error {
		session, err := strconv.Atoi(row[0])
		if err != nil {
			return err
		}
		average, err := strconv.ParseFloat(row[1], 64)
		m.sizes[session] = int(math.Round(10 * average))
		return err
	})
	if err != nil {
		return nil, err
	}
	err = table("actions.csv", func(row []string) error {
		n, err := numbers(row)
		if err == nil {
			m.actions = append(m.actions, action{n[0], n[1], n[2]})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = table("issues.csv", func(row []string) error {
		share, err := strconv.Atoi(row[1])
		m.issues = append(m.issues, issue{row[0], share,
			strings.Fields(row[2]), strings.Fields(row[3]), strings.Fields(row[4])})
		return err
	})
	if err != nil {
		return nil, err
	}
	m.grammar, err = loadGrammar(m.issues)
	return m, err
}

// table gives each row of a CSV file to read, without the header.
func table(name string, read func(row []string) error) error {
	rows, err := csv.NewReader(strings.NewReader(content(name))).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, row := range rows[1:] {
		if err := read(row); err != nil {
			return fmt.Errorf("%s, row %d: %w", name, i+2, err)
		}
	}
	return nil
}

func lines(name string) []string {
	return strings.Split(strings.TrimRight(content(name), "\n"), "\n")
}

// content panics for a file that is missing: it is part of the program.
func content(name string) string {
	b, err := files.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func numbers(row []string) ([]int, error) {
	n := make([]int, len(row))
	for i, field := range row {
		var err error
		if n[i], err = strconv.Atoi(field); err != nil {
			return nil, err
		}
	}
	return n, nil
}
