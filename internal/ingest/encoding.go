package ingest

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Encoding names how the letters of a text file are stored.
type Encoding string

// The encodings that spreadsheets write.
const (
	ASCII       Encoding = "ascii"
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	MacRoman    Encoding = "mac-roman"
	Windows1252 Encoding = "windows-1252"
)

var encodingTitles = map[Encoding]string{
	ASCII: "ASCII", UTF8: "UTF-8", UTF16LE: "UTF-16 (little endian)", UTF16BE: "UTF-16 (big endian)",
	MacRoman: "Mac Roman", Windows1252: "Windows-1252",
}

var encodingNames = map[string]Encoding{
	"utf-8": UTF8, "utf8": UTF8,
	"utf-16le": UTF16LE, "utf-16be": UTF16BE,
	"mac-roman": MacRoman, "macroman": MacRoman, "macintosh": MacRoman, "x-mac-roman": MacRoman,
	"windows-1252": Windows1252, "cp1252": Windows1252,
}

// ParseEncoding reads an encoding as a person names it. Empty means: detect it.
func ParseEncoding(name string) (Encoding, error) {
	name = strings.ToLower(strings.NewReplacer("_", "-", " ", "-").Replace(strings.TrimSpace(name)))
	if name == "" || name == "auto" {
		return "", nil
	}
	if e, ok := encodingNames[name]; ok {
		return e, nil
	}
	return "", fmt.Errorf("unknown encoding %q: use utf-8, utf-16le, utf-16be, mac-roman or windows-1252", name)
}

func (e Encoding) String() string { return encodingTitles[e] }

// decoder turns the encoding into UTF-8. ASCII and UTF-8 need none.
func (e Encoding) decoder() *encoding.Decoder {
	switch e {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	}
	if c := e.charmap(); c != nil {
		return c.NewDecoder()
	}
	return nil
}

// charmap is nil for encodings that can hold every letter.
func (e Encoding) charmap() *charmap.Charmap {
	switch e {
	case MacRoman:
		return charmap.Macintosh
	case Windows1252:
		return charmap.Windows1252
	}
	return nil
}
