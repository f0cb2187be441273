// Package config has the settings of the program: one struct, read from flags and
// from the environment, with defaults that need no configuration at all.
package config

import (
	"net/url"
	"strconv"

	"github.com/upr-info/upr/internal/fault"
)

// Config are the settings that commands share.
type Config struct {
	Addr        string `env:"UPR_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	DatabaseURL string `env:"UPR_DATABASE_URL" default:"sqlite:data/upr.db" help:"sqlite:PATH or postgres://…"`
	// ResponseCacheMB bounds the answers to public questions that are kept.
	ResponseCacheMB int `name:"response-cache-mb" env:"UPR_RESPONSE_CACHE_MB" default:"64" help:"Memory for answers to public questions, in MB; 0: none are kept."`
}

// Redacted returns the settings as they may be shown: without passwords.
func (c Config) Redacted() map[string]string {
	return map[string]string{
		"UPR_ADDR": c.Addr, "UPR_DATABASE_URL": redact(c.DatabaseURL), "UPR_RESPONSE_CACHE_MB": strconv.Itoa(c.ResponseCacheMB),
	}
}

// redact hides the password of a URL. What cannot be read as one is not shown at all.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(cannot be read)"
	}
	return u.Redacted()
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.Addr == "" {
		return fault.Invalid("UPR_ADDR", "names no address, as in 127.0.0.1:8080")
	}
	if c.ResponseCacheMB < 0 {
		return fault.Invalid("UPR_RESPONSE_CACHE_MB", "%d is less than 0", c.ResponseCacheMB)
	}
	return nil
}
