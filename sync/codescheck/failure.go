package codescheck

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"unicode"

	"kassa/app/marking"
)

// FaultOfError tells silence from a broken connection.
func FaultOfError(ctx context.Context, err error) marking.Fault {
	var timeout net.Error
	if ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout() {
		return marking.FaultTimeout
	}
	return marking.FaultUnreachable
}

// OneLine keeps foreign text fit for one line of a log or a terminal.
func OneLine(s string) string {
	const most = 200
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// HideCode masks a code that the far side put into its own text, in any form it was given or may make.
func HideCode(text string, code marking.MarkingCode) string {
	if code.IsZero() {
		return text
	}
	bare := strings.ReplaceAll(code.KM(), string(rune(marking.GS)), "")
	for _, whole := range []string{base64.StdEncoding.EncodeToString([]byte(code.KM())), code.KM(), bare, code.KI()} {
		text = strings.ReplaceAll(text, whole, code.Masked())
	}
	return text
}
