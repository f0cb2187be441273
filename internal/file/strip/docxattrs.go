package strip

import (
	"encoding/xml"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// docxSpaces are the namespaces of which elements and attributes stay, by what programs call them.
var docxSpaces = func() map[string]string {
	const open, microsoft, strict = "http://schemas.openxmlformats.org/", "http://schemas.microsoft.com/office/", "http://purl.oclc.org/ooxml/"
	return map[string]string{
		open + "wordprocessingml/2006/main": "w", strict + "wordprocessingml/main": "w", open + "drawingml/2006/main": "a", strict + "drawingml/main": "a",
		open + "drawingml/2006/wordprocessingDrawing": "wp", strict + "drawingml/wordprocessingDrawing": "wp", open + "drawingml/2006/picture": "pic",
		strict + "drawingml/picture": "pic", open + "officeDocument/2006/math": "m", strict + "officeDocument/math": "m", open + "drawingml/2006/lockedCanvas": "lc",
		relationsSpace: "r", strictSpace: "r", open + "markup-compatibility/2006": "mc", microsoft + "word/2010/wordml": "w14", microsoft + "word/2012/wordml": "w15",
		microsoft + "word/2010/wordprocessingDrawing": "wp14", microsoft + "word/2010/wordprocessingShape": "wps", microsoft + "word/2010/wordprocessingGroup": "wpg",
		microsoft + "word/2010/wordprocessingCanvas": "wpc", microsoft + "drawing/2010/main": "a14",
		"urn:schemas-microsoft-com:vml": "v", "urn:schemas-microsoft-com:office:office": "o", "urn:schemas-microsoft-com:office:word": "w10",
	}
}()

// docxAttrs are the attributes that stay, by their namespace: none has words of people's own. Those without a prefix are in a row
// of their element's.
var docxAttrs = func() map[string]map[string]bool {
	rows := map[string]map[string]bool{
		"w": words(`val type id name color sz space shadow frame fill themeColor themeTint themeShade themeFill themeFillTint themeFillShade w h orient code top bottom left right
			header footer gutter start end before beforeLines beforeAutospacing after afterLines afterAutospacing line lineRule firstLine firstLineChars hanging hangingChars
			leftChars rightChars startChars endChars pos leader ascii hAnsi eastAsia cs hint asciiTheme hAnsiTheme eastAsiaTheme cstheme bidi fldCharType instr dirty fldLock
			anchor history char font clear ilvl numId abstractNumId numPicBulletId tentative hRule hSpace vSpace wrap hAnchor vAnchor x y xAlign yAlign anchorLock lines dropCap
			tblpX tblpY tblpXSpec tblpYSpec leftFromText rightFromText topFromText bottomFromText vertAnchor horzAnchor firstRow lastRow firstColumn lastColumn noHBand noVBand
			oddVBand evenVBand oddHBand evenHBand firstRowFirstColumn firstRowLastColumn lastRowFirstColumn lastRowLastColumn num sep equalWidth fmt chapStyle chapSep countBy
			distance restart linePitch charSpace offsetFrom zOrder display default customStyle styleId count defLockedState defUIPriority defSemiHidden defUnhideWhenUsed
			defQFormat locked uiPriority semiHidden unhideWhenUsed qFormat percent bg1 t1 bg2 t2 accent1 accent2 accent3 accent4 accent5 accent6 hyperlink followedHyperlink
			uri customMarkFollows relativeTo alignment combine combineBrackets vert vertCompress usb0 usb1 usb2 usb3 csb0 csb1 characterSet displacedByCustomXml colFirst colLast
			legacy legacySpace legacyIndent`),
		"w14": words("val rad dist dir sx sy kx ky algn cap cmpd w h blurRad stA stPos endA endPos fadeDir ang scaled path pos l t r b prst prstMaterial rig lat lon rev lim"),
		"w15": words("val restartNumberingAfterBreak"),
		"m":   words("val alnAt"),
		"mc":  words("Ignorable Requires"),
		"r":   words("id embed link pict"),
		"o":   words("hr hrstd hrnoshade hralign hrpct preferrelative spt connecttype connectangles allowincell allowoverlap insetmode bullet oned extrusionok bordertopcolor borderleftcolor borderbottomcolor borderrightcolor"),
		"v": words(`ext id type style coordsize coordorigin path adj fillcolor filled stroked strokecolor strokeweight arcsize from to points opacity on color color2 weight joinstyle
			endarrow startarrow startarrowwidth startarrowlength endarrowwidth endarrowlength dashstyle linestyle miterlimit endcap angle focus focusposition focussize method
			recolor rotate string fitshape fitpath trim xscale textpathok gradientshapeok extrusionok connecttype connectlocs connectangles textboxrect limo inset print
			wrapcoords croptop cropbottom cropleft cropright gain blacklevel gamma grayscale bilevel chromakey eqn position polar xrange yrange switch offset offset2 obscured
			matrix origin size aspect alignshape aspectratio insetpen hr fillok strokeok shadowok arrowok colors rotatedboundingbox side anchorx anchory shapetype lock`),
		"a": words(`x y cx cy w h l t r b rot flipH flipV prst val lastClr hue sat lum amt pos ang scaled path rotWithShape cstate contrast bright sx sy kx ky algn flip tx ty dist dir
			rad blurRad grow fov prstMaterial rig zoom lat lon rev z extrusionH contourW cap cmpd len type lim d sp fill stroke extrusionOk hR wR stAng swAng name fmla gdRefX
			minX maxX gdRefR minR maxR gdRefAng minAng maxAng gdRefY minY maxY spcFirstLastPara vertOverflow horzOverflow vert wrap lIns tIns rIns bIns numCol spcCol rtlCol
			fromWordArt anchor anchorCtr forceAA upright compatLnSpc fontScale lnSpcReduction distT distB distL distR simplePos relativeHeight behindDoc locked layoutInCell
			hidden allowOverlap wrapText edited relativeFrom id noChangeAspect noGrp noSelect noRot noMove noResize noEditPoints noAdjustHandles noChangeArrowheads
			noChangeShapeType noCrop noTextEdit noUngrp preferRelativeResize txBox normalEastAsianFlow seq bwMode idx typeface script panose pitchFamily charset thresh useA
			stA stPos endA endPos fadeDir bg1 tx1 bg2 tx2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink uri
			i u sz strike kern spc baseline indent marL marR lvl`),
	}
	for _, drawn := range []string{"wp", "pic", "wp14", "wps", "wpg", "wpc", "a14", "lc"} {
		rows[drawn] = rows["a"]
	}
	rows["w10"] = rows["v"]
	maps.Copy(rows["o"], rows["v"]) // its elements have both
	return rows
}()

// docxFree are values that have spaces or any letters: what is drawn, fonts, and what other steps name anew.
var docxFree = words("w:ascii w:hAnsi w:eastAsia w:cs w:font w:instr w:anchor w:styleId")

// docxToken is the form of other values of text's own attributes.
var docxToken = regexp.MustCompile(`^(?:[\pL\d#.%:+_-]{0,40}|.{1,2})$`)

// docxUris are those of what is drawn.
var docxUris = regexp.MustCompile(`^http://(?:schemas\.openxmlformats\.org/drawingml|purl\.oclc\.org/ooxml/drawingml|schemas\.microsoft\.com/office)(?:/(?:2006|2010|word|drawing|main|picture|lockedCanvas|wordprocessing\w+))*$`)

// docxPrefixes are the prefixes of a part, as far as they stay, with what programs call their namespaces.
type docxPrefixes map[string]string

// look learns the prefixes that an element declares.
func (p docxPrefixes) look(as []xml.Attr) {
	for _, a := range as {
		switch {
		case a.Name.Space == "xmlns":
			p[a.Name.Local] = docxSpaces[a.Value]
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			p[""] = docxSpaces[a.Value]
		}
	}
}

// of is what programs call the namespace of an element; "" where it does not stay.
func (p docxPrefixes) of(element string) string {
	prefix, _, found := strings.Cut(element, ":")
	if !found {
		prefix = ""
	}
	return p[prefix]
}

// attr is what becomes of an attribute: what is not known is not written.
func (p docxPrefixes) attr(element string, a xml.Attr) (string, bool) {
	of, name := p.of(element), a.Name.Local
	space := of
	switch {
	case a.Name.Space == "xmlns", a.Name.Space == "" && name == "xmlns":
		return a.Value, docxSpaces[a.Value] != ""
	case a.Name.Space == "xml":
		return a.Value, name == "space"
	case a.Name.Space != "":
		space = p[a.Name.Space]
	}
	if !docxAttrs[space][name] {
		return "", false
	}
	switch inner := local(element); {
	case name == "Ignorable", name == "Requires":
		known := slices.DeleteFunc(strings.Fields(a.Value), func(prefix string) bool { return p[prefix] == "" })
		return strings.Join(known, " "), true
	case name == "name" && (inner == "docPr" || inner == "cNvPr"):
		return "Picture", true
	case name == "name" && slices.Contains([]string{"theme", "clrScheme", "fontScheme", "fmtScheme"}, inner):
		return "Theme", true
	case name == "name" && inner != "gd":
		return a.Value, of == "w" && slices.Contains([]string{"font", "bookmarkStart", "lsdException", "compatSetting"}, inner)
	case name == "uri":
		return a.Value, docxUris.MatchString(a.Value)
	case space == "v" && name == "id":
		return a.Value, inner == "shapetype" && docxToken.MatchString(a.Value)
	case space == "w" && !docxFree["w:"+name] && (name != "val" || !isWordsInDOCX(inner)):
		return a.Value, docxToken.MatchString(a.Value)
	}
	return a.Value, true
}

// isWordsInDOCX says whether the value of an element is what people read, or is named anew by another step.
func isWordsInDOCX(element string) bool {
	return element == "lvlText" || element == "name" || docxStyled[element]
}
