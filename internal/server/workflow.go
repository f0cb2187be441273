package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/paper"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
)

// reasonHeader says why identities are opened. It is no parameter: addresses are kept in too many places.
const reasonHeader = "X-Reason"

// draftsHeader says how many registrations are drafts, of which a list has no row.
const draftsHeader = "X-Draft-Count"

// begins has a link of sign-in begin a registration.
func begins(workflow *presession.Service) identity.Begin {
	return func(ctx context.Context, preSession string, accessCode *string) (string, error) {
		begun, err := workflow.Start(ctx, preSession, accessCode)
		if err != nil {
			return "", err
		}
		return begun.ID, nil
	}
}

// workflowFiles serves /presessions/{round}/…: what coordinators take out of a round, and what everybody
// may once it is over.
func workflowFiles(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, extension, _ := strings.Cut(r.PathValue("file"), ".")
		if err := workflowFile(w, r, workflow, name, extension); err != nil {
			slice.Refuse(w, r, err)
		}
	}
}

func workflowFile(w http.ResponseWriter, r *http.Request, workflow *presession.Service, name, extension string) error {
	if err := slice.CheckSheetFormat(extension); err != nil {
		return err
	}
	sheet, err := workflowSheet(w, r, workflow, name)
	if err != nil {
		return err
	}
	slice.ServeSheet(w, r, sheet, extension)
	return nil
}

func workflowSheet(w http.ResponseWriter, r *http.Request, workflow *presession.Service, name string) (*slice.Sheet, error) {
	if name == "registrations" {
		return registrations(w, r, workflow)
	}
	makes := map[string]func(context.Context, string) (*slice.Sheet, error){"statistics": workflow.TallySheet, "research": workflow.ResearchSheet}[name]
	if makes == nil {
		return nil, fault.NotFound("there is no such file of a round; there are registrations, statistics and research, as in registrations.csv")
	}
	if r.URL.RawQuery != "" {
		return nil, fault.Invalid("", "%s takes no parameters: it was made once, when the round was closed", name)
	}
	return makes(r.Context(), r.PathValue("round"))
}

func registrations(w http.ResponseWriter, r *http.Request, workflow *presession.Service) (*slice.Sheet, error) {
	asked, err := listRequest(r)
	if err != nil {
		return nil, err
	}
	list, err := workflow.StaffList(r.Context(), *asked)
	if err != nil {
		return nil, err
	}
	w.Header().Set(draftsHeader, strconv.Itoa(list.Drafts))
	return list.Sheet, nil
}

// badges serves /badges/{id}.xlsx, .csv and .pdf: who is to be let in, for who made the list.
func badges(workflow *presession.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, extension, _ := strings.Cut(r.PathValue("file"), ".")
		if err := badgeList(w, r, workflow, id, extension); err != nil {
			slice.Refuse(w, r, err)
		}
	}
}

func badgeList(w http.ResponseWriter, r *http.Request, workflow *presession.Service, id, extension string) error {
	if extension != "pdf" {
		if err := slice.CheckSheetFormat(extension); err != nil {
			return err
		}
	}
	sheet, err := workflow.OpenBadgeList(r.Context(), id)
	if err != nil {
		return err
	}
	if extension != "pdf" {
		slice.ServeSheet(w, r, sheet, extension)
		return nil
	}
	p := paper.New(sheet.Title, sheet.Note, sheet.Made)
	const shown = 6 // the note, which is the last column, is on each page already
	rows := make([][]string, len(sheet.Rows))
	for i, row := range sheet.Rows {
		for _, cell := range row[:shown] {
			rows[i] = append(rows[i], cell.Text)
		}
	}
	p.Table([]string{"Name", "Position", "Of", "As", "State", "From"}, []float64{0.25, 0.2, 0.2, 0.12, 0.08, 0.15}, rows)
	var body bytes.Buffer
	if err := p.Write(&body); err != nil {
		return err
	}
	slice.ServeOwn(w, body.Bytes(), "application/pdf", sheet.Name+".pdf")
	return nil
}

func listRequest(r *http.Request) (*presession.ListRequest, error) {
	query, err := slice.ParametersOf(r, "columns", "filter")
	if err != nil {
		return nil, err
	}
	asked := &presession.ListRequest{Round: r.PathValue("round"), Reason: reasonOf(r)}
	if columns := query.Get("columns"); columns != "" {
		asked.Columns = strings.Split(columns, ",")
	}
	if strings.ContainsRune(asked.Reason, 0) {
		return nil, fault.Invalid("reason", "must not contain U+0000")
	}
	asked.Filter, err = record.ParseInput[presession.RegistrationFilter](query.Get("filter"))
	return asked, err
}

// reasonOf is what the header says, in which a browser sends Latin-1, or what others have escaped. It is
// compared, and kept, as it is read.
func reasonOf(r *http.Request) string {
	text := unescaped(r.Header.Get(reasonHeader))
	if utf8.Valid(text) {
		return string(text)
	}
	latin := make([]rune, len(text))
	for i, b := range text {
		latin[i] = rune(b)
	}
	return string(latin)
}

// unescaped takes %6f and the like for what they stand for, also where the percent sign itself is escaped.
func unescaped(text string) []byte {
	var plain []byte
	for i := range len(text) {
		plain = append(plain, text[i])
		for {
			n := len(plain) - len("%6f")
			if n < 0 || plain[n] != '%' {
				break
			}
			b, err := hex.DecodeString(string(plain[n+1:]))
			if err != nil {
				break
			}
			plain = append(plain[:n], b...)
		}
	}
	return plain
}
