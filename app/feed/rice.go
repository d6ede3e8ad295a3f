package feed

import "math/bits"

// riceParameter is the number of low bits that codes the gaps of a block shortest when they are spread
// evenly, as hashes are: about log2(mean × ln 2).
func riceParameter(span uint64, gaps int) uint8 {
	if gaps == 0 {
		return 0
	}
	mean := span / uint64(gaps)
	scaled := mean - mean/4 - mean/16 // 0.6875 ≈ ln 2
	if scaled <= 1 {
		return 0
	}
	return uint8(bits.Len64(scaled) - 1)
}

// bitWriter appends bits, most significant first.
type bitWriter struct {
	buf  []byte
	acc  uint64 // low n bits are waiting
	free uint   // 64 - n
}

func newBitWriter(buf []byte) *bitWriter { return &bitWriter{buf: buf, free: 64} }

// write appends the low n bits of v, n <= 32.
func (w *bitWriter) write(v uint64, n uint) {
	w.acc = w.acc<<n | v&(1<<n-1)
	w.free -= n
	for w.free <= 56 {
		waiting := 64 - w.free
		w.buf = append(w.buf, byte(w.acc>>(waiting-8)))
		w.free += 8
	}
}

func (w *bitWriter) rice(v uint64, k uint8) {
	for q := v >> k; ; q -= 32 {
		if q < 32 {
			w.write(1<<(q+1)-2, uint(q)+1) // q ones and a zero
			break
		}
		w.write(1<<32-1, 32)
	}
	if k > 32 {
		w.write(v>>32, uint(k)-32)
		w.write(v, 32)
		return
	}
	w.write(v, uint(k))
}

// flush pads with zeros to a byte.
func (w *bitWriter) flush() []byte {
	if waiting := 64 - w.free; waiting > 0 {
		w.write(0, 8-waiting)
	}
	return w.buf
}

// bitReader takes what bitWriter wrote.
type bitReader struct {
	buf []byte
	pos int
	acc uint64 // the high n bits are waiting
	n   uint
}

func (r *bitReader) fill() {
	for r.n <= 56 && r.pos < len(r.buf) {
		r.acc |= uint64(r.buf[r.pos]) << (56 - r.n)
		r.pos++
		r.n += 8
	}
}

// take reads n bits, n <= 32.
func (r *bitReader) take(n uint) (uint64, bool) {
	if r.n < n {
		if r.fill(); r.n < n {
			return 0, false
		}
	}
	v := r.acc >> (64 - n)
	r.acc <<= n
	r.n -= n
	return v, true
}

// rice reads one number; false when the bits end or the number does not fit.
func (r *bitReader) rice(k uint8) (uint64, bool) {
	var q uint64
	for {
		r.fill()
		ones := uint(bits.LeadingZeros64(^r.acc))
		if ones < r.n {
			q += uint64(ones)
			r.acc <<= ones + 1
			r.n -= ones + 1
			break
		}
		if r.pos == len(r.buf) {
			return 0, false
		}
		q += uint64(r.n)
		r.acc, r.n = 0, 0
	}
	if q > ^uint64(0)>>k {
		return 0, false
	}
	high, low := uint64(0), uint(k)
	if low > 32 {
		v, ok := r.take(low - 32)
		if !ok {
			return 0, false
		}
		high, low = v<<32, 32
	}
	v, ok := r.take(low)
	return q<<k | high | v, ok
}

// rest gives the whole bytes that were not touched; false when the padding is not zero.
func (r *bitReader) rest() ([]byte, bool) {
	whole := int(r.n / 8)
	padding := r.n % 8
	if padding > 0 && r.acc>>(64-padding) != 0 {
		return nil, false
	}
	return r.buf[r.pos-whole:], true
}
