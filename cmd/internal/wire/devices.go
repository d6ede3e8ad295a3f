package wire

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kassa/app/config"
	"kassa/app/sale"
	"kassa/app/till"
	"kassa/device"
	"kassa/device/scanner"
	"kassa/device/shtrih"
)

// OpenPrinter makes the fiscal printer's driver. It connects at its first command and again after each loss,
// so that a till starts with the printer off.
func OpenPrinter(c *config.Config, log *slog.Logger) (device.FiscalPrinter, error) {
	if c.Printer.Address == "" {
		return nil, errors.New("no fiscal printer in the settings: set printer.kind and printer.address")
	}
	s := shtrih.Defaults()
	s.Address = c.Printer.Address
	s.Now = time.Now
	s.Location = time.Local
	if c.Printer.OperatorPassword != 0 {
		s.OperatorPassword = uint32(c.Printer.OperatorPassword)
	}
	if c.Printer.AdminPassword != 0 {
		s.AdminPassword = uint32(c.Printer.AdminPassword)
	}
	if c.Printer.ENQ != 0 {
		s.Timeouts.ENQ = c.Printer.ENQ
	}
	if c.Printer.Byte != 0 {
		s.Timeouts.Byte = c.Printer.Byte
	}
	if c.Printer.Answer != 0 { // one time for every command, the long ones too
		s.Timeouts.Answer, s.Timeouts.Commands = c.Printer.Answer, nil
	}
	if c.Printer.AfterClose != 0 {
		s.AfterClosePause = c.Printer.AfterClose
	}
	if c.Printer.NoPause {
		s.AfterClosePause = 0
	}
	printer, err := shtrih.New(s, log.With("device", "printer"))
	if err != nil {
		return nil, fmt.Errorf("fiscal printer: %w", err)
	}
	return printer, nil
}

// openScanners makes the scanners of the settings.
func openScanners(c *config.Config, log *slog.Logger) ([]device.Scanner, error) {
	var scanners []device.Scanner
	for _, set := range c.Scanners {
		s, err := scanner.New(scannerSettings(set), log.With("device", set.Name))
		if err != nil {
			return nil, err
		}
		scanners = append(scanners, s)
	}
	return scanners, nil
}

// serveScanners runs the scanners until ctx ends; the function waits for them.
func (t *Till) serveScanners(ctx context.Context, scanners []device.Scanner) (wait func()) {
	var running sync.WaitGroup
	for _, s := range scanners {
		running.Go(func() {
			err := s.Serve(ctx, func(scan device.Scan) { t.scanned(ctx, sale.Scan{Raw: scan.Data, At: scan.At}) })
			if err != nil && ctx.Err() == nil {
				t.log.Error("scanner ended", "error", err)
			}
		})
	}
	return running.Wait
}

// scanTries bounds the rare race of a scan with a document that begins at the same moment.
const scanTries = 3

// scanned gives the engine a scan. What is scanned while a document is on its way belongs to the next receipt
// and waits for it; other refusals are shown by the engine itself.
func (t *Till) scanned(ctx context.Context, s sale.Scan) {
	for range scanTries {
		now, err := t.Engine.Wait(ctx, func(s sale.Snapshot) bool { return !s.Printing.Active })
		if err != nil {
			return
		}
		err = t.Do(ctx, s)
		open := now.Receipt == nil || now.Receipt.State == till.Open
		if till.CodeOf(err) != till.ReceiptBusy || !open { // a document began between the two
			return
		}
		s.At = time.Now()
	}
}

// suffixes by their names in the settings.
var suffixes = map[string]string{"": "\r", "cr": "\r", "lf": "\n", "crlf": "\r\n", "none": ""}

func scannerSettings(c config.Scanner) scanner.Settings {
	suffix, ok := suffixes[c.Suffix]
	if !ok {
		suffix = c.Suffix
	}
	return scanner.Settings{Name: c.Name, Address: c.Address, Prefix: c.Prefix, Suffix: suffix, Now: time.Now}
}

// WaitFor gives the first snapshot that fits. It ends early when the engine has stopped by itself.
func (t *Till) WaitFor(ctx context.Context, fits func(sale.Snapshot) bool) (sale.Snapshot, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-t.ended:
			cancel(fmt.Errorf("the till has stopped: %w", errors.Join(t.err, context.Canceled)))
		case <-ctx.Done():
		}
	}()
	s, err := t.Engine.Wait(ctx, fits)
	if err != nil {
		return s, context.Cause(ctx)
	}
	return s, nil
}
