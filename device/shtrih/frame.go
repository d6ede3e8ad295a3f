package shtrih

import (
	"errors"
	"fmt"
)

// Control bytes (§1.1).
const (
	stx = 0x02
	enq = 0x05
	ack = 0x06
	nak = 0x15
)

// maxMessage is what N can count: the bytes of command and parameters.
const maxMessage = 255

// errDamaged is reported for a frame whose checksum or length is wrong.
var errDamaged = errors.New("damaged frame")

// encodeFrame puts a message into a frame: STX, N, message, LRC (§1.1).
func encodeFrame(message []byte) ([]byte, error) {
	if len(message) == 0 || len(message) > maxMessage {
		return nil, fmt.Errorf("message of %d bytes does not fit into a frame", len(message))
	}
	frame := make([]byte, 0, len(message)+3)
	frame = append(frame, stx, byte(len(message)))
	frame = append(frame, message...)
	return append(frame, lrc(frame[1:])), nil
}

// readFrame reads what follows STX: N, message, LRC. next gives one byte; its error ends the reading.
func readFrame(next func() (byte, error)) ([]byte, error) {
	n, err := next()
	if err != nil {
		return nil, err
	}
	sum := n
	message := make([]byte, n)
	for i := range message {
		if message[i], err = next(); err != nil {
			return nil, err
		}
		sum ^= message[i]
	}
	check, err := next()
	switch {
	case err != nil:
		return nil, err
	case check != sum:
		return nil, fmt.Errorf("%w: LRC is %02Xh, computed %02Xh", errDamaged, check, sum)
	case n == 0:
		return nil, fmt.Errorf("%w: no message in it", errDamaged)
	}
	return message, nil
}

// lrc is the XOR of all bytes but STX (§1.1).
func lrc(b []byte) byte {
	var sum byte
	for _, c := range b {
		sum ^= c
	}
	return sum
}
