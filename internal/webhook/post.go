package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// answerWithin is how long a receiver may take, from the resolution of its name on.
const answerWithin = 15 * time.Second

// result is what came of an attempt. It never has anything of what the receiver wrote.
type result struct {
	status     int
	failure    string // why it failed; empty: it did not
	gone       bool   // the receiver wants nothing more
	ended      bool   // it was not even tried
	retryAfter time.Duration
	took       time.Duration
}

// post sends a delivery. Returns an error where this process ends meanwhile.
func (s *Service) post(ctx context.Context, address, id string, body []byte, secrets []string) (result, error) {
	began := time.Now()
	signature, err := sign(secrets, id, began, body)
	if err != nil {
		return result{}, err
	}
	within, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(within, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return result{failure: "its address cannot be used"}, nil // not the error, which has the address
	}
	h := request.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "upr-webhooks")
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", strconv.FormatInt(began.Unix(), 10))
	h.Set("webhook-signature", signature)
	client := s.public
	if request.URL.Scheme == "http" {
		client = s.private
	}
	response, err := client.Do(request)
	took := time.Since(began)
	if ctx.Err() != nil {
		return result{}, ctx.Err()
	}
	if err != nil {
		return result{failure: describe(err), took: took}, nil
	}
	_ = response.Body.Close() // nobody reads it: whatever it is may be for others
	r := result{status: response.StatusCode, took: took, gone: response.StatusCode == http.StatusGone}
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
	case status >= 300 && status < 400:
		r.failure = fmt.Sprintf("it answered %d, and redirects are not followed", status)
	default:
		r.failure = fmt.Sprintf("it answered %d", status)
		r.retryAfter = readRetryAfter(response.Header.Get("Retry-After"), time.Now())
	}
	return r, nil
}

// readRetryAfter reads seconds or a date.
func readRetryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// describe says what went wrong without addresses or anything that the other side sent.
func describe(err error) string {
	var name *net.DNSError
	var timeout net.Error
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var noTLS tls.RecordHeaderError
	switch {
	case errors.Is(err, errForbidden):
		return "its name leads to an address that is none of the public Internet"
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &invalid):
		return "its certificate is not valid for it"
	case errors.As(err, &alert), errors.As(err, &noTLS):
		return "there was no TLS connection"
	case errors.As(err, &name) && name.IsNotFound:
		return "its name is not known"
	case errors.As(err, &name):
		return "its name could not be resolved"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("there was no answer within %d seconds", int(answerWithin.Seconds()))
	case errors.As(err, new(*net.OpError)):
		return "it could not be connected to"
	case errors.As(err, new(*url.Error)):
		return "it gave no proper answer"
	}
	return "it could not be asked"
}
