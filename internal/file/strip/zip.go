package strip

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"io"
	"slices"
	"strings"
)

// Limits of a package of an office program. Tests lower that of bytes.
const maxMembers = 2000

var (
	maxUnpacked int64 = 200 << 20
	maxXML      int64 = 16 << 20 // what is read as a tree takes many times as much
)

// archive are the members of a package by name.
type archive map[string][]byte

// openArchive reads the members that are needed, within bounds whatever the directory says of their
// sizes; of others it has the names. All but pictures may be read as trees.
func openArchive(ctx context.Context, what string, content []byte, needed, isPicture func(name string) bool) (archive, error) {
	damaged := refused(Damaged, "cannot be read as a %s file: it is damaged; save it anew", what)
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return nil, damaged
	}
	if err := isAlso(content, "ZIP"); err != nil {
		return nil, err
	}
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, damaged
	}
	if len(r.File) > maxMembers {
		return nil, refused(TooMuch, "has %d parts; %d at most are accepted", len(r.File), maxMembers)
	}
	if !isWhole(content, r) {
		return nil, refused(NotItsKind, "has something before or after its end: save it anew")
	}
	members, all, trees := archive{}, &budget{maxUnpacked}, &budget{min(maxXML, maxUnpacked)}
	for _, f := range r.File {
		if f.Flags&1 != 0 {
			return nil, refused(Protected, "is protected by a password: save it without")
		}
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue
		}
		if _, twice := members[f.Name]; twice || strings.HasPrefix(f.Name, "/") || slices.Contains(strings.Split(f.Name, "/"), "..") {
			return nil, damaged
		}
		if members[f.Name] = nil; !needed(f.Name) {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return nil, damaged
		}
		left := trees
		if isPicture(f.Name) {
			left = all
		}
		members[f.Name], err = left.read(ctx, in)
		if err != nil && left.left < 0 {
			return nil, err
		}
		if err != nil {
			return nil, damaged
		}
	}
	return members, nil
}

// isWhole says whether a package begins and ends where its file does.
func isWhole(content []byte, r *zip.Reader) bool {
	end := bytes.LastIndex(content, []byte("PK\x05\x06"))
	if end < 0 || end+22+len(r.Comment) != len(content) || len(r.File) == 0 {
		return false
	}
	first := int64(len(content))
	for _, f := range r.File {
		at, err := f.DataOffset()
		if err != nil {
			return false
		}
		first = min(first, at)
	}
	return first <= 30+1<<16+int64(binary.LittleEndian.Uint16(content[26:]))
}

// write makes a package: first the members that must come first, then the others by name, without
// times or comments.
func (a archive) write(first ...string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.DefaultCompression) })
	names := make([]string, 0, len(a))
	for name := range a {
		if !slices.Contains(first, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range append(slices.Clone(first), names...) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if name == mimetypeMember {
			header.Method = zip.Store // readers look for it at a fixed place
		}
		to, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(a[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// cleanImages strips the pictures of a package, by the extensions of their names.
func (a archive) cleanImages(ctx context.Context, folder string) error {
	for name, content := range a {
		if !strings.HasPrefix(name, folder) {
			continue
		}
		var err error
		switch extension := strings.ToLower(name[strings.LastIndex(name, ".")+1:]); extension {
		case "jpg", "jpeg", "jpe", "jfif":
			a[name], err = JPEG(ctx, content)
		case "png":
			a[name], err = PNG(ctx, content)
		case "gif":
			a[name], err = reencodeGIF(content)
		default:
			return refused(Picture, "has a picture of the type %q, whose metadata cannot be removed: put it in as PNG or JPEG, or send a PDF file", shortened(extension))
		}
		if err != nil {
			return refused(Picture, "has a picture that cannot be read: put it in anew, or leave it out")
		}
	}
	return nil
}

// shortened keeps what people typed from filling a sentence.
func shortened(text string) string {
	if len(text) > 40 {
		return text[:40]
	}
	return text
}
