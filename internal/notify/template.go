package notify

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/upr-info/upr/internal/fault"
)

//go:embed templates
var builtIn embed.FS

// maxSource is how long a template may be, in bytes.
const maxSource = 10_000

// builtInSource is a template as the program brings it: its subject, an empty line, its text.
func builtInSource(key, language string) string {
	text, err := builtIn.ReadFile("templates/" + key + "." + strings.ToLower(language) + ".txt")
	if err != nil {
		panic(err) // TestBuiltInTemplates has seen them all
	}
	return string(text)
}

// letter is a template that was understood.
type letter struct{ subject, text *template.Template }

// understand reads a template. Returns Invalid with the line and what is wrong there: anything but
// text, {{.field}} and {{if .field}}…{{else}}…{{end}}; a field that this template does not have; an
// optional one that was not asked for first; and no {{.link}}, without which the recipient can do nothing.
func understand(key, source string) (*letter, error) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	if len(source) > maxSource {
		return nil, fault.Invalid("source", "has %d bytes, of which %d at most may be", len(source), maxSource)
	}
	subject, text, ok := strings.Cut(source, "\n\n")
	if subject = strings.TrimSpace(subject); !ok || subject == "" || strings.Contains(subject, "\n") || strings.TrimSpace(text) == "" {
		return nil, fault.Invalid("source", "line 1: a template is its subject in one line, an empty line, and its text")
	}
	if i := strings.IndexFunc(source, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }); i >= 0 {
		return nil, fault.Invalid("source", "line %d: has a control character", 1+strings.Count(source[:i], "\n"))
	}
	if i := strings.Index(source, "[["); i >= 0 {
		return nil, fault.Invalid("source", "line %d: [[ is a mark of the program: write {{.field}}", 1+strings.Count(source[:i], "\n"))
	}
	var err error
	l := &letter{}
	if l.subject, err = part(key, subject, 0); err != nil {
		return nil, err
	}
	if l.text, err = part(key, text, 2); err != nil {
		return nil, err
	}
	c := checker{key: key}
	if !c.shows(l.text.Root, "link") {
		return nil, fault.Invalid("source", "the text never shows {{.link}} outside of an {{if}}: without it the recipient can do nothing")
	}
	if slices.ContainsFunc(c.all(l.subject.Root), func(name string) bool { return fields[name].private }) {
		return nil, fault.Invalid("source", "line 1: a subject is seen by whoever is near: it shows neither {{.name}} nor {{.link}}")
	}
	return l, nil
}

var atLine = regexp.MustCompile(`^template: \w+:(\d+):(?:\d+:)? ?(.*)$`)

// part reads one part of a template, before which there were some lines.
func part(key, text string, before int) (*template.Template, error) {
	t, err := template.New("source").Option("missingkey=error").Parse(text)
	if err != nil {
		line, what := 1, err.Error()
		if found := atLine.FindStringSubmatch(what); found != nil {
			_, _ = fmt.Sscan(found[1], &line)
			what = found[2]
		}
		return nil, fault.Invalid("source", "line %d: %s", line+before, what)
	}
	if len(t.Templates()) > 1 || t.Tree == nil {
		return nil, fault.Invalid("source", "line %d: {{define}} and {{block}} have no place here", 1+before)
	}
	c := checker{key: key, text: text, before: before}
	return t, c.list(t.Root, nil)
}

// checker walks through a template.
type checker struct {
	key, text string
	before    int
}

func (c checker) wrong(at parse.Node, format string, args ...any) error {
	line := 1 + c.before + strings.Count(c.text[:min(int(at.Position()), len(c.text))], "\n")
	return fault.Invalid("source", "line %d: "+format, append([]any{line}, args...)...)
}

// list checks nodes; asked are the optional fields that are known to be there.
func (c checker) list(nodes *parse.ListNode, asked []string) error {
	if nodes == nil {
		return nil
	}
	for _, node := range nodes.Nodes {
		if err := c.node(node, asked); err != nil {
			return err
		}
	}
	return nil
}

func (c checker) node(node parse.Node, asked []string) error {
	switch node := node.(type) {
	case *parse.TextNode, *parse.CommentNode:
		return nil
	case *parse.ActionNode:
		name, err := c.field(node.Pipe)
		if err == nil && slices.Contains(optional, name) && !slices.Contains(asked, name) {
			err = c.wrong(node, "%s can be missing: write {{if .%[1]s}}…{{.%[1]s}}…{{end}}", name)
		}
		return err
	case *parse.IfNode:
		name, err := c.field(node.Pipe)
		if err != nil {
			return err
		}
		if err := c.list(node.List, append(slices.Clone(asked), name)); err != nil {
			return err
		}
		return c.list(node.ElseList, asked)
	}
	return c.wrong(node, "%s cannot be written here: there are text, {{.field}} and {{if .field}}…{{else}}…{{end}}", node)
}

// field returns the field that {{…}} shows, and nothing else does.
func (c checker) field(pipe *parse.PipeNode) (string, error) {
	if len(pipe.Decl) == 0 && len(pipe.Cmds) == 1 && len(pipe.Cmds[0].Args) == 1 {
		if f, ok := pipe.Cmds[0].Args[0].(*parse.FieldNode); ok && len(f.Ident) == 1 {
			if slices.Contains(uses[c.key], f.Ident[0]) || (c.key == neutral || c.key == unreached) && f.Ident[0] == "link" {
				return f.Ident[0], nil
			}
			return "", c.wrong(pipe, "there is no field %s: this template has %s", f.Ident[0], strings.Join(uses[c.key], ", "))
		}
	}
	return "", c.wrong(pipe, "{{%s}} is no field: write one as in {{.%s}}", pipe, uses[c.key][0])
}

// shows says whether a field is shown in any case.
func (c checker) shows(nodes *parse.ListNode, name string) bool {
	return slices.ContainsFunc(nodes.Nodes, func(node parse.Node) bool {
		action, ok := node.(*parse.ActionNode)
		if !ok {
			return false
		}
		shown, err := c.field(action.Pipe)
		return err == nil && shown == name
	})
}

// all are the fields that are shown in some case.
func (c checker) all(nodes *parse.ListNode) (names []string) {
	if nodes == nil {
		return nil
	}
	for _, node := range nodes.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			if name, err := c.field(node.Pipe); err == nil {
				names = append(names, name)
			}
		case *parse.IfNode:
			names = append(append(names, c.all(node.List)...), c.all(node.ElseList)...)
		}
	}
	return names
}

// fill writes a letter.
func (l *letter) fill(data map[string]string) (subject, text string, err error) {
	var s, t strings.Builder
	if err := l.subject.Execute(&s, data); err != nil {
		return "", "", fmt.Errorf("fill the subject: %w", err)
	}
	if err := l.text.Execute(&t, data); err != nil {
		return "", "", fmt.Errorf("fill the text: %w", err)
	}
	return strings.Join(strings.Fields(s.String()), " "), manyLines.ReplaceAllString(t.String(), "\n\n"), nil
}

// manyLines are left where an {{if}} shows nothing.
var manyLines = regexp.MustCompile(`\n{3,}`)
