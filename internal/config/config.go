// Package config has the settings of the program: one struct, read from flags and
// from the environment, with defaults that need no configuration at all.
package config

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
)

// Config are the settings that commands share.
type Config struct {
	Addr        string `env:"UPR_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	DatabaseURL string `env:"UPR_DATABASE_URL" default:"sqlite:data/upr.db" help:"sqlite:PATH or postgres://…"`
	// ResponseCacheMB bounds the answers to public questions that are kept.
	ResponseCacheMB int `name:"response-cache-mb" env:"UPR_RESPONSE_CACHE_MB" default:"64" help:"Memory for answers to public questions, in MB; 0: none are kept."`

	PublicURL        string   `name:"public-url" env:"UPR_PUBLIC_URL" help:"This server as people reach it, as in https://upr.example.org; else the address it listens on."`
	DataLicence      string   `name:"data-licence" env:"UPR_DATA_LICENCE" help:"Licence of the data that exports state, as in CC-BY-4.0; none: they say that none is stated."`
	DataLicenceURL   string   `name:"data-licence-url" env:"UPR_DATA_LICENCE_URL" help:"Where that licence can be read."`
	AllowedOrigins   []string `name:"allowed-origins" env:"UPR_ALLOWED_ORIGINS" help:"Other origins that may send the session cookie, as in https://app.example.org."`
	TrustedProxies   []string `name:"trusted-proxies" env:"UPR_TRUSTED_PROXIES" help:"Networks of proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8."`
	WebhookNetworks  []string `name:"webhook-networks" env:"UPR_WEBHOOK_NETWORKS" help:"Private networks that webhooks may lead to, by http as well, as in 10.1.0.0/16; none: the public Internet alone, by https."`
	SMTPURL          string   `name:"smtp-url" env:"UPR_SMTP_URL" help:"Where mail is sent, as in smtps://user:password@mail.example.org?from=upr@example.org."`
	MailPerMinute    int      `name:"mail-per-minute" env:"UPR_MAIL_PER_MINUTE" default:"120" help:"Mails of the outbox that all processes together send in a minute; 0: as many as they can."`
	SecretKeyFile    string   `name:"secret-key-file" env:"UPR_SECRET_KEY_FILE" help:"File of the key under which secrets are kept; made beside a SQLite database where it is missing."`
	FilesURL         string   `name:"files-url" env:"UPR_FILES_URL" help:"Folder of what people upload, as in file:///var/lib/upr/files; else beside a SQLite database."`
	Antivirus        string   `env:"UPR_ANTIVIRUS" help:"Looks at what people upload: clamd://127.0.0.1:3310, clamd:///run/clamav/clamd.ctl, or a command that reads it."`
	RateLimit        int      `name:"rate-limit" env:"UPR_RATE_LIMIT" default:"1200" help:"Requests a minute of one address, signed-in user or key; 0: as many as they like."`
	KeyQuota         int      `name:"key-quota" env:"UPR_KEY_QUOTA" default:"100000" help:"Requests a day of one key, over all processes; 0: as many as it likes."`
	StreamLimit      int      `name:"stream-limit" env:"UPR_STREAM_LIMIT" default:"50" help:"Event streams and WebSockets that one address, signed-in user or key may have open; 0: as many as they like."`
	PIDFile          string   `name:"pid-file" env:"UPR_PID_FILE" help:"File that has the number of the process that answers, also after restarts."`
	MetricsAddr      string   `name:"metrics-addr" env:"UPR_METRICS_ADDR" help:"Private address of metrics and profiles, as in 127.0.0.1:9090; none: they are not served."`
	LogFormat        string   `name:"log-format" env:"UPR_LOG_FORMAT" enum:"text,json" default:"text" help:"How lines of the log are written: text or json."`
	LogLevel         string   `name:"log-level" env:"UPR_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"From which level on lines are written; debug has one for each request."`
	TrustedDocuments string   `name:"trusted-documents" env:"UPR_TRUSTED_DOCUMENTS" help:"Folder of GraphQL documents that clients may name by their SHA-256."`
	TrustedOnly      bool     `name:"trusted-only" env:"UPR_TRUSTED_ONLY" help:"Take no other documents from who has not signed in."`
	OIDCIssuer       string   `name:"oidc-issuer" env:"UPR_OIDC_ISSUER" help:"Provider of OpenID Connect, as in https://login.example.org."`
	OIDCClientID     string   `name:"oidc-client-id" env:"UPR_OIDC_CLIENT_ID" help:"What the provider calls this server."`
	OIDCClientSecret string   `name:"oidc-client-secret-file" env:"UPR_OIDC_CLIENT_SECRET_FILE" help:"File of the secret that the provider gave."`
}

// Redacted returns the settings as they may be shown: without passwords.
func (c Config) Redacted() map[string]string {
	return map[string]string{
		"UPR_ADDR": c.Addr, "UPR_DATABASE_URL": redact(c.DatabaseURL), "UPR_RESPONSE_CACHE_MB": strconv.Itoa(c.ResponseCacheMB),
		"UPR_PUBLIC_URL": c.PublicURL, "UPR_DATA_LICENCE": c.DataLicence, "UPR_DATA_LICENCE_URL": c.DataLicenceURL, "UPR_ALLOWED_ORIGINS": strings.Join(c.AllowedOrigins, ","), "UPR_TRUSTED_PROXIES": strings.Join(c.TrustedProxies, ","), "UPR_WEBHOOK_NETWORKS": strings.Join(c.WebhookNetworks, ","), "UPR_SMTP_URL": redact(c.SMTPURL), "UPR_MAIL_PER_MINUTE": strconv.Itoa(c.MailPerMinute),
		"UPR_SECRET_KEY_FILE": c.SecretKeyFile, "UPR_OIDC_ISSUER": c.OIDCIssuer, "UPR_OIDC_CLIENT_ID": c.OIDCClientID,
		"UPR_OIDC_CLIENT_SECRET_FILE": c.OIDCClientSecret, "UPR_PID_FILE": c.PIDFile, "UPR_METRICS_ADDR": c.MetricsAddr, "UPR_LOG_FORMAT": c.LogFormat, "UPR_LOG_LEVEL": c.LogLevel, "UPR_RATE_LIMIT": strconv.Itoa(c.RateLimit), "UPR_KEY_QUOTA": strconv.Itoa(c.KeyQuota), "UPR_STREAM_LIMIT": strconv.Itoa(c.StreamLimit), "UPR_TRUSTED_DOCUMENTS": c.TrustedDocuments, "UPR_FILES_URL": redact(c.FilesURL), "UPR_ANTIVIRUS": c.Antivirus, "UPR_TRUSTED_ONLY": strconv.FormatBool(c.TrustedOnly),
	}
}

// redact hides the password of a URL. What cannot be read as one is not shown at all.
func redact(address string) string { return secret.Redact(address) }

// most is more than anybody sets, and little enough to be multiplied.
const most = 1_000_000_000

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.Addr == "" {
		return fault.Invalid("UPR_ADDR", "names no address, as in 127.0.0.1:8080")
	}
	for _, of := range []struct {
		name string
		n    int
	}{
		{"UPR_RESPONSE_CACHE_MB", c.ResponseCacheMB},
		{"UPR_RATE_LIMIT", c.RateLimit},
		{"UPR_KEY_QUOTA", c.KeyQuota},
		{"UPR_STREAM_LIMIT", c.StreamLimit},
		{"UPR_MAIL_PER_MINUTE", c.MailPerMinute},
	} {
		if of.n < 0 || of.n > most {
			return fault.Invalid(of.name, "%d is not between 0 and %d", of.n, most)
		}
	}
	for _, of := range []struct{ name, address string }{
		{"UPR_PUBLIC_URL", c.PublicURL},
		{"UPR_DATA_LICENCE_URL", c.DataLicenceURL},
		{"UPR_OIDC_ISSUER", c.OIDCIssuer},
	} {
		if u, err := url.Parse(of.address); of.address != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http") {
			return fault.Invalid(of.name, "must be an address like https://upr.example.org, without a user or a password")
		}
	}
	if c.TrustedOnly && c.TrustedDocuments == "" {
		return fault.Invalid("UPR_TRUSTED_ONLY", "needs UPR_TRUSTED_DOCUMENTS, the folder of those documents")
	}
	if c.OIDCIssuer != "" && (c.OIDCClientID == "" || c.OIDCClientSecret == "") {
		return fault.Invalid("UPR_OIDC_ISSUER", "needs UPR_OIDC_CLIENT_ID and UPR_OIDC_CLIENT_SECRET_FILE as well")
	}
	if c.OIDCIssuer == "" && (c.OIDCClientID != "" || c.OIDCClientSecret != "") {
		return fault.Invalid("UPR_OIDC_ISSUER", "is needed beside UPR_OIDC_CLIENT_ID and UPR_OIDC_CLIENT_SECRET_FILE: nobody can sign in there without it")
	}
	return nil
}
