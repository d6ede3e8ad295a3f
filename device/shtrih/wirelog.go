package shtrih

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// logRequest writes a command to the log of the line, without its password and marking code.
func logRequest(ctx context.Context, log *slog.Logger, message []byte) {
	if log.Enabled(ctx, slog.LevelDebug) {
		log.Debug("to printer", "hex", maskRequest(message))
	}
}

// logAnswer writes an answer to the log of the line, unless it may hold passwords or codes.
func logAnswer(ctx context.Context, log *slog.Logger, message, answer []byte) {
	if log.Enabled(ctx, slog.LevelDebug) {
		log.Debug("from printer", "hex", maskAnswer(message, answer))
	}
}

func maskRequest(message []byte) string {
	cmd := commandOf(message)
	head := 1
	if cmd > 0xFF {
		head = 2
	}
	if cmd == cmdDeviceType || cmd == cmdCapabilities || len(message) < head+4 {
		return fmt.Sprintf("% X", message)
	}
	var s strings.Builder
	fmt.Fprintf(&s, "% X ** ** ** **", message[:head])
	rest := message[head+4:]
	switch {
	case (cmd == cmdCheckMark || cmd == cmdBindMark) && len(rest) > 0:
		fmt.Fprintf(&s, " [%d bytes with a marking code]", len(rest))
	case len(rest) > 0:
		fmt.Fprintf(&s, " % X", rest)
	}
	return s.String()
}

func maskAnswer(message, answer []byte) string {
	const passwords = 2 // table of operators
	switch cmd := commandOf(message); {
	case cmd == cmdCapabilities && len(answer) > 17:
		return fmt.Sprintf("% X [%d bytes with passwords]", answer[:17], len(answer)-17)
	case cmd == cmdReadTable && len(message) > 5 && message[5] == passwords && len(answer) > 2:
		return fmt.Sprintf("% X [%d bytes with a password]", answer[:2], len(answer)-2)
	case cmd == cmdNextTLV && len(answer) > 3:
		return fmt.Sprintf("% X [%d bytes of a document]", answer[:3], len(answer)-3)
	}
	return fmt.Sprintf("% X", answer)
}
