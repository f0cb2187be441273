package rounds

import (
	"bytes"
	"fmt"
	"strings"
)

// page is a PDF file of one page, with lines of text in Latin letters. Those of package paper embed fonts, and
// have a list of files that are embedded, for which they would be refused.
func page(lines ...string) []byte {
	text := bytes.NewBufferString("BT /F1 12 Tf 72 760 Td 20 TL")
	for _, line := range lines {
		text.WriteString(" (")
		for _, r := range strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line) {
			text.WriteByte(byte(r)) // as the encoding of the font has them
		}
		text.WriteString(") Tj T*")
	}
	text.WriteString(" ET")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", text.Len(), text),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}
	file := bytes.NewBufferString("%PDF-1.4\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, object := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", file.Len())
		fmt.Fprintf(file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	fmt.Fprintf(file, "%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, len(objects)+1, file.Len())
	return file.Bytes()
}
