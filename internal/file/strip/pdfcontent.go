package strip

import (
	"bytes"
	"slices"
)

// operators are those of pages, forms and glyphs, but for what marks parts (BMC, BDC, EMC, MP, DP):
// marks say how a part reads to programs, which may be something else than what is drawn.
var operators = words(`b B b* B* BI BT c cm CS cs d d0 d1 Do ET f F f* G g gs h i J j K k l m M n q Q re RG rg ri s S SC sc SCN scn sh
	T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "`)

// cleanContent writes the operators of a page anew: without comments, marks, and what is no operator.
// Of pictures it knows what they say of themselves where all of that stands between BI and ID.
func cleanContent(content []byte) ([]byte, error) {
	inPieces := refused(Picture, "has a page with a picture that is damaged or in pieces: save it anew, for example by printing it into a PDF file")
	var out bytes.Buffer
	lex := lexer{rest: content}
	var operands [][]byte
	picture := false
	for {
		token := lex.next()
		if token == nil {
			break
		}
		if isOperand(token) {
			operands = append(operands, token)
			continue
		}
		switch operator := string(token); {
		case picture && operator != "ID":
			return nil, inPieces
		case picture:
			picture = false
			out.Write(pictureDictionary(operands))
			out.WriteString("ID ")
			out.Write(lex.inlineImage())
			out.WriteString("\nEI\n")
		case operators[operator]:
			emit(&out, operands)
			out.Write(token)
			out.WriteByte('\n')
			picture = operator == "BI"
		}
		operands = operands[:0]
	}
	if picture {
		return nil, inPieces
	}
	if !isMark(operands) {
		emit(&out, operands) // of an operator that stands in the next stream
	}
	return out.Bytes(), nil
}

// isMark says whether operands are those of a mark: a name, and a dictionary or another name.
func isMark(operands [][]byte) bool {
	n := len(operands)
	return n > 1 && operands[n-2][0] == '/' && (operands[n-1][0] == '/' || bytes.HasPrefix(operands[n-1], []byte("<<")))
}

// pictureKeys are what a picture within a content says of itself, pictureFilters the ways in which it may be packed, and pictureParameters
// what it says of these.
var (
	pictureKeys       = words("/W /Width /H /Height /BPC /BitsPerComponent /CS /ColorSpace /D /Decode /DP /DecodeParms /F /Filter /I /Interpolate /IM /ImageMask")
	pictureFilters    = words("/AHx /ASCIIHexDecode /A85 /ASCII85Decode /LZW /LZWDecode /Fl /FlateDecode /RL /RunLengthDecode /CCF /CCITTFaxDecode /DCT /DCTDecode")
	pictureParameters = words("/K /Columns /Rows /BlackIs1 /EndOfLine /EncodedByteAlign /EndOfBlock /Predictor /Colors /BitsPerComponent /EarlyChange /ColorTransform")
)

// pictureDictionary is what a picture within a content says of itself: numbers, how it is packed, and
// its colours, which may be listed in a text.
func pictureDictionary(operands [][]byte) []byte {
	return pairs(operands, pictureKeys, func(key string, value [][]byte) []byte {
		all, colours := make([][]byte, len(value)), key == "/CS" || key == "/ColorSpace"
		for i, token := range value {
			all[i] = token
			switch {
			case bytes.HasPrefix(token, []byte("<<")):
				all[i] = pictureParameter(token)
			case isNumber(token), token[0] == '[', token[0] == ']', colours && token[0] == '/':
			case colours && len(value) > 1 && (token[0] == '(' || token[0] == '<'):
			case (key == "/F" || key == "/Filter") && pictureFilters[string(token)]:
			default:
				return nil
			}
		}
		return bytes.Join(all, []byte(" "))
	})
}

// isNumber says whether a token is a number, or one of the words for yes, no and nothing.
func isNumber(token []byte) bool {
	return isConstant(token) || len(bytes.Trim(token, "+-.0123456789")) == 0
}

func isConstant(token []byte) bool {
	return slices.Contains([]string{"true", "false", "null"}, string(token))
}

// pictureParameter is a dictionary of numbers, which say how a picture is packed.
func pictureParameter(dictionary []byte) []byte {
	var tokens [][]byte
	lex := lexer{rest: bytes.TrimSuffix(dictionary[2:], []byte(">>"))}
	for token := lex.next(); token != nil; token = lex.next() {
		tokens = append(tokens, token)
	}
	return slices.Concat([]byte("<<"), pairs(tokens, pictureParameters, func(_ string, value [][]byte) []byte {
		if len(value) > 1 || !isNumber(value[0]) {
			return nil
		}
		return value[0]
	}), []byte(">>"))
}

// pairs are those of a dictionary that are known, each with what is to be written of its value; nil: nothing.
func pairs(tokens [][]byte, known map[string]bool, written func(key string, value [][]byte) []byte) []byte {
	var out []byte
	for i := 0; i+1 < len(tokens); {
		key, end := string(tokens[i]), i+2
		if string(tokens[i+1]) == "[" {
			for depth := 1; depth > 0 && end < len(tokens); end++ {
				switch string(tokens[end]) {
				case "[":
					depth++
				case "]":
					depth--
				}
			}
		}
		if known[key] {
			if value := written(key, tokens[i+1:end]); value != nil {
				out = append(append(append(append(out, key...), ' '), value...), ' ')
			}
		}
		i = end
	}
	return out
}

func emit(out *bytes.Buffer, operands [][]byte) {
	for _, operand := range operands {
		if !bytes.HasPrefix(operand, []byte("<<")) { // marks alone have them
			out.Write(operand)
			out.WriteByte(' ')
		}
	}
}

// isOperand says whether a token is no operator. Within lists all are operands.
func isOperand(token []byte) bool {
	c := token[0]
	return bytes.IndexByte([]byte("(<[]{}/+-.0123456789>"), c) >= 0 || isConstant(token)
}

// withoutComments leaves comments out, and all else as it is.
func withoutComments(content []byte) []byte {
	out := make([]byte, 0, len(content))
	for i := 0; i < len(content); i++ {
		switch content[i] {
		case '(':
			end := i + stringLength(content[i:])
			out = append(out, content[i:end]...)
			i = end - 1
		case '%':
			for i+1 < len(content) && content[i+1] != '\n' && content[i+1] != '\r' {
				i++
			}
		default:
			out = append(out, content[i])
		}
	}
	return out
}

// lexer cuts a content into tokens.
type lexer struct{ rest []byte }

func isSpace(c byte) bool { return bytes.IndexByte([]byte(" \t\r\n\f\x00"), c) >= 0 }

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// next returns a token, a dictionary or a string as a whole, nil at the end.
func (l *lexer) next() []byte {
	for len(l.rest) > 0 && (isSpace(l.rest[0]) || l.rest[0] == '%') {
		if l.rest[0] != '%' {
			l.rest = l.rest[1:]
			continue
		}
		end := bytes.IndexAny(l.rest, "\r\n")
		if end < 0 {
			end = len(l.rest)
		}
		l.rest = l.rest[end:]
	}
	if len(l.rest) == 0 {
		return nil
	}
	n := tokenLength(l.rest)
	token := l.rest[:n]
	l.rest = l.rest[n:]
	return token
}

func tokenLength(rest []byte) int {
	switch c := rest[0]; {
	case c == '(':
		return stringLength(rest)
	case bytes.HasPrefix(rest, []byte("<<")):
		return dictionaryLength(rest)
	case c == '<':
		if end := bytes.IndexByte(rest, '>'); end >= 0 {
			return end + 1
		}
		return len(rest)
	case bytes.HasPrefix(rest, []byte(">>")):
		return 2
	case isDelimiter(c) && c != '/':
		return 1
	}
	n := 1
	for n < len(rest) && !isSpace(rest[n]) && !isDelimiter(rest[n]) {
		n++
	}
	return n
}

// stringLength is the length of a text in brackets, which may have others in it.
func stringLength(rest []byte) int {
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(rest)
}

func dictionaryLength(rest []byte) int {
	depth := 0
	for i := 0; i < len(rest); {
		switch {
		case bytes.HasPrefix(rest[i:], []byte("<<")):
			depth++
			i += 2
		case bytes.HasPrefix(rest[i:], []byte(">>")):
			i += 2
			if depth--; depth == 0 {
				return i
			}
		case rest[i] == '(':
			i += stringLength(rest[i:])
		case rest[i] == '%':
			for i < len(rest) && rest[i] != '\n' && rest[i] != '\r' {
				i++
			}
		default:
			i++
		}
	}
	return len(rest)
}

// inlineImage returns the bytes of a picture within the content, up to the operator EI.
func (l *lexer) inlineImage() []byte {
	if len(l.rest) > 0 && isSpace(l.rest[0]) {
		l.rest = l.rest[1:]
	}
	for at := 0; ; {
		found := bytes.Index(l.rest[at:], []byte("EI"))
		if found < 0 {
			image := l.rest
			l.rest = nil
			return image
		}
		at += found
		after := l.rest[at+2:]
		if at > 0 && isSpace(l.rest[at-1]) && (len(after) == 0 || isSpace(after[0])) && isReadable(after[:min(len(after), 16)]) {
			image := l.rest[:at-1]
			l.rest = after
			return image
		}
		at += 2
	}
}

// isReadable says whether operators may follow: bytes of a picture look otherwise.
func isReadable(sample []byte) bool {
	return !slices.ContainsFunc(sample, func(c byte) bool { return c >= 0x7f || c < ' ' && !isSpace(c) })
}
