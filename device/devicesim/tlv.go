package devicesim

import (
	"errors"
	"math/bits"
)

// tlv is one tag of a document (§7.1): tag u16, length u16, value, all little-endian.
type tlv struct {
	tag   uint16
	value []byte
}

var errTLV = errors.New("not a list of TLV")

// parseTLV splits a list; structured values are lists themselves and are left whole.
func parseTLV(b []byte) ([]tlv, error) {
	var list []tlv
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, errTLV
		}
		n := int(getLE(b[2:4]))
		if len(b) < 4+n {
			return nil, errTLV
		}
		list = append(list, tlv{uint16(getLE(b[:2])), b[4 : 4+n]})
		b = b[4+n:]
	}
	return list, nil
}

// findTag walks down a path of tags and gives the value at its end.
func findTag(b []byte, path ...uint16) ([]byte, bool) {
	list, err := parseTLV(b)
	if err != nil {
		return nil, false
	}
	for _, t := range list {
		if t.tag != path[0] {
			continue
		}
		if len(path) == 1 {
			return t.value, true
		}
		if v, found := findTag(t.value, path[1:]...); found {
			return v, true
		}
	}
	return nil, false
}

func appendTag(b []byte, tag uint16, value []byte) []byte {
	b = appendLE(b, uint64(tag), 2)
	b = appendLE(b, uint64(len(value)), 2)
	return append(b, value...)
}

func appendByte(b []byte, tag uint16, v byte) []byte { return appendTag(b, tag, []byte{v}) }

func appendU32(b []byte, tag uint16, v uint64) []byte {
	return appendTag(b, tag, appendLE(nil, v, 4))
}

// appendVLN writes the shortest little-endian form, one byte for zero.
func appendVLN(b []byte, tag uint16, v uint64) []byte { return appendTag(b, tag, vln(v)) }

// appendFVLN writes a number with a decimal point: the count of decimals, then VLN.
func appendFVLN(b []byte, tag uint16, v uint64, decimals byte) []byte {
	return appendTag(b, tag, append([]byte{decimals}, vln(v)...))
}

func vln(v uint64) []byte { return appendLE(nil, v, max(1, (bits.Len64(v)+7)/8)) }

func appendText(b []byte, tag uint16, text string) []byte { return appendTag(b, tag, cp866(text, 0)) }
