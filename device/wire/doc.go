// Package wire moves bytes between the till and a device, whatever lies between them: [Open] gives a [Port]
// over a serial line (also USB virtual COM) or TCP, [OpenPTY] gives a simulator the far end of a serial line.
//
// It knows nothing of printers and scanners: no framing, no retries, no protocol. A driver asks for one thing
// more than io.ReadWriteCloser: deadlines that lose nothing, a Close that frees whoever waits, and the news
// that the device was unplugged ([ErrGone]). What every port promises is the suite of package wiretest.
//
// Words: pump = the goroutines that turn a blocking medium into a Port; trace = the bytes of a conversation,
// written by [Record] and spoken again by [Playback].
//
//	port, err := wire.Open(ctx, "serial:/dev/ttyACM0?baud=115200")
//	if err != nil { … }
//	defer port.Close()
//	port.SetReadDeadline(now().Add(time.Second))
//	n, err := port.Read(buf) // os.ErrDeadlineExceeded, wire.ErrGone
package wire
