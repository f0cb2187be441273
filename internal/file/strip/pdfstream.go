package strip

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// parametersOf are those of the ways in which pictures are coded.
var parametersOf = map[string]string{
	filter.DCT: "ColorTransform", filter.CCITTFax: "K EndOfLine EncodedByteAlign Columns Rows EndOfBlock BlackIs1 DamagedRowsBeforeError", filter.JPX: "", filter.JBIG2: "",
}

// body unpacks a stream and packs it in one way; pictures that are coded as such stay so.
func (w *pdfWriter) body(stream *types.StreamDict, kind string) (filters string, body []byte, err error) {
	damaged := refused(Damaged, "cannot be read as a PDF file: a part of it is damaged; save it anew")
	body = stream.Raw
	for i, f := range stream.FilterPipeline {
		if _, picture := parametersOf[f.Name]; picture {
			if kind != "image" || i != len(stream.FilterPipeline)-1 {
				return "", nil, damaged
			}
			return w.picture(f, body)
		}
		if f.Name == "Crypt" {
			return "", nil, damaged
		}
		decoder, err := filter.NewFilter(f.Name, numbersOf(f.DecodeParms), w.left.left)
		if err != nil {
			return "", nil, damaged
		}
		unpacked, err := decoder.Decode(bytes.NewReader(body))
		if errors.Is(err, filter.ErrDecodeLimitExceeded) {
			return "", nil, refused(TooMuch, "grows beyond all measure when it is unpacked")
		}
		if err != nil {
			return "", nil, damaged
		}
		if body, err = w.left.read(w.ctx, unpacked); err != nil {
			return "", nil, err
		}
	}
	switch kind {
	case "content", "form", "pattern":
		if len(body) > maxPDFContent {
			return "", nil, refused(TooMuch, "has a page that grows beyond all measure when it is unpacked")
		}
		if body, err = cleanContent(body); err != nil {
			return "", nil, err
		}
	case "map", "encoding":
		body = withoutComments(body)
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(body); err != nil {
		return "", nil, err
	}
	err = z.Close()
	return "/Filter/FlateDecode", packed.Bytes(), err
}

func numbersOf(parameters types.Dict) map[string]int {
	numbers := map[string]int{}
	for name, value := range parameters {
		if n, ok := value.(types.Integer); ok {
			numbers[name] = int(n)
		}
	}
	return numbers
}

// picture keeps a coded picture, but for what its code has beside the pixels.
func (w *pdfWriter) picture(f types.PDFFilter, coded []byte) (filters string, body []byte, err error) {
	switch body = coded; f.Name {
	case filter.DCT:
		body, _, err = jpegSegments(coded)
	case filter.JPX:
		body, err = jpxBoxes(coded)
	}
	if err != nil {
		return "", nil, err
	}
	var parameters strings.Builder
	for name := range strings.FieldsSeq(parametersOf[f.Name]) {
		if value, given := f.DecodeParms[name]; given {
			text, err := w.value(value, "atom", 0)
			if err != nil {
				return "", nil, err
			}
			fmt.Fprintf(&parameters, "/%s %s", name, text)
		}
	}
	if shared, given := f.DecodeParms["JBIG2Globals"].(types.IndirectRef); given {
		text, err := w.value(shared, "globals", 0)
		if err != nil {
			return "", nil, err
		}
		parameters.WriteString("/JBIG2Globals " + text)
	}
	filters = "/Filter/" + f.Name
	if parameters.Len() > 0 {
		filters += "/DecodeParms<<" + parameters.String() + ">>"
	}
	return filters, body, nil
}

// jpxBoxes keeps of a JPEG 2000 picture its header and its code, without comments.
func jpxBoxes(content []byte) ([]byte, error) {
	if bytes.HasPrefix(content, []byte{0xff, 0x4f}) {
		return jpxCode(content)
	}
	return jpxFilter(content, map[string]bool{"jP  ": true, "ftyp": true, "jp2h": true, "jp2c": true})
}

func jpxFilter(content []byte, kept map[string]bool) ([]byte, error) {
	damaged := refused(Picture, "has a JPEG 2000 picture that is damaged: save it anew")
	var out bytes.Buffer
	for rest := content; len(rest) > 0; {
		if len(rest) < 8 {
			break
		}
		size, header, kind := uint64(binary.BigEndian.Uint32(rest)), uint64(8), string(rest[4:8])
		if size == 1 && len(rest) >= 16 {
			size, header = binary.BigEndian.Uint64(rest[8:]), 16
		}
		if size == 0 {
			size = uint64(len(rest))
		}
		if size < header || size > uint64(len(rest)) {
			return nil, damaged
		}
		body := rest[header:size]
		rest = rest[size:]
		if !kept[kind] || kind == "colr" && (len(body) == 0 || body[0] != 1) {
			continue
		}
		var err error
		switch kind {
		case "jp2h":
			body, err = jpxFilter(body, map[string]bool{"ihdr": true, "bpcc": true, "colr": true, "pclr": true, "cmap": true, "cdef": true})
		case "jp2c":
			body, err = jpxCode(body)
		}
		if err != nil {
			return nil, err
		}
		_ = binary.Write(&out, binary.BigEndian, uint32(8+len(body))) // a buffer takes all
		out.WriteString(kind)
		out.Write(body)
	}
	return out.Bytes(), nil
}

// jpxCode leaves the comments of the main header out.
func jpxCode(code []byte) ([]byte, error) {
	damaged := refused(Picture, "has a JPEG 2000 picture that is damaged: save it anew")
	if !bytes.HasPrefix(code, []byte{0xff, 0x4f}) {
		return nil, damaged
	}
	out := []byte{0xff, 0x4f}
	for rest := code[2:]; ; {
		if len(rest) < 4 || rest[0] != 0xff {
			return nil, damaged
		}
		if rest[1] == 0x90 { // pixels begin
			return append(out, rest...), nil
		}
		size := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			return nil, damaged
		}
		if rest[1] != 0x64 {
			out = append(out, rest[:size]...)
		}
		rest = rest[size:]
	}
}
