package scanner_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/device/scanner"
	"kassa/device/wire"
)

const mark = "0104612345678903215aB1?x7\x1d93Kd4x"

func TestScansComeOverARealSerialLineAndAfterAnUnplug(t *testing.T) {
	link := filepath.Join(t.TempDir(), "scanner")
	line, err := wire.OpenPTY(link)
	require.NoError(t, err)

	connected := make(chan struct{}, 10) // one a connection
	scans, stop := serve(t, scanner.Settings{
		Name: "counter", Address: "serial:" + link + "?baud=9600", Suffix: "\r",
		Dial: func(ctx context.Context, address string) (wire.Port, error) {
			port, err := wire.Open(ctx, address)
			if err != nil {
				return nil, err
			}
			return announced{port, connected}, nil
		},
	})
	defer stop()

	<-connected
	write(t, line, mark+"\r4606453849072\r")
	require.Equal(t, mark, string((<-scans).Data))
	require.Equal(t, "4606453849072", string((<-scans).Data))

	write(t, line, "half of a sc") // dies with the line
	require.NoError(t, line.Close())
	line, err = wire.OpenPTY(link)
	require.NoError(t, err)
	defer line.Close()
	<-connected
	write(t, line, "4606453849072\r")
	require.Equal(t, "4606453849072", string((<-scans).Data))
}

func TestWhatWasScannedBeforeTheTillListenedIsForgotten(t *testing.T) {
	line, err := wire.OpenPTY("")
	require.NoError(t, err)
	defer line.Close()
	write(t, line, "old\r")
	connected := make(chan struct{}, 10)
	scans, stop := serve(t, scanner.Settings{
		Name: "counter", Address: "serial:" + line.Name(),
		Dial: func(ctx context.Context, address string) (wire.Port, error) {
			port, err := wire.Open(ctx, address)
			return announced{port, connected}, err
		},
	})
	defer stop()
	<-connected
	write(t, line, "new\r")
	require.Equal(t, "new", string((<-scans).Data))
}

// announced tells when the scanner is ready to hear: Purge is the last thing before it reads.
type announced struct {
	wire.Port
	connected chan<- struct{}
}

func (a announced) Purge() error {
	defer func() { a.connected <- struct{}{} }()
	return a.Port.Purge()
}
