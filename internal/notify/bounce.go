package notify

import (
	"regexp"

	"github.com/upr-info/upr/internal/fault"
)

// maxReport is how much of a report is read, in bytes.
const maxReport = 200_000

var (
	ourMessage = regexp.MustCompile(`(?im)^[ \t>]*Message-ID:\s*<(msg_[a-z0-9]{20})@`)
	action     = regexp.MustCompile(`(?im)^[ \t>]*Action:\s*([a-z]+)`)
	status     = regexp.MustCompile(`(?im)^[ \t>]*Status:\s*([245]\.\d{1,3}\.\d{1,3})\b`)
)

// readReport finds the message that a report of RFC 3464 is about, empty where it does not say, and
// the status that it gives. The report is pasted, whole or in parts, so that no boundaries of MIME are
// asked for. Returns Invalid for a report of something else than a failure.
func readReport(report string) (uid, code string, err error) {
	if len(report) > maxReport {
		return "", "", fault.Invalid("report", "has more than %d bytes: leave out what was attached", maxReport)
	}
	if found := action.FindStringSubmatch(report); found != nil && found[1] != "failed" {
		return "", "", fault.Invalid("report", "says that the message was %s, not that it came back", found[1])
	}
	if found := ourMessage.FindStringSubmatch(report); found != nil {
		uid = found[1]
	}
	if found := status.FindStringSubmatch(report); found != nil {
		code = found[1]
	}
	return uid, code, nil
}
