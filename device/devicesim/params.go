package devicesim

import (
	"time"

	"golang.org/x/text/encoding/charmap"
)

// params reads the parameters of a command; numbers are little-endian (§1.1).
type params struct {
	b     []byte
	short bool // something was asked for that was not there
}

func (p *params) take(n int) []byte {
	if n > len(p.b) {
		p.short, p.b = true, nil
		return make([]byte, n)
	}
	v := p.b[:n]
	p.b = p.b[n:]
	return v
}

func (p *params) num(n int) uint64 { return getLE(p.take(n)) }

func (p *params) rest() []byte {
	v := p.b
	p.b = nil
	return v
}

// end tells that the parameters were exactly what was read.
func (p *params) end() bool { return !p.short && len(p.b) == 0 }

func getLE(b []byte) uint64 {
	var v uint64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// appendLE appends the n low bytes of v.
func appendLE(b []byte, v uint64, n int) []byte {
	for range n {
		b = append(b, byte(v))
		v >>= 8
	}
	return b
}

// classicDate is DD MM YY of the one-byte commands.
func classicDate(b []byte, t time.Time) []byte {
	return append(b, byte(t.Day()), byte(t.Month()), byte(t.Year()%100))
}

// driveTime is YY MM DD HH MM of the FFxx commands.
func driveTime(b []byte, t time.Time) []byte {
	return append(b, byte(t.Year()%100), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()))
}

// win1251 encodes text of the commands, cut or padded with zeros to size bytes; size 0 leaves the length.
func win1251(text string, size int) []byte { return fixed(charmap.Windows1251, text, size) }

// cp866 encodes text inside TLV; padding is with spaces (§7.1).
func cp866(text string, size int) []byte {
	b := fixed(charmap.CodePage866, text, 0)
	for len(b) < size {
		b = append(b, ' ')
	}
	if size > 0 {
		b = b[:size]
	}
	return b
}

func fixed(page *charmap.Charmap, text string, size int) []byte {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		c, known := page.EncodeRune(r)
		if !known {
			c = '?'
		}
		b = append(b, c)
	}
	for len(b) < size {
		b = append(b, 0)
	}
	if size > 0 {
		b = b[:size]
	}
	return b
}

func fromPage(page *charmap.Charmap, b []byte) string {
	r := make([]rune, 0, len(b))
	for _, c := range b {
		if c != 0 {
			r = append(r, page.DecodeByte(c))
		}
	}
	return string(r)
}

func fromWin1251(b []byte) string { return fromPage(charmap.Windows1251, b) }
func fromCP866(b []byte) string   { return fromPage(charmap.CodePage866, b) }
