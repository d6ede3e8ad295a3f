package shtrih_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
	"kassa/device"
	"kassa/device/devicesim"
	"kassa/device/devicetest"
	"kassa/device/shtrih"
)

var _ device.FiscalPrinter = (*shtrih.Driver)(nil)

func TestTheDriverKeepsTheContractOverTCP(t *testing.T) {
	t.Parallel()
	devicetest.FiscalPrinter(t, func(t *testing.T) devicetest.Bench {
		return newBench(t, serveTCP)
	})
}

// newBench starts a simulator, which ends with the test, and a driver bound to it.
func newBench(t *testing.T, serve func(context.Context, *testing.T, *devicesim.Shtrih) (address string, done <-chan error)) devicetest.Bench {
	t.Helper()
	var ahead atomic.Int64 // what Advance has added to the clock
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	sim, err := devicesim.NewShtrih(devicesim.ShtrihOptions{Journal: filepath.Join(t.TempDir(), "journal.jsonl"), Now: now})
	require.NoError(t, err)

	ctx, stop := context.WithCancel(context.Background())
	address, served := serve(ctx, t, sim)

	settings := shtrih.Defaults()
	settings.Address = address
	settings.AfterClosePause = 0
	settings.Timeouts = shtrih.Timeouts{ENQ: 25 * time.Millisecond, Byte: 40 * time.Millisecond, Frame: 200 * time.Millisecond, Answer: 400 * time.Millisecond}
	settings.Now = now
	printer, err := shtrih.New(settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)

	t.Cleanup(func() {
		require.NoError(t, printer.Close())
		stop()
		require.NoError(t, <-served)
		require.NoError(t, sim.Close())
	})
	return devicetest.Bench{
		Printer:      printer,
		Simulator:    simulator{sim},
		SaleCommands: []string{"8D", "FF0C", "FF61", "FF69", "FF46", "FF4D", "FF67", "FF45"},
		Forming: map[fiscal.Kind]string{
			fiscal.OpenShift: "E0", fiscal.CloseShift: "41", fiscal.Sale: "FF45", fiscal.CashIn: "50", fiscal.CashOut: "51", fiscal.XReport: "40",
		},
		Advance: func(d time.Duration) { ahead.Add(int64(d)) },
	}
}

func serveTCP(ctx context.Context, t *testing.T, sim *devicesim.Shtrih) (string, <-chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- sim.Serve(ctx, listener) }()
	return "tcp:" + listener.Addr().String(), done
}

// simulator speaks the suite's words to devicesim: both know the lab's JSON.
type simulator struct{ *devicesim.Shtrih }

func (s simulator) Documents() ([]devicetest.Entry, error) {
	b, err := json.Marshal(s.Shtrih.Documents())
	if err != nil {
		return nil, err
	}
	var list []devicetest.Entry
	return list, json.Unmarshal(b, &list)
}

func (s simulator) ApplyFaults(f devicetest.Faults) error {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	var theirs devicesim.Faults
	if err := json.Unmarshal(b, &theirs); err != nil {
		return err
	}
	return s.Shtrih.ApplyFaults(theirs)
}
