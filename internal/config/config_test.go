package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestSettingsAreDocumented looks for each setting in docs/operating.md.
func TestSettingsAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		name := field.Tag.Get("env")
		if name == "" {
			continue
		}
		if settings++; !strings.Contains(string(content), "`"+name+"`") {
			t.Errorf("docs/operating.md does not have %s", name)
		}
	}
	if settings < 20 {
		t.Errorf("found %d settings alone", settings)
	}
}
