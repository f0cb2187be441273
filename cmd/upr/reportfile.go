package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/upr-info/upr/internal/ingest"
)

// reportFile is where the report will be. It is opened before anything is imported, so
// that nobody learns after an import that there is no report of it. Until the report is
// complete it is a file beside the wanted one: an earlier report stays as long as there
// is no other.
type reportFile struct {
	file *os.File
	path string // that the complete file takes; empty: it is written in place
}

// openReport returns an error where no report can be written.
func openReport(path string) (*reportFile, error) {
	r, err := createReport(path)
	if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
		return nil, fmt.Errorf("the report cannot be written to %s (%w): name a file in a folder that exists and that you may write to", path, cause.Err)
	}
	return r, err
}

func createReport(path string) (*reportFile, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // as /dev/null; of a folder that is an error
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &reportFile{file: file}, err
	}
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked
	}
	file, err := os.OpenFile(fmt.Sprintf("%s.%d.part", path, os.Getpid()), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	return &reportFile{file: file, path: path}, err
}

// save writes the report and gives the file its name.
func (r *reportFile) save(report *ingest.Report) error {
	if err := errors.Join(report.WriteJSON(r.file), r.file.Close()); err != nil || r.path == "" {
		return err
	}
	return os.Rename(r.file.Name(), r.path)
}

// discard removes what is not a complete report. After save it does nothing.
func (r *reportFile) discard() {
	_ = r.file.Close()
	if r.path != "" {
		_ = os.Remove(r.file.Name())
	}
}
