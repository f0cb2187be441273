package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/upr-info/upr/internal/config"
)

// ConfigCmd prints the settings in force.
type ConfigCmd struct{}

// Run prints one setting a line, in a form that a shell reads.
func (ConfigCmd) Run(cfg *config.Config, to streams) error {
	settings := cfg.Redacted()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(to.out, "%s=%s\n", name, settings[name])
	}
	return nil
}
