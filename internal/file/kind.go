package file

import (
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/upr-info/upr/internal/fault"
)

// Kind is what a file is, by its content.
type Kind string

// Kinds that can be accepted.
const (
	PDF  Kind = "PDF"
	DOCX Kind = "DOCX"
	ODT  Kind = "ODT"
	Text Kind = "TEXT"
	JPEG Kind = "JPEG"
	PNG  Kind = "PNG"
	MP4  Kind = "MP4"
	WebM Kind = "WEBM"
)

const mb = 1 << 20

// kinds are what is known of each kind.
var kinds = map[Kind]struct {
	media      string
	extensions []string // the first is ours
	max        int64    // bytes
	also       []string // other types under which browsers send it
}{
	PDF:  {"application/pdf", []string{".pdf"}, 30 * mb, nil},
	DOCX: {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}, 30 * mb, []string{"application/zip"}},
	ODT:  {"application/vnd.oasis.opendocument.text", []string{".odt"}, 30 * mb, []string{"application/zip"}},
	Text: {"text/plain", []string{".txt"}, 2 * mb, nil},
	JPEG: {"image/jpeg", []string{".jpg", ".jpeg"}, 20 * mb, []string{"image/jpg"}},
	PNG:  {"image/png", []string{".png"}, 20 * mb, nil},
	MP4:  {"video/mp4", []string{".mp4"}, 300 * mb, nil},
	WebM: {"video/webm", []string{".webm"}, 300 * mb, nil},
}

// largest is the most that any file may have.
const largest = 300 * mb

// Documents are the kinds of a written statement.
var Documents = []Kind{PDF, DOCX, ODT, Text}

// Images are the kinds of a picture.
var Images = []Kind{JPEG, PNG}

// Recordings are the kinds of a recorded statement. Their metadata is not removed: they are never
// served to the public.
var Recordings = []Kind{MP4, WebM}

// MediaType is as in application/pdf.
func (k Kind) MediaType() string { return kinds[k].media }

func (k Kind) extension() string { return kinds[k].extensions[0] }

func (k Kind) isRecording() bool { return slices.Contains(Recordings, k) }

// plain are the texts that count as plain ones: a list of names may look like a table.
var plain = []string{"text/plain", "text/csv", "text/tab-separated-values", "text/vtt", "application/x-subrip"}

// sniffed is how many bytes tell the kind.
const sniffed = 8 << 10

// sniff tells the kind by the first bytes: Invalid where it is none of ours. A package of an office
// program is told for certain by its members only, when it is cleaned.
func sniff(head []byte) (Kind, error) {
	if len(head) == 0 {
		return "", fault.Invalid("file", "is empty")
	}
	found := mimetype.Detect(head)
	switch {
	case found.Is(kinds[ODT].media):
		return ODT, nil
	case found.Is(kinds[DOCX].media), found.Is("application/zip"):
		return DOCX, nil
	case slices.ContainsFunc(plain, found.Is):
		return Text, nil
	}
	for kind, about := range kinds {
		if found.Is(about.media) {
			return kind, nil
		}
	}
	name, _, _ := strings.Cut(found.String(), ";")
	return "", fault.Invalid("file", "is of the type %s by its content, which is not accepted", name)
}

// agree says what is wrong where a file's name or declared type is not that of its content. The
// name is looked at for nothing else.
func agree(kind Kind, name, declared string) error {
	about := kinds[kind]
	if extension := strings.ToLower(path.Ext(name)); !slices.Contains(about.extensions, extension) {
		return fault.Invalid("file", "is a %s file by its content, but its name does not end in %s: save it as what it is", kind, strings.Join(about.extensions, " or "))
	}
	declared, _, _ = strings.Cut(strings.ToLower(declared), ";")
	declared = strings.TrimSpace(declared)
	if declared == "" || declared == "application/octet-stream" || declared == about.media || slices.Contains(about.also, declared) {
		return nil
	}
	return fault.Invalid("file", "is a %s file by its content, but was sent as another type: send it as %s", kind, about.media)
}

// listed reads kinds as a permit keeps them.
func listed(text string) []Kind {
	var all []Kind
	for name := range strings.SplitSeq(text, ",") {
		all = append(all, Kind(name))
	}
	return all
}

func list(all []Kind) string {
	names := make([]string, len(all))
	for i, kind := range all {
		names[i] = string(kind)
	}
	return strings.Join(names, ",")
}
