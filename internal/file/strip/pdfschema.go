package strip

import "strings"

// pdfSchema says which keys of a PDF file's dictionaries are kept, and what their values are. What
// it does not name is left out: so no key that somebody invents is let through.
//
//	atom     numbers, names, strings, lists of them
//	[kind]   one of a kind, or a list
//	{kind}   a dictionary of things of a kind, by names that pages use
//	others   a row of this table, or a function of pdfWriter (pdfkinds.go)
var pdfSchema = readSchema(map[string]string{
	"catalog": "Type Pages=page Lang=language Outlines=outlines PageLayout PageMode",
	"page": "Type Kids=[page] Count Parent=page MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit Resources=resources Contents=[content] " +
		"Annots=[annotation] Group=group",
	"resources": "Font={font} XObject={xobject} ExtGState={state} ColorSpace={colour} Pattern={pattern} Shading={shading} ProcSet",
	"font": "Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor=descriptor Encoding=encoding ToUnicode=map DescendantFonts=[font] CIDSystemInfo=system " +
		"DW W DW2 W2 CIDToGIDMap=table CharProcs={content} FontBBox FontMatrix Resources=resources",
	"system": "Registry Ordering Supplement",
	"descriptor": "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth " +
		"MissingWidth CharSet FontFile=fontfile FontFile2=fontfile FontFile3=fontfile CIDSet=table Style Lang=language",
	"fontfile":    "Subtype Length1 Length2 Length3",
	"encoding":    "Type BaseEncoding Differences CMapName CIDSystemInfo=system WMode UseCMap=map",
	"map":         "Type CMapName CIDSystemInfo=system WMode UseCMap=map",
	"table":       "",
	"content":     "",
	"state":       "Type LW LC LJ ML D RI OP op OPM Font=fontsize BG=function BG2=function UCR=function UCR2=function TR=[function] TR2=[function] FL SM SA BM SMask=softmask CA ca AIS TK",
	"softmask":    "Type S G=xobject BC TR=function",
	"group":       "Type S CS=colour I K",
	"image":       "Type Subtype Width Height ColorSpace=colour BitsPerComponent Intent ImageMask Mask=mask Decode Interpolate SMask=xobject SMaskInData Matte",
	"form":        "Type Subtype FormType BBox Matrix Resources=resources Group=group",
	"pattern":     "Type PatternType PaintType TilingType BBox XStep YStep Resources=resources Matrix Shading=shading ExtGState=state",
	"shading":     "ShadingType ColorSpace=colour Background BBox AntiAlias Domain Coords Function=[function] Extend Matrix BitsPerCoordinate BitsPerComponent BitsPerFlag Decode VerticesPerRow",
	"function":    "FunctionType Domain Range C0 C1 N Size BitsPerSample Order Encode Decode Functions=[function] Bounds",
	"process":     "Type",
	"calibrated":  "WhitePoint BlackPoint Gamma Matrix Range",
	"globals":     "",
	"annotation":  "Type Subtype Rect F C IC CA BS=border Border BE=border AP=appearances AS QuadPoints InkList L LE Vertices DA Q Contents H A=action Dest=destination",
	"border":      "Type W S D I",
	"appearances": "N=appearance",
	"action":      "Type S URI D=destination N",
	"outlines":    "Type First=outline Last=outline Count",
	"outline":     "Title Parent=outlineparent Prev=outline Next=outline First=outline Last=outline Count Dest=destination A=action C F",
})

// pdfStreams are the kinds that have bytes: all but these are dictionaries alone.
var pdfStreams = map[string]bool{
	"fontfile": true, "encoding": true, "map": true, "table": true, "content": true, "image": true, "form": true, "pattern": true, "shading": true, "function": true, "globals": true,
}

func readSchema(rows map[string]string) map[string]map[string]string {
	schema := map[string]map[string]string{}
	for kind, row := range rows {
		schema[kind] = map[string]string{}
		for _, field := range strings.Fields(row) {
			key, value, named := strings.Cut(field, "=")
			if !named {
				value = "atom"
			}
			schema[kind][key] = value
		}
	}
	return schema
}
