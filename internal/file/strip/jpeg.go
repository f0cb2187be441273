package strip

import (
	"bytes"
	"context"
	"encoding/binary"
	"image/jpeg"
)

// Markers of JPEG.
const (
	jpegSOI   = 0xd8
	jpegEOI   = 0xd9
	jpegSOS   = 0xda
	jpegDQT   = 0xdb
	jpegDRI   = 0xdd
	jpegDHT   = 0xc4
	jpegDAC   = 0xcc
	jpegAPP0  = 0xe0
	jpegAPP1  = 0xe1
	jpegAdobe = 0xee
)

// JPEG keeps of a photograph what its pixels are made of, bit by bit, and leaves out all else: Exif,
// XMP, IPTC, colour profiles, thumbnails, comments, what comes after its end. One that is to be
// turned is turned, and its pixels are encoded anew.
func JPEG(_ context.Context, content []byte) ([]byte, error) {
	return guarded("JPEG", func() ([]byte, error) {
		if err := isAlso(content, "JPEG"); err != nil {
			return nil, err
		}
		stripped, exif, err := jpegSegments(content)
		if err != nil {
			return nil, err
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(stripped))
		if err != nil {
			return nil, damagedJPEG()
		}
		if err := checkSize(config.Width, config.Height); err != nil {
			return nil, err
		}
		how := orientation(exif)
		if how == 1 {
			return stripped, nil
		}
		picture, err := jpeg.Decode(bytes.NewReader(stripped))
		if err != nil {
			return nil, damagedJPEG()
		}
		turned, err := encodeJPEG(turn(picture, how))
		if err != nil {
			return nil, damagedJPEG()
		}
		turned, _, err = jpegSegments(turned) // so that a second time changes nothing
		return turned, err
	})
}

func damagedJPEG() error {
	return refused(Damaged, "cannot be read as a JPEG file: it is damaged; save it anew")
}

// jpegSegments returns the segments that pixels need, and the first Exif data.
func jpegSegments(content []byte) (kept, exif []byte, err error) {
	if len(content) < 4 || content[0] != 0xff || content[1] != jpegSOI {
		return nil, nil, damagedJPEG()
	}
	kept = append(make([]byte, 0, len(content)), 0xff, jpegSOI)
	for rest := content[2:]; ; {
		if len(rest) < 2 || rest[0] != 0xff {
			return nil, nil, damagedJPEG()
		}
		marker := rest[1]
		if marker == 0xff { // fill
			rest = rest[1:]
			continue
		}
		if marker == jpegEOI {
			return append(kept, 0xff, jpegEOI), exif, nil
		}
		if len(rest) < 4 {
			return nil, nil, damagedJPEG()
		}
		size := 2 + int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) {
			return nil, nil, damagedJPEG()
		}
		segment, body := rest[:size], rest[4:size]
		rest = rest[size:]
		switch {
		case marker == jpegAPP1 && exif == nil && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			exif = body
		case marker == jpegAPP0 && len(body) >= 12 && bytes.HasPrefix(body, []byte("JFIF\x00")):
			// Version, units and density; the size of the thumbnail is none.
			kept = append(append(append(kept, 0xff, jpegAPP0, 0, 16), body[:12]...), 0, 0)
		case marker == jpegAdobe && len(body) >= 12 && bytes.HasPrefix(body, []byte("Adobe")):
			kept = append(append(kept, 0xff, jpegAdobe, 0, 14), body[:12]...)
		case marker == jpegSOS:
			kept = append(kept, segment...)
			scan := scanLength(rest)
			if scan == len(rest) {
				return append(append(kept, rest...), 0xff, jpegEOI), exif, nil // its end was cut off, as some cameras do
			}
			kept, rest = append(kept, rest[:scan]...), rest[scan:]
		case isOfPixels(marker):
			kept = append(kept, segment...)
		}
	}
}

// isOfPixels says whether pixels need a segment: frames, tables, intervals.
func isOfPixels(marker byte) bool {
	switch marker {
	case jpegDQT, jpegDHT, jpegDRI, jpegDAC:
		return true
	}
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc8
}

// scanLength is how long the coded pixels are: until a marker that is no restart.
func scanLength(rest []byte) int {
	for at := 0; at+1 < len(rest); at++ {
		if next := rest[at+1]; rest[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(rest)
}
