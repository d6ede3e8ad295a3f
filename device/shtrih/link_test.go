package shtrih

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/wire"
)

var silent = slog.New(slog.DiscardHandler)

// testTimeouts are short: the far end of every test answers at once or never.
func testTimeouts() *Timeouts {
	return &Timeouts{ENQ: 20 * time.Millisecond, Byte: 20 * time.Millisecond, Frame: 20 * time.Millisecond, Answer: 50 * time.Millisecond}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

// The messages of §1.1: short status with password 30, and its answer.
const (
	statusFrame  = "02 05 10 1E 00 00 00 0B"
	statusAnswer = "02 11 10 00 1E 92 02 04 00 00 00 00 00 00 00 00 00 00 00 8B"
)

func TestADialogueOnTheLine(t *testing.T) {
	status := with(cmdShortStatus, 30)
	for name, test := range map[string]struct {
		message request
		trace   string
		want    string // answer in hex, or
		err     error  // what the error wraps
	}{
		"the plain case of §1.1": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a printer that answers ENQ at the third time": {
			status,
			"> 05\n> 05\n> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"late answers to ENQ are not taken for a refused frame": {
			status,
			"> 05\n> 05\n> 05\n< 15 15 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a stale answer is read, acknowledged and never taken for ours": {
			status,
			"> 05\n< 06\n< 02 03 E0 00 1E FD\n> 06\n> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a stale answer to the same command is dropped as well": {
			status,
			"> 05\n< 06\n< 02 11 10 00 1E 00 00 02 00 00 00 00 00 00 00 00 00 00 00 1D\n> 06\n> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"FF bytes before a control byte are skipped": {
			status,
			"> 05\n< FF FF 15\n> " + statusFrame + "\n< FF 06\n< FF " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"noise before a control byte spoils it, so ENQ is asked again": {
			status,
			"> 05\n< 33 44 15\n> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a refused frame is sent again": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 15\n> " + statusFrame + "\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a frame refused ten times was not taken": {
			status, "> 05\n< 15\n" + strings.Repeat("> "+statusFrame+"\n< 15\n", 10), "", errNotSent,
		},
		"a printer that never answers ENQ has taken nothing": {
			status, strings.Repeat("> 05\n", 10), "", errNotSent,
		},
		"a damaged answer is refused and comes again after ENQ": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 06\n< " + statusAnswer[:57] + "00\n> 15 05\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"an answer that breaks off is refused and comes again": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 06\n< 02 11 10 00\n> 15 05\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"a late answer is asked for by ENQ": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 06\n> 05\n< 06\n< " + statusAnswer + "\n> 06\n",
			statusAnswer[6:57], nil,
		},
		"an answer that the printer does not hold is lost": {
			status, "> 05\n< 15\n> " + statusFrame + "\n< 06\n> 05\n< 15\n", "", errLost,
		},
		"a lost ACK costs nothing when the answer follows": {
			status, "> 05\n< 15\n> " + statusFrame + "\n< " + statusAnswer + "\n> 06\n", statusAnswer[6:57], nil,
		},
		"silence after the frame leaves everything open": {
			status, "> 05\n< 15\n> " + statusFrame + "\n" + strings.Repeat("> 05\n", 10), "", errLost,
		},
		"an answer to another command is acknowledged and dropped": {
			status,
			"> 05\n< 15\n> " + statusFrame + "\n< 06\n< 02 03 E0 00 1E FD\n> 06\n> 05\n",
			"", errLost,
		},
		"an unknown FF command may be answered with one byte of it": {
			with(cmdOperation, 1),
			"> 05\n< 15\n> 02 06 FF 46 01 00 00 00 BE\n< 06\n< 02 02 FF 37 CA\n> 06\n",
			"FF 37", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			player, err := wire.Playback(strings.NewReader(test.trace))
			require.NoError(t, err)
			got, err := newLink(player, testTimeouts(), silent).exchange(t.Context(), test.message)
			if test.err == nil {
				require.NoError(t, err)
				require.Equal(t, strings.TrimSpace(test.want), hexText(got))
				require.NoError(t, player.Rest())
				return
			}
			require.ErrorIs(t, err, test.err)
			for _, other := range []error{errNotSent, errLost} {
				require.Equal(t, other == test.err, errors.Is(err, other), "one of the two, never both: %v", err)
			}
			require.NoError(t, player.Rest())
		})
	}
}

func hexText(b []byte) string { return fmt.Sprintf("% X", b) }

func TestCancellingFreesAnExchangeThatWaits(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	port, err := wire.Open(t.Context(), "tcp:"+listener.Addr().String())
	require.NoError(t, err)
	defer port.Close()
	printer, err := listener.Accept()
	require.NoError(t, err)
	defer printer.Close()

	timeouts := testTimeouts()
	timeouts.ENQ = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		io.ReadFull(printer, make([]byte, 1)) // ENQ has come: the link waits now
		cancel()
	}()
	_, err = newLink(port, timeouts, silent).exchange(ctx, bare(cmdDeviceType))
	require.ErrorIs(t, err, errNotSent)
	require.ErrorIs(t, err, context.Canceled)

	// The line outlives it: no deadline is left behind.
	go func() {
		io.ReadFull(printer, make([]byte, 1))
		printer.Write([]byte{nak})
		io.ReadFull(printer, make([]byte, 4))
		printer.Write([]byte{ack, 2, 2, 0xFC, 0, 0xFE})
	}()
	answer, err := newLink(port, timeouts, silent).exchange(t.Context(), bare(cmdDeviceType))
	require.NoError(t, err)
	require.Equal(t, []byte{0xFC, 0}, answer)
}

func TestFramesOfTheReference(t *testing.T) {
	for name, test := range map[string]struct {
		message request
		want    string
	}{
		"short status, §1.1":          {with(cmdShortStatus, 30), statusFrame},
		"device type, §1.1":           {bare(cmdDeviceType), "02 01 FC FD"},
		"open receipt, §2.5":          {with(cmdOpenReceipt, 1, openSale), "02 06 8D 01 00 00 00 00 8A"},
		"continue print, §2.3":        {with(cmdContinuePrint, 1), "02 05 B0 01 00 00 00 B4"},
		"drive status, §2.6":          {with(cmdDriveStatus, 30), "02 06 FF 01 1E 00 00 00 E6"},
		"accept a code, §2.7":         {with(cmdAcceptMark, 1, 1), "02 07 FF 69 01 00 00 00 01 91"},
		"measure of the item, §2.6":   {with(cmdOperationTag, 30, tlv(tagMeasure, 0)...), "02 0B FF 4D 1E 00 00 00 3C 08 01 00 00 92"},
		"phone of the buyer, §2.6":    {with(cmdDocumentTag, 30, tlv(1008, []byte("+79161234567")...)...), "02 16 FF 0C 1E 00 00 00 F0 03 0C 00 2B 37 39 31 36 31 32 33 34 35 36 37 16"},
		"price as VLN in a TLV, §7.1": {tlv(1079, vln(8990)...), "02 06 37 04 02 00 1E 23 0A"},
		"quantity as FVLN, §7.1":      {quantityTLV(2500), "02 07 FF 03 03 00 03 C4 09 36"},
	} {
		t.Run(name, func(t *testing.T) {
			frame, err := encodeFrame(test.message)
			require.NoError(t, err)
			require.Equal(t, test.want, hexText(frame))
		})
	}
}

func TestAMessageThatFitsNoFrameIsRefused(t *testing.T) {
	for _, size := range []int{0, 256} {
		_, err := encodeFrame(make([]byte, size))
		require.Error(t, err, "%d bytes", size)
	}
	frame, err := encodeFrame(make([]byte, 255))
	require.NoError(t, err)
	require.Len(t, frame, 258)
}

func FuzzReadFrame(f *testing.F) {
	for _, seed := range []string{statusFrame, statusAnswer, "02 00 00", "02 02 FF 37 CA", "02 FF"} {
		b, err := hex.DecodeString(strings.ReplaceAll(seed, " ", ""))
		require.NoError(f, err)
		f.Add(b[1:])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		message, err := readFrame(bytes.NewReader(b).ReadByte)
		if err != nil {
			return
		}
		frame, err := encodeFrame(message)
		require.NoError(t, err)
		require.Equal(t, b[:len(frame)-1], frame[1:], "what was read is what encodes to it")
	})
}
