package shtrih_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
	"kassa/device/devicetest"
)

func TestTheDriverKeepsTheContractOverASerialLine(t *testing.T) {
	t.Parallel()
	devicetest.FiscalPrinter(t, func(t *testing.T) devicetest.Bench {
		return newBench(t, servePTY)
	})
}

func servePTY(ctx context.Context, t *testing.T, sim *devicesim.Shtrih) (string, <-chan error) {
	t.Helper()
	line, err := devicesim.OpenPTY("")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- sim.ServePort(ctx, line) }()
	return "serial:" + line.Path() + "?baud=115200", done
}
