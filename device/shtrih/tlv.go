package shtrih

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/text/encoding/charmap"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// Tags that this driver writes or reads (§7.2).
const (
	tagCashier         = 1021
	tagQuantity        = 1023
	tagShift           = 1038
	tagReceiptNumber   = 1042
	tagUserAttribute   = 1084 // {1085 name, 1086 value}
	tagAttributeName   = 1085
	tagAttributeValue  = 1086
	tagCashierINN      = 1203
	tagIndustry        = 1260 // {1262 authority, 1263 date, 1264 number, 1265 value}
	tagAuthority       = 1262
	tagIndustryDate    = 1263
	tagIndustryNumber  = 1264
	tagIndustryValue   = 1265
	tagMeasure         = 2108
	tagOperatorsAnswer = 2109
)

// maxTLV is what FF0Ch and FF4Dh take at once (§2.6).
const maxTLV = 250

// maxDocument bounds a document read from the drive: a receipt has at most 30 KB (§7.3).
const maxDocument = 64 << 10

var errTLV = errors.New("broken TLV")

// element is one tag with its value.
type element struct {
	tag   uint16
	value []byte
}

// tlv writes one element: tag and length, little-endian, value (§7.1).
func tlv(tag uint16, value ...byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, tag)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}

// parseTLV reads a list of elements. The values share the memory of b.
func parseTLV(b []byte) ([]element, error) {
	var list []element
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, fmt.Errorf("%w: %d bytes are left for a head", errTLV, len(b))
		}
		tag, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if b = b[4:]; size > len(b) {
			return nil, fmt.Errorf("%w: tag %d says %d bytes, there are %d", errTLV, tag, size, len(b))
		}
		list = append(list, element{tag, b[:size]})
		b = b[size:]
	}
	return list, nil
}

// find gives the value of the first element with the tag, nil when there is none.
func find(list []element, tag uint16) []byte {
	for _, e := range list {
		if e.tag == tag {
			return e.value
		}
	}
	return nil
}

// vln writes an unsigned number in as few bytes as hold it, one at least (§7.1).
func vln(n uint64) []byte {
	b := binary.LittleEndian.AppendUint64(nil, n)
	return b[:max(1, (bits.Len64(n)+7)/8)]
}

// number reads an unsigned little-endian number; it is 0 for a value that is too long.
func number(b []byte) uint64 {
	if len(b) > 8 {
		return 0
	}
	var n uint64
	for i, c := range b {
		n |= uint64(c) << (8 * i)
	}
	return n
}

// quantityTLV is tag 1023 as FVLN: the number of decimals, then the number (§7.1).
func quantityTLV(q money.Millis) []byte {
	return tlv(tagQuantity, append([]byte{3}, vln(uint64(q))...)...)
}

// receiptIDTLV is tag 1084 with the till's own id of the receipt, nil for no id.
func receiptIDTLV(id string) []byte {
	if id == "" {
		return nil
	}
	value := tlv(tagAttributeName, tlvText(fiscal.ReceiptIDAttribute, 64)...)
	return tlv(tagUserAttribute, append(value, tlv(tagAttributeValue, tlvText(id, 256)...)...)...)
}

// receiptID finds the till's id in a document of the drive; empty when there is none.
func receiptID(document []element) string {
	attribute, err := parseTLV(find(document, tagUserAttribute))
	if err != nil || decodeText(charmap.CodePage866, find(attribute, tagAttributeName)) != fiscal.ReceiptIDAttribute {
		return ""
	}
	return decodeText(charmap.CodePage866, find(attribute, tagAttributeValue))
}

// industryTLV is tag 1260.
func industryTLV(i *fiscal.Industry) []byte {
	value := tlv(tagAuthority, tlvText(i.Authority, 3)...)
	value = append(value, tlv(tagIndustryDate, tlvText(i.Date, 10)...)...)
	value = append(value, tlv(tagIndustryNumber, tlvText(i.Number, 32)...)...)
	value = append(value, tlv(tagIndustryValue, tlvText(i.Value, 256)...)...)
	return tlv(tagIndustry, value...)
}
