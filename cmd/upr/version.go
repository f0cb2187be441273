package main

import (
	"fmt"
	"runtime/debug"
)

// VersionCmd prints what was built.
type VersionCmd struct{}

// Run prints the module's version, or the revision that it was built from.
func (VersionCmd) Run(to streams) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this program was built without build information")
	}
	version := info.Main.Version
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			version += " " + setting.Value
		}
	}
	fmt.Fprintln(to.out, "upr", version, info.GoVersion)
	return nil
}
