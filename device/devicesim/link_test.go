package devicesim_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kassa/device/devicesim"
)

var statusQuestion = []byte{0x10, 0x1E, 0, 0, 0}

// The state machine of the standard low level: fiscal-printers §1.1 steps 1–5.
func TestAnAnswerIsKeptUntilItIsAcknowledged(t *testing.T) {
	b := newBench(t, nil)
	b.send(statusQuestion)
	answer := b.hearFrame()
	for range 3 {
		b.say(0x15) // NAK alone repeats nothing
		b.say(0x05)
		require.Equal(t, []byte{0x06}, b.hear(1), "ENQ with an unread answer: ACK")
		require.Equal(t, answer, b.hearFrame())
	}
	b.say(0x06)
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1), "acknowledged: waits for a command")
}

func TestAnUnreadAnswerIsOfferedToTheNextConnection(t *testing.T) {
	b := newBench(t, nil)
	b.send(statusQuestion)
	answer := b.hearFrame()
	require.NoError(t, b.conn.Close())
	next := dial(t, b.address)
	next.say(0x05)
	require.Equal(t, []byte{0x06}, next.hear(1))
	require.Equal(t, answer, next.hearFrame())
	next.say(0x06)
	require.NotEmpty(t, next.ask(statusQuestion))
}

func TestACommandIsNotHeardWhileAnAnswerIsUnread(t *testing.T) {
	b := newBench(t, nil)
	b.send(statusQuestion)
	b.hearFrame()
	b.say(devicesim.Frame([]byte{0xE0, 1, 0, 0, 0})...)
	b.silent()
	require.False(t, b.sim.State().ShiftOpen)
}

func TestACommandWithoutENQIsNotHeard(t *testing.T) {
	b := newBench(t, nil)
	b.say(devicesim.Frame([]byte{0xE0, 1, 0, 0, 0})...)
	b.silent()
	require.False(t, b.sim.State().ShiftOpen)
}

func TestADamagedFrameIsAnsweredNAKAndMayBeRepeated(t *testing.T) {
	b := newBench(t, nil)
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
	frame := devicesim.Frame(statusQuestion)
	for i := 2; i < len(frame); i++ {
		damaged := append([]byte{}, frame...)
		damaged[i] ^= 0x40
		b.say(damaged...)
		require.Equal(t, []byte{0x15}, b.hear(1), "byte %d damaged", i)
	}
	b.say(frame...)
	require.Equal(t, []byte{0x06}, b.hear(1))
	b.hearFrame()
}

func TestAFrameWithNothingInItIsDamaged(t *testing.T) {
	b := newBench(t, nil)
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
	b.say(0x02, 0x00, 0x00)
	require.Equal(t, []byte{0x15}, b.hear(1))
}

func TestAFrameBrokenOffIsAnsweredNAKAfterTheByteTimeout(t *testing.T) {
	b := newBench(t, func(o *devicesim.ShtrihOptions) { o.ByteTimeout = 30 * time.Millisecond })
	for cut := 1; cut < 7; cut++ {
		b.say(0x05)
		require.Equal(t, []byte{0x15}, b.hear(1))
		b.say(devicesim.Frame(statusQuestion)[:cut]...)
		require.Equal(t, []byte{0x15}, b.hear(1), "after %d bytes", cut)
	}
}

func TestNoiseBetweenFramesIsPassedOver(t *testing.T) {
	b := newBench(t, nil)
	b.say(0xFF, 0x00, 0x06, 0x15, 0x41)
	require.NotEmpty(t, b.ask(statusQuestion))
}

// The faults of a link: fiscal-printers §3.3 «Link».

func TestADroppedReplyIsExecutedAndOfferedLater(t *testing.T) {
	for _, c := range []struct{ name, command string }{{"the command named", "E0"}, {"whatever comes next", "next"}} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, nil)
			b.faults(devicesim.Faults{DropReply: c.command})
			b.send([]byte{0xE0, 1, 0, 0, 0})
			b.silent()
			require.True(t, b.sim.State().ShiftOpen)
			b.say(0x06) // of an answer that was not sent: nothing is acknowledged
			b.say(0x05)
			require.Equal(t, []byte{0x06}, b.hear(1))
			require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1}), b.hearFrame())
			b.say(0x06)
			require.NotEmpty(t, b.ask(statusQuestion), "one-shot")
			require.Empty(t, b.sim.State().Faults)
		})
	}
}

func TestADroppedReplyWaitsForItsCommand(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{DropReply: "FF45"})
	b.openShift()
	b.done("8D", cashier, "00")
	b.done(item(1, 1_000_000, 100, "Товар"))
	b.send(closing(map[int]uint64{1: 100}))
	b.silent()
	require.Equal(t, devicesim.TypeSale, b.last().Type)
}

func TestALinkIsCutAfterSomeBytesOfAnAnswer(t *testing.T) {
	for n := 0; n < 6; n++ {
		b := newBench(t, nil)
		b.faults(devicesim.Faults{DropAfterBytes: new(n), On: "E0"})
		b.done("10", cashier)
		b.send([]byte{0xE0, 1, 0, 0, 0})
		require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1})[:n], b.hear(n))
		_, err := b.in.ReadByte()
		require.ErrorIs(t, err, io.EOF)
		next := dial(t, b.address)
		next.say(0x05)
		require.Equal(t, []byte{0x06}, next.hear(1))
		require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1}), next.hearFrame())
	}
}

func TestFramesAreRefusedAsOftenAsAsked(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{NAK: 3})
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
	for range 3 {
		b.say(devicesim.Frame(statusQuestion)...)
		require.Equal(t, []byte{0x15}, b.hear(1))
	}
	b.say(devicesim.Frame(statusQuestion)...)
	require.Equal(t, []byte{0x06}, b.hear(1))
	b.hearFrame()
}

func TestAGarbledAnswerIsWholeWhenRepeated(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{GarbleLRC: 1})
	b.send([]byte{0xE0, 1, 0, 0, 0})
	good := devicesim.Frame([]byte{0xE0, 0, 1})
	garbled := b.hearFrame()
	require.Equal(t, good[:5], garbled[:5])
	require.NotEqual(t, good[5], garbled[5])
	b.say(0x15)
	b.silent()
	b.say(0x05)
	require.Equal(t, []byte{0x06}, b.hear(1))
	require.Equal(t, good, b.hearFrame())
}

func TestAStaleAnswerComesBackOnce(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{Stale: true})
	answer := b.ask(statusQuestion)
	b.say(0x05)
	require.Equal(t, []byte{0x06}, b.hear(1))
	require.Equal(t, devicesim.Frame(answer), b.hearFrame())
	b.say(0x06, 0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
}

func TestENQAndFramesMayStayUnanswered(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{NoENQ: 2, DropACK: 1})
	b.say(0x05, 0x05)
	b.silent()
	b.say(0x05)
	require.Equal(t, []byte{0x15}, b.hear(1))
	b.say(devicesim.Frame([]byte{0xE0, 1, 0, 0, 0})...)
	require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1}), b.hearFrame(), "the answer without an ACK before it")
}

func TestJunkMayStandBeforeAControlByte(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{FFJunk: 3})
	b.say(0x05)
	require.Equal(t, []byte{0xFF, 0xFF, 0xFF, 0x15}, b.hear(4))
}

func TestASlowAnswerSaysInWorkToENQ(t *testing.T) {
	b := newBench(t, nil)
	b.faults(devicesim.Faults{SlowMS: 300, On: "E0"})
	b.send([]byte{0xE0, 1, 0, 0, 0})
	b.say(0x05)
	require.Equal(t, []byte{0x06}, b.hear(1))
	require.Equal(t, devicesim.Frame([]byte{0xE0, 0, 1}), b.hearFrame())
	b.say(0x06)
	require.NotEmpty(t, b.ask(statusQuestion))
}

func TestWithoutPowerNothingIsAnswered(t *testing.T) {
	b := newBench(t, nil)
	b.openShift()
	b.faults(devicesim.Faults{PowerOff: true})
	b.say(0x05)
	b.silent()
	b.say(devicesim.Frame(statusQuestion)...)
	b.silent()
	require.False(t, b.sim.State().Power)
	b.faults(devicesim.Faults{})
	require.EqualValues(t, 2, b.done("10", cashier)[3], "the shift is kept")
}

func TestAnUnreadAnswerIsGoneWithThePower(t *testing.T) {
	b := newBench(t, nil)
	b.send(statusQuestion)
	b.hearFrame()
	b.faults(devicesim.Faults{PowerOff: true})
	b.faults(devicesim.Faults{})
	require.NotEmpty(t, b.ask(statusQuestion))
}

func TestTheOtherClientWaitsAndItsWordsMeanwhileAreForgotten(t *testing.T) {
	b := newBench(t, nil)
	require.NotEmpty(t, b.ask(statusQuestion))
	second := dial(t, b.address)
	second.say(0x05)
	second.silent()
	require.NotEmpty(t, b.ask(statusQuestion))
	require.NoError(t, b.conn.Close())
	second.silent() // the printer has taken the turn and forgotten the ENQ of before
	require.NotEmpty(t, second.ask(statusQuestion))
}
