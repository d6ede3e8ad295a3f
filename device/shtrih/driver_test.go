package shtrih

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/app/money"
	"kassa/device/devicesim"
	"kassa/device/wire"
)

// startPrinter serves a simulated printer until the test ends.
func startPrinter(t *testing.T, listener net.Listener) *devicesim.Shtrih {
	t.Helper()
	return startModel(t, listener, devicesim.ShtrihOptions{})
}

func startModel(t *testing.T, listener net.Listener, options devicesim.ShtrihOptions) *devicesim.Shtrih {
	t.Helper()
	options.Journal = filepath.Join(t.TempDir(), "journal.jsonl")
	sim, err := devicesim.NewShtrih(options)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- sim.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
		require.NoError(t, sim.Close())
	})
	return sim
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return listener
}

// labTimeouts leave a busy machine room; nothing in these tests waits for them to pass.
func labTimeouts() Timeouts {
	return Timeouts{ENQ: 50 * time.Millisecond, Byte: 50 * time.Millisecond, Frame: 200 * time.Millisecond, Answer: 500 * time.Millisecond}
}

func newDriver(t *testing.T, address string, log *slog.Logger, change func(*Settings)) *Driver {
	t.Helper()
	settings := testSettings()
	settings.Address = address
	settings.Timeouts = labTimeouts()
	if change != nil {
		change(&settings)
	}
	d, err := New(settings, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func registerNow(t *testing.T, d *Driver, doc fiscal.Document) (fiscal.Registered, error) {
	t.Helper()
	mark, err := d.Mark(t.Context())
	require.NoError(t, err)
	return d.Register(t.Context(), doc, mark)
}

func TestATillStartsWithThePrinterOffAndGoesOnWhenItAppears(t *testing.T) {
	listener := listen(t)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	d := newDriver(t, "tcp:"+address, silent, nil)
	_, err := d.Status(t.Context())
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err))
	require.Equal(t, fiscal.ProblemSilent, fiscal.ProblemOf(err))

	listener, err = net.Listen("tcp", address)
	require.NoError(t, err)
	startPrinter(t, listener)
	s, err := d.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, "1.2", s.FFD)
}

func TestACashCoreGetsTagsAndMarksBeforeTheirItem(t *testing.T) {
	for name, options := range map[string]devicesim.ShtrihOptions{
		"cash core":                       {CashCore: true},
		"cash core with extended answers": {CashCore: true, ExtendedAnswers: true},
		"no cash core":                    {},
	} {
		t.Run(name, func(t *testing.T) {
			listener := listen(t)
			sim := startModel(t, listener, options)
			d := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
			_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
			require.NoError(t, err)
			doc := sampleReceipt()
			reg, err := registerNow(t, d, doc)
			require.NoError(t, err)
			all := sim.Documents()
			sold := all[len(all)-1]
			require.Equal(t, sold.FD, reg.Document)
			require.WithinDuration(t, sold.Time, reg.At, time.Minute)
			require.Len(t, sold.Lines, 3)
			for i, l := range sold.Lines[:2] {
				require.Empty(t, l.KM, "line %d", i+1)
				require.Empty(t, l.Tag1265, "line %d", i+1)
			}
			require.Equal(t, beer, sold.Lines[2].KM)
			require.Equal(t, doc.Lines[2].Industry.Value, sold.Lines[2].Tag1265)
		})
	}
}

func TestAReceiptOfAnotherOperatorIsCancelled(t *testing.T) {
	listener := listen(t)
	sim := startPrinter(t, listener)
	first := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
	_, err := registerNow(t, first, fiscal.Document{Kind: fiscal.OpenShift})
	require.NoError(t, err)
	_, err = first.run(t.Context(), with(cmdOpenReceipt, 1, openSale))
	require.NoError(t, err)
	require.NoError(t, first.Close())

	second := newDriver(t, "tcp:"+listener.Addr().String(), silent, func(s *Settings) { s.OperatorPassword = 2 })
	_, err = registerNow(t, second, sampleReceipt())
	require.NoError(t, err)
	require.EqualValues(t, 3, sim.State().LastDocument, "registration, shift, one sale")
}

func TestADocumentBegunInTheDriveIsCancelledThere(t *testing.T) {
	const beginOpenShift = 0xFF41
	listener := listen(t)
	startPrinter(t, listener)
	d := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
	_, err := d.run(t.Context(), with(beginOpenShift, 30))
	require.NoError(t, err)
	drive, err := d.drive(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, drive.openDocument)

	_, err = registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
	require.NoError(t, err)
	drive, err = d.drive(t.Context())
	require.NoError(t, err)
	require.Zero(t, drive.openDocument)
}

func TestWhatTheDeviceRefusesIsNotDoneAndSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		command, code string
		want          fiscal.Problem
	}{
		"open receipt: drive over 24 h":        {"8D", "16", fiscal.ProblemShiftExpired},
		"tag of the receipt: bad value":        {"FF0C", "09", fiscal.ProblemRefused},
		"check of a code: blocked":             {"FF61", "A2", fiscal.ProblemMark},
		"accepting a code: wrong order":        {"FF69", "A1", fiscal.ProblemMark},
		"item: drive is full":                  {"FF46", "06", fiscal.ProblemDrive},
		"binding a code: not recognised":       {"FF67", "D3", fiscal.ProblemMark},
		"closing: messages unsent for 30 days": {"FF45", "15", fiscal.ProblemOFD},
		"closing: clock":                       {"FF45", "17", fiscal.ProblemClock},
		"closing: code was not checked":        {"FF45", "AC", fiscal.ProblemMark},
	} {
		t.Run(name, func(t *testing.T) {
			listener := listen(t)
			sim := startPrinter(t, listener)
			d := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
			_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
			require.NoError(t, err)
			before := sim.State().LastDocument
			require.NoError(t, sim.ApplyFaults(devicesim.Faults{Refuse: &devicesim.Refusal{Command: test.command, Code: test.code}}))
			_, err = registerNow(t, d, sampleReceipt())
			require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err), "%v", err)
			require.Equal(t, test.want, fiscal.ProblemOf(err), "%v", err)
			var e *fiscal.Error
			require.ErrorAs(t, err, &e)
			require.Contains(t, e.Device, "ШТРИХ "+test.code+"h")
			require.Equal(t, before, sim.State().LastDocument)
			require.False(t, sim.State().ReceiptOpen)
			_, err = registerNow(t, d, sampleReceipt())
			require.NoError(t, err)
		})
	}
}

func TestACommandRefusedForPrintingIsSentAgain(t *testing.T) {
	listener := listen(t)
	sim := startPrinter(t, listener)
	d := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
	_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
	require.NoError(t, err)
	require.NoError(t, sim.ApplyFaults(devicesim.Faults{Refuse: &devicesim.Refusal{Command: "FF45", Code: "50"}}))
	_, err = registerNow(t, d, sampleReceipt())
	require.NoError(t, err)
}

func TestAPrinterThatPrintsForTooLongIsBusy(t *testing.T) {
	listener := listen(t)
	sim := startPrinter(t, listener)
	d := newDriver(t, "tcp:"+listener.Addr().String(), silent, func(s *Settings) { s.PrintWait = pollPause })
	require.NoError(t, sim.ApplyFaults(devicesim.Faults{PrintMS: 60_000}))
	_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
	require.Equal(t, fiscal.ProblemBusy, fiscal.ProblemOf(err), "%v", err)
	require.Equal(t, fiscal.Unknown, fiscal.OutcomeOf(err), "formed, but its number is not learnt yet")
}

func TestAWrongPasswordSaysSo(t *testing.T) {
	listener := listen(t)
	startPrinter(t, listener)
	d := newDriver(t, "tcp:"+listener.Addr().String(), silent, func(s *Settings) { s.AdminPassword = 31 })
	_, err := d.Status(t.Context())
	require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err))
	require.Equal(t, fiscal.ProblemPassword, fiscal.ProblemOf(err), "%v", err)
}

func TestADriveThatGivesNoTagsIsSettledBySumAndTime(t *testing.T) {
	listener := listen(t)
	sim := startPrinter(t, listener)
	d := newDriver(t, "tcp:"+listener.Addr().String(), silent, nil)
	_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
	require.NoError(t, err)
	mark, err := d.Mark(t.Context())
	require.NoError(t, err)
	reg, err := d.Register(t.Context(), sampleReceipt(), mark)
	require.NoError(t, err)
	require.NoError(t, sim.ApplyFaults(devicesim.Faults{Refuse: &devicesim.Refusal{Command: "FF3A", Code: "37"}}))
	found, err := d.Settle(t.Context(), sampleReceipt(), mark)
	require.NoError(t, err)
	require.Equal(t, reg.Document, found.Document)
	require.Equal(t, reg.ReceiptNumber, found.ReceiptNumber)
	require.Equal(t, reg.Shift, found.Shift)
}

func TestTheLogOfASaleHoldsNoCodeAndNoPassword(t *testing.T) {
	listener := listen(t)
	startPrinter(t, listener)
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	const password = 0x1E
	d := newDriver(t, "tcp:"+listener.Addr().String(), log, nil)
	_, err := registerNow(t, d, fiscal.Document{Kind: fiscal.OpenShift})
	require.NoError(t, err)
	mark, err := d.Mark(t.Context())
	require.NoError(t, err)
	_, err = d.Register(t.Context(), sampleReceipt(), mark)
	require.NoError(t, err)
	_, err = d.Settle(t.Context(), sampleReceipt(), mark) // reads the document back
	require.NoError(t, err)
	require.Contains(t, out.String(), "FF 45", "the line is logged")
	for _, secret := range []string{beer, beer[16:], "Kd4x"} {
		require.NotContains(t, out.String(), secret)
		require.NotContains(t, out.String(), strings.ToUpper(hexText([]byte(secret))))
		require.NotContains(t, strings.ToUpper(out.String()), strings.ToUpper(hex.EncodeToString([]byte(secret))))
	}
	require.NotContains(t, out.String(), fmt.Sprintf("FF 01 %02X 00 00 00", password))
}

func TestTheFormatIsReadWhereTheModelKeepsIt(t *testing.T) {
	capabilitiesOf := func(bits uint64, more ...byte) []byte {
		b := []byte{0xF7, 0}
		b = append(b, request(nil).uint(bits, 8)...)
		return append(append(b, make([]byte, 20)...), more...)
	}
	shape := func(fields byte) []byte { return append(append([]byte{0x2D, 0}, make([]byte, 42)...), fields) }
	modern := []byte{0, 0, 0, 0, 0, 0, 10, 38} // graphics, tables of drive, ОФД, embedded; format table and field
	for name, test := range map[string]struct {
		capabilities []byte
		shape        []byte // answer to 2Dh, nil: not asked
		table, field byte
	}{
		"a printer that tells":             {capabilitiesOf(capCashCore, modern...), nil, 10, 38},
		"a printer without cash core":      {capabilitiesOf(0), nil, 17, 17},
		"a printer that does not know F7h": {[]byte{0xF7, 0x37}, nil, 17, 17},
		"a cash core with a long table":    {capabilitiesOf(capCashCore), shape(38), 10, 38},
		"a cash core with a short table":   {capabilitiesOf(capCashCore), shape(30), 10, 29},
	} {
		t.Run(name, func(t *testing.T) {
			var trace strings.Builder
			talk := func(message request, answer []byte) {
				sent, err := encodeFrame(message)
				require.NoError(t, err)
				got, err := encodeFrame(answer)
				require.NoError(t, err)
				fmt.Fprintf(&trace, "> 05\n< 15\n> %X\n< 06 %X\n> 06\n", sent, got)
			}
			talk(bare(cmdDeviceType), append([]byte{0xFC, 0, 0, 0, 2, 0, 1, 0}, "TEST"...))
			talk(bare(cmdCapabilities, 1), test.capabilities)
			if test.shape != nil {
				talk(with(cmdTableShape, 30, 10), test.shape)
			}
			talk(readTable(30, test.table, 1, test.field), []byte{0x1F, 0, 4})
			talk(readTable(30, 18, 1, 1), append([]byte{0x1F, 0}, "0012345 "...))
			talk(readTable(30, 18, 1, 2), []byte{0x1F, 0x33})
			talk(with(cmdFullStatus, 30), append([]byte{0x11, 0}, make([]byte, 46)...))

			player, err := wire.Playback(strings.NewReader(trace.String()))
			require.NoError(t, err)
			d := newDriver(t, "trace", silent, func(s *Settings) {
				s.Dial = func(context.Context, string) (wire.Port, error) { return player, nil }
			})
			require.NoError(t, d.connect(t.Context()))
			require.NoError(t, player.Rest())
			require.Equal(t, "TEST", d.model.name)
			require.Equal(t, "0012345", d.model.serial)
			require.Empty(t, d.model.inn)
			require.Equal(t, byte(ffd12), d.model.ffd)
		})
	}
}

func TestAModeAdmitsItsDocuments(t *testing.T) {
	for name, test := range map[string]struct {
		mode byte
		kind fiscal.Kind
		want fiscal.Problem
	}{
		"sale in an open shift":       {modeShiftOpen, fiscal.Sale, 0},
		"X report over 24 hours":      {modeShiftExpired, fiscal.XReport, 0},
		"closing over 24 hours":       {modeShiftExpired, fiscal.CloseShift, 0},
		"cash out over 24 hours":      {modeShiftExpired, fiscal.CashOut, fiscal.ProblemShiftExpired},
		"opening over 24 hours":       {modeShiftExpired, fiscal.OpenShift, fiscal.ProblemShiftExpired},
		"opening a closed shift":      {modeShiftClosed, fiscal.OpenShift, 0},
		"return with a closed shift":  {modeShiftClosed, fiscal.Return, fiscal.ProblemShiftClosed},
		"the date is to be confirmed": {modeDate, fiscal.Sale, fiscal.ProblemClock},
		"memory was lost":             {modeReset, fiscal.Sale, fiscal.ProblemService},
		"locked":                      {modeLocked, fiscal.Sale, fiscal.ProblemService},
		"a document is still open":    {modeDocument, fiscal.XReport, fiscal.ProblemReceiptOpen},
	} {
		t.Run(name, func(t *testing.T) {
			err := admits(state{mode: test.mode}, test.kind)
			if test.want == 0 {
				require.NoError(t, err)
				return
			}
			var own *problem
			require.True(t, errors.As(err, &own))
			require.Equal(t, test.want, own.word)
		})
	}
}

func TestADocumentOfTheDriveIsOursOrNot(t *testing.T) {
	clock := time.Date(2026, 3, 14, 12, 5, 30, 0, time.UTC)
	mark := fiscal.Mark{Shift: 11, PrinterClock: clock}
	doc := sampleReceipt()
	record := func(change func(*found)) *found {
		r := &found{Record: fiscal.Record{Kind: fiscal.Sale, Sum: 111490, At: clock.Truncate(time.Minute)}}
		change(r)
		return r
	}
	opening := fiscal.Document{Kind: fiscal.OpenShift}
	for name, test := range map[string]struct {
		doc  fiscal.Document
		r    *found
		want bool
	}{
		"same sum in the same minute, no tags": {doc, record(func(r *found) {}), true},
		"same sum, earlier":                    {doc, record(func(r *found) { r.At = r.At.Add(-time.Minute) }), false},
		"another sum":                          {doc, record(func(r *found) { r.Sum++ }), false},
		"a return":                             {doc, record(func(r *found) { r.Kind = fiscal.Return }), false},
		"tags with our id":                     {doc, record(func(r *found) { r.tagged, r.ReceiptID = true, doc.ReceiptID }), true},
		"tags with another id":                 {doc, record(func(r *found) { r.tagged, r.ReceiptID = true, "x" }), false},
		"tags without an id":                   {doc, record(func(r *found) { r.tagged = true }), false},
		"our id and another sum":               {doc, record(func(r *found) { r.tagged, r.ReceiptID, r.Sum = true, doc.ReceiptID, 1 }), false},
		"the shift that was to be opened":      {opening, record(func(r *found) { r.Kind, r.Shift = fiscal.OpenShift, 12 }), true},
		"another shift":                        {opening, record(func(r *found) { r.Kind, r.Shift = fiscal.OpenShift, 13 }), false},
		"the shift that was to be closed":      {fiscal.Document{Kind: fiscal.CloseShift}, record(func(r *found) { r.Kind, r.Shift = fiscal.CloseShift, 11 }), true},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, matches(&test.doc, mark, test.r)) })
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"no address":         func(s *Settings) { s.Address = "" },
		"no ENQ timeout":     func(s *Settings) { s.Timeouts.ENQ = 0 },
		"no answer timeout":  func(s *Settings) { s.Timeouts.Answer = -1 },
		"no patience":        func(s *Settings) { s.PrintWait = 0 },
		"a pause below zero": func(s *Settings) { s.AfterClosePause = -1 },
		"no VAT codes":       func(s *Settings) { s.VAT = nil },
		"no clock":           func(s *Settings) { s.Now = nil },
		"no time zone":       func(s *Settings) { s.Location = nil },
	} {
		t.Run(name, func(t *testing.T) {
			settings := testSettings()
			change(&settings)
			_, err := New(settings, silent)
			require.Error(t, err)
		})
	}
}

func TestEveryRateOfTheLawHasItsCode(t *testing.T) {
	want := map[money.VATRate]byte{ // §2.6
		money.VAT20: 0x01, money.VAT10: 0x02, money.VAT0: 0x04, money.VATNone: 0x08, money.VAT20Calc: 0x10, money.VAT10Calc: 0x20,
		money.VAT5: 0x81, money.VAT7: 0x82, money.VAT5Calc: 0x84, money.VAT7Calc: 0x88, money.VAT22: 0xCB, money.VAT22Calc: 0xCC,
	}
	require.Equal(t, want, Defaults().VAT)
	for cmd, want := range map[uint16]time.Duration{ // §1.1
		0x10: 3 * time.Second, 0x41: 65 * time.Second, 0xE0: 2 * time.Minute, 0xFF61: 40 * time.Second, 0xFF45: 30 * time.Second,
	} {
		timeouts := Defaults().Timeouts
		require.Equal(t, want, timeouts.answer(cmd), commandName(cmd))
	}
}
