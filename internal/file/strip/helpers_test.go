package strip_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// canary is what each place has that is not for readers. No cleaned file has it in any form.
const canary = "KanarienVogel"

type stripper func(context.Context, []byte) ([]byte, error)

// must cleans what must be accepted, looks for the canary everywhere, and cleans again.
func must(t *testing.T, strip stripper, dirty []byte) []byte {
	t.Helper()
	clean, err := strip(t.Context(), dirty)
	if err != nil {
		t.Fatal(err)
	}
	if where := find(clean, 0); where != "" {
		t.Errorf("the canary is still there: %s", where)
	}
	again, err := strip(t.Context(), clean)
	if err != nil {
		t.Fatalf("a second time: %v", err)
	}
	if !bytes.Equal(again, clean) {
		t.Errorf("cleaned twice there are other bytes: %d, then %d", len(clean), len(again))
	}
	return clean
}

// hidesCanary checks that the fixture is one: that the search finds what it is to find.
func hidesCanary(t *testing.T, dirty []byte, places int) {
	t.Helper()
	if n := count(dirty, 0); n < places {
		t.Errorf("the fixture has the canary %d times, want %d at least", n, places)
	}
}

func find(content []byte, depth int) string {
	forms := formsOf(canary)
	lower := bytes.ToLower(content)
	for _, form := range forms {
		if at := bytes.Index(lower, form); at >= 0 {
			return string(content[max(0, at-80):min(len(content), at+80)])
		}
	}
	for _, inner := range innerOf(content, depth) {
		if where := find(inner, depth+1); where != "" {
			return where
		}
	}
	return ""
}

func count(content []byte, depth int) (n int) {
	lower := bytes.ToLower(content)
	for _, form := range formsOf(canary) {
		n += bytes.Count(lower, form)
	}
	for _, inner := range innerOf(content, depth) {
		n += count(inner, depth+1)
	}
	return n
}

// formsOf are a text in lower case as it may be written: plain, in UTF-16, as hexadecimal of both.
func formsOf(text string) [][]byte {
	lower, wide := strings.ToLower(text), []byte{}
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = binary.BigEndian.AppendUint16(wide, unit)
	}
	hex := func(b []byte) []byte { return []byte(strings.ToLower(hexOf(b))) }
	return [][]byte{[]byte(lower), bytes.ToLower(wide), hex([]byte(text)), hex(wide)}
}

func hexOf(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		const digits = "0123456789abcdef"
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

var streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)endstream`)

// innerOf unpacks what is packed in a content: members of packages, streams, compressed chunks.
func innerOf(content []byte, depth int) (inner [][]byte) {
	if depth > 3 {
		return nil
	}
	if r, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
		for _, f := range r.File {
			inner = append(inner, []byte(f.Name), []byte(f.Comment), f.Extra)
			in, err := f.Open()
			if err != nil {
				continue
			}
			b, _ := io.ReadAll(in)
			inner = append(inner, b)
		}
	}
	for _, match := range streams.FindAllSubmatch(content, -1) {
		inner = append(inner, inflate(match[1]))
	}
	if bytes.HasPrefix(content, []byte("\x89PNG")) {
		for at := 0; at < len(content); at++ { // wherever a compressed text may begin
			if content[at] == 0x78 {
				inner = append(inner, inflate(content[at:]))
			}
		}
	}
	return inner
}

func inflate(b []byte) []byte {
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(r, 1<<20))
	return out
}

// tool runs a program that is independent of ours.
func tool(t *testing.T, content []byte, name string, arguments ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: .ci/setup installs it", name)
		}
		t.Skipf("%s is missing: .ci/setup installs it", name)
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, argument := range arguments {
		if argument == "FILE" {
			arguments[i] = path
		}
	}
	out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput() //nolint:gosec // this test
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, arguments, err, out)
	}
	return string(out)
}

// metadata is what exiftool knows of a file, but for what is of the file system.
func metadata(t *testing.T, content []byte) string {
	t.Helper()
	return tool(t, content, "exiftool", "-a", "-G1", "-s", "--System:all", "FILE")
}

// picture has a different colour in each corner.
func picture() *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, 48, 32))
	for y := range 32 {
		for x := range 48 {
			c := color.NRGBA{A: 255}
			if x < 24 {
				c.R = 250
			}
			if y < 16 {
				c.G = 250
			}
			p.SetNRGBA(x, y, c)
		}
	}
	return p
}

// exif is a block with an orientation, an author, a place and a thumbnail.
func exif(orientation uint16) []byte {
	b := []byte("MM\x00\x2a\x00\x00\x00\x08")
	text := append([]byte(canary), 0)
	const entries = 4
	after := uint32(8 + 2 + entries*12 + 4)
	b = binary.BigEndian.AppendUint16(b, entries)
	add := func(tag, kind uint16, n, value uint32) {
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, tag), kind)
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, n), value)
	}
	add(0x010e, 2, uint32(len(text)), after) // ImageDescription
	add(0x0112, 3, 1, uint32(orientation)<<16)
	add(0x013b, 2, uint32(len(text)), after) // Artist
	add(0x8825, 4, 1, after+uint32(len(text)))
	b = append(binary.BigEndian.AppendUint32(b, 0), text...)
	b = binary.BigEndian.AppendUint16(b, 1) // GPS: a latitude's reference, and a datum beside
	b = append(b, 0, 0x12, 0, 2, 0, 0, 0, byte(len(text)))
	return append(binary.BigEndian.AppendUint32(b, after), 0, 0, 0, 0)
}

func segment(marker byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

// dirtyJPEG has the canary in every segment that can hold it, and after its end.
func dirtyJPEG(t testing.TB, orientation uint16) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture(), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	out := []byte{0xff, 0xd8}
	out = append(out, segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x04\x01"+canary[:12])...) // a thumbnail
	out = append(out, segment(0xe1, "Exif\x00\x00"+string(exif(orientation)))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+canary+"</x:xmpmeta>")...)
	out = append(out, segment(0xe2, "ICC_PROFILE\x00\x01\x01"+canary)...)
	out = append(out, segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00"+canary)...)
	out = append(out, segment(0xef, canary)...)
	out = append(out, segment(0xfe, canary)...)
	out = append(out, plain.Bytes()[2:]...)
	return append(out, canary...)
}

func chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func deflate(text string) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

// dirtyPNG has the canary in every chunk that can hold it, and after its end.
func dirtyPNG(t testing.TB, orientation uint16) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := png.Encode(&plain, picture()); err != nil {
		t.Fatal(err)
	}
	const headed = 8 + 25
	out := bytes.Clone(plain.Bytes()[:headed])
	out = append(out, chunk("tEXt", []byte("Author\x00"+canary))...)
	out = append(out, chunk("zTXt", append([]byte("Comment\x00\x00"), deflate(canary)...))...)
	out = append(out, chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00<x>"+canary+"</x>"))...)
	out = append(out, chunk("iCCP", append([]byte(canary+"\x00\x00"), deflate(canary)...))...)
	out = append(out, chunk("eXIf", exif(orientation))...)
	out = append(out, chunk("prVt", []byte(canary))...)
	out = append(out, plain.Bytes()[headed:]...)
	return append(out, canary...)
}
