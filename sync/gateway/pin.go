package gateway

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
)

// ErrOtherCertificate is why a gateway is not talked to that shows another certificate than the trusted one.
var ErrOtherCertificate = errors.New("the gateway shows another certificate than the trusted one")

// Fingerprint is the SHA-256 of a certificate, 64 hex digits.
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:])
}

// Certificate connects to the gateway of the settings and gives the certificate it shows, vouched for by
// nobody: a person must compare its fingerprint.
func Certificate(ctx context.Context, s Settings) (*x509.Certificate, error) {
	u, err := parseURL(s.URL, s.AllowHTTP)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" {
		return nil, errors.New("the gateway is set up without TLS, it has no certificate")
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "443")
	}
	dial := s.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	raw, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to the gateway: %w", err)
	}
	defer raw.Close()
	// Nothing but the certificate is taken from this connection.
	conn := tls.Client(raw, &tls.Config{InsecureSkipVerify: true, ServerName: u.Hostname()})
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("read the gateway's certificate: %w", err)
	}
	return conn.ConnectionState().PeerCertificates[0], nil
}

// pinned makes the TLS settings of a gateway whose certificate is known; without a pin the roots decide.
func pinned(base *tls.Config, pin []byte) *tls.Config {
	c := base.Clone()
	if pin == nil {
		return c
	}
	if c == nil {
		c = &tls.Config{}
	}
	c.InsecureSkipVerify = true // the comparison below takes the place of the roots
	c.VerifyConnection = func(s tls.ConnectionState) error {
		sum := sha256.Sum256(s.PeerCertificates[0].Raw)
		if subtle.ConstantTimeCompare(sum[:], pin) != 1 {
			return ErrOtherCertificate
		}
		return nil
	}
	return c
}

// parseFingerprint reads 64 hex digits, as people copy them: with colons or spaces, in any case.
func parseFingerprint(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	pin, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(text))
	if err != nil || len(pin) != sha256.Size {
		return nil, errors.New("the fingerprint is no SHA-256 in hex")
	}
	return pin, nil
}
