package ingest

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/shakinm/xlsReader/cfb"
)

// This file looks over the records of a workbook before the library reads it:
// the library passes over formulas and encryption in silence and calls a broken
// sheet finished, so what it returns is counted against what is there.

// sheetFacts is what one sheet has.
type sheetFacts struct{ cells, formulas int }

// Record types of the workbook stream, from Microsoft's [MS-XLS].
const (
	recordEOF      = 0x000A
	recordFilePass = 0x002F
	recordMulRK    = 0x00BD
	recordRString  = 0x00D6
	recordLabelSST = 0x00FD
	recordNumber   = 0x0203
	recordLabel    = 0x0204
	recordBoolErr  = 0x0205
	recordRK       = 0x027E
	recordFormula  = 0x0006
	recordBOF      = 0x0809
	versionBIFF8   = 0x0600
	kindSheet      = 0x0010
)

func examineWorkbook(file io.ReadSeeker) ([]sheetFacts, error) {
	stream, err := workbookStream(file)
	if err != nil {
		return nil, err
	}
	var sheets []sheetFacts
	depth, worksheet := 0, false // charts are nested in sheets
	for len(stream) >= 4 {
		id, length := binary.LittleEndian.Uint16(stream), int(binary.LittleEndian.Uint16(stream[2:]))
		if length+4 > len(stream) {
			break
		}
		data := stream[4 : 4+length]
		stream = stream[4+length:]
		switch {
		case id == recordFilePass:
			return nil, fmt.Errorf("the workbook is protected by a password: save it without one")
		case id == recordBOF && length >= 4:
			if binary.LittleEndian.Uint16(data) != versionBIFF8 {
				return nil, fmt.Errorf("the workbook is from Excel 95 or older: save it as Excel 97-2003 (.xls) or CSV")
			}
			if depth++; depth == 1 {
				worksheet = binary.LittleEndian.Uint16(data[2:]) == kindSheet
				if worksheet {
					sheets = append(sheets, sheetFacts{})
				}
			}
		case id == recordEOF:
			depth--
		case depth == 1 && worksheet:
			sheets[len(sheets)-1].count(id, length)
		}
	}
	if len(sheets) == 0 || depth != 0 {
		return nil, fmt.Errorf("the workbook is damaged or cut off: open it in a spreadsheet and save it again")
	}
	return sheets, nil
}

func (s *sheetFacts) count(id uint16, length int) {
	switch id {
	case recordFormula, recordRString:
		s.formulas++
	case recordLabelSST, recordLabel, recordNumber, recordBoolErr, recordRK:
		s.cells++
	case recordMulRK: // row, first column, six bytes for each cell, last column
		s.cells += (length - 6) / 6
	}
}

func workbookStream(file io.ReadSeeker) ([]byte, error) {
	container, err := cfb.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("the workbook is damaged (%v): open it in a spreadsheet and save it again", err)
	}
	var book, root *cfb.Directory
	for _, dir := range container.GetDirs() {
		switch dir.Name() {
		case "Workbook", "Book":
			book = dir
		case "Root Entry":
			root = dir
		}
	}
	if book == nil || root == nil {
		return nil, fmt.Errorf("this is an Office document without a workbook, perhaps a text document: import the table as CSV or .xls")
	}
	stream, err := container.OpenObject(book, root)
	if err != nil {
		return nil, fmt.Errorf("the workbook is cut off (%v): export or copy it again", err)
	}
	all, err := io.ReadAll(stream)
	if size := binary.LittleEndian.Uint32(book.StreamSize[:]); err == nil && int(size) < len(all) {
		all = all[:size]
	}
	return all, err
}
