package wire_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/wire"
	"kassa/device/wire/wiretest"
)

func TestATCPPortKeepsTheContract(t *testing.T) {
	wiretest.Port(t, func(t *testing.T) wiretest.Line {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer listener.Close()
		port, err := wire.Open(t.Context(), "tcp:"+listener.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { port.Close() })
		device, err := listener.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { device.Close() })
		return wiretest.Line{Port: port, Device: device}
	})
}

func TestAnAddressIsUnderstoodOrRefused(t *testing.T) {
	for name, address := range map[string]string{
		"nothing":                 "",
		"no scheme":               "/dev/ttyS0",
		"an unknown medium":       "usb:1234:0001",
		"TCP without a port":      "tcp:10.0.0.5",
		"serial without a name":   "serial:?baud=9600",
		"a rate that is no rate":  "serial:/dev/ttyS0?baud=fast",
		"a negative rate":         "serial:/dev/ttyS0?baud=-9600",
		"a setting nobody knows":  "serial:/dev/ttyS0?parity=odd",
		"the same rate two times": "serial:/dev/ttyS0?baud=9600&baud=9600",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wire.Open(t.Context(), address)
			require.ErrorIs(t, err, wire.ErrAddress)
		})
	}
}

func TestADeviceThatIsNotThereIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	free := listener.Addr().String()
	require.NoError(t, listener.Close())
	_, err = wire.Open(t.Context(), "tcp://"+free)
	require.ErrorContains(t, err, free)
	_, err = wire.Open(t.Context(), "serial:///dev/no-such-port?baud=9600")
	require.ErrorContains(t, err, "/dev/no-such-port")
}

func TestPausesGrowToFiveSecondsAndStartAgain(t *testing.T) {
	var b wire.Backoff
	for range 2 {
		for _, want := range []time.Duration{250, 500, 1000, 2000, 5000, 5000, 5000} {
			want *= time.Millisecond
			require.InDelta(t, want, b.Next(), float64(want/5))
		}
		b.Reset()
	}
}
