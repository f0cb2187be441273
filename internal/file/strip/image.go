package strip

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// maxPixels is the most that a picture may have: its pixels are in memory for a while.
const maxPixels = 50_000_000

func checkSize(width, height int) error {
	if width <= 0 || height <= 0 || int64(width)*int64(height) > maxPixels {
		return refused(TooMuch, "is a picture of %d by %d pixels; %d million at most are accepted", width, height, maxPixels/1_000_000)
	}
	return nil
}

// PNG writes a picture anew from its pixels, turned as its Exif data says.
func PNG(_ context.Context, content []byte) ([]byte, error) {
	return guarded("PNG", func() ([]byte, error) {
		if err := isAlso(content, "PNG"); err != nil {
			return nil, err
		}
		config, err := png.DecodeConfig(bytes.NewReader(content))
		if err != nil {
			return nil, refused(Damaged, "cannot be read as a PNG file: it is damaged; save it anew")
		}
		if err := checkSize(config.Width, config.Height); err != nil {
			return nil, err
		}
		picture, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			return nil, refused(Damaged, "cannot be read as a PNG file: it is damaged; save it anew")
		}
		var out bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
		if err := encoder.Encode(&out, turn(picture, orientation(exifOfPNG(content)))); err != nil {
			return nil, refused(Picture, "is a picture that cannot be written anew")
		}
		return out.Bytes(), nil
	})
}

// exifOfPNG returns the content of the chunk eXIf.
func exifOfPNG(content []byte) []byte {
	for rest := content[8:]; len(rest) >= 12; {
		size := int64(binary.BigEndian.Uint32(rest))
		if size > int64(len(rest)-12) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+size]
		}
		rest = rest[12+size:]
	}
	return nil
}

// reencodeGIF writes the pictures of a GIF file anew, as office documents have them.
func reencodeGIF(content []byte) ([]byte, error) {
	return guarded("GIF", func() ([]byte, error) {
		config, err := gif.DecodeConfig(bytes.NewReader(content))
		if err == nil {
			err = checkSize(config.Width, config.Height)
		}
		if err != nil {
			return nil, err
		}
		picture, err := gif.Decode(bytes.NewReader(content))
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		err = gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{picture.(*image.Paletted)}, Delay: []int{0}})
		return out.Bytes(), err
	})
}

// orientation reads from Exif data how a picture is to be turned: 1, where it is not, to 8.
func orientation(exif []byte) int {
	exif = bytes.TrimPrefix(exif, []byte("Exif\x00\x00"))
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(exif[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 1
	}
	count := int(order.Uint16(exif[at:]))
	for entry := exif[at+2:]; count > 0 && len(entry) >= 12; count, entry = count-1, entry[12:] {
		if order.Uint16(entry) == 0x0112 {
			if value := int(order.Uint16(entry[8:])); value >= 1 && value <= 8 {
				return value
			}
		}
	}
	return 1
}

// turn turns a picture as an orientation of Exif says.
func turn(picture image.Image, orientation int) image.Image {
	if orientation == 1 {
		return picture
	}
	bounds := picture.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	flat := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Bounds(), picture, bounds.Min, draw.Src)
	turned := image.NewNRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		turned = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := [...]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[orientation]
			copy(turned.Pix[turned.PixOffset(to.X, to.Y):][:4], flat.Pix[flat.PixOffset(x, y):][:4])
		}
	}
	return turned
}

// encodeJPEG writes pixels anew.
func encodeJPEG(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 95})
	return out.Bytes(), err
}
