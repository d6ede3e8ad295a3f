package marking

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"

	"kassa/app/money"
)

// hasMarkingHead: 01, a GTIN with a right check digit, 21.
func hasMarkingHead(t string) bool {
	return len(t) > 18 && t[:2] == "01" && t[16:18] == "21" && isGTIN(t[2:16])
}

// maxSerial is the longest serial number (AI 21).
const maxSerial = 20

// readMarking: an element string with a GTIN and a serial number, in any order.
func (r *reading) readMarking() bool {
	if len(r.Text) < 19 || !isDigit(r.Text[0]) {
		return false
	}
	elements, faults := split(r.Text)
	gtin, serial := valueOf(elements, "01"), valueOf(elements, "21")
	if !isGTIN(gtin) || serial == "" || len(serial) > maxSerial {
		return false
	}
	if faults&badShape != 0 && !(hasMarkingHead(r.Text) && soundIdentity(elements) && codeChars.all(r.Text)) {
		return false
	}
	rightForm := knownCheckForm(elements)
	if faults != 0 || !rightForm || mayBeTwo(elements) {
		if _, two := glued(r.Text); two {
			return false
		}
	}
	r.known(KindMarking)
	r.GTIN = gtin
	r.Code = MarkingCode{gtin: gtin, serial: serial, km: r.Text}
	if faults&twoValues == 0 { // else which of the two is right is unknown: such a scan is no КМ
		r.Code.key = valueOf(elements, "91")
		r.Code.check = cmp.Or(valueOf(elements, "92"), valueOf(elements, "93"))
	}
	if hasMarkingHead(r.Text) && strings.HasPrefix(r.Text[18:], serial) {
		r.Code.ki = r.Text[:18+len(serial)]
	} else {
		r.Code.ki = "01" + gtin + "21" + serial
	}
	if price := valueOf(elements, "8005"); len(price) == 6 && digits.all(price) && sameAsBefore(elements, "8005", price) {
		r.setMRP(money.Kopecks(number(price)))
	}
	r.warnOfFaults(faults)
	if r.Code.check == "" {
		r.damage(WarnNoCheckPart)
	} else if !rightForm {
		r.damage(WarnCheckForm)
	}
	r.crc = checkSum(r.Code.check)
	if r.Code.crc = r.crc; r.crc == crcWrong || len(r.Code.check) == 44 && !isBase64(r.Code.check) {
		r.warn(WarnCRC)
	}
	if r.Symbology == "]d1" {
		r.warn(WarnNotGS1)
	}
	r.takeElements(elements)
	return true
}

// soundIdentity: an element string may be damaged anywhere but in its GTIN and serial number, which come
// first and once.
func soundIdentity(elements []Element) bool {
	for _, e := range elements[2:] {
		if e.AI == "01" && e.Value != elements[0].Value || e.AI == "21" && e.Value != elements[1].Value {
			return false
		}
	}
	return true
}

// knownCheckForm: the key has 4 characters; the check part 44 or 88 under AI 92, 4 under AI 93 (marking-codes §1).
func knownCheckForm(elements []Element) bool {
	for _, e := range elements {
		n := len(e.Value)
		switch e.AI {
		case "91", "93":
			if n != 4 {
				return false
			}
		case "92":
			if n != 44 && n != 88 {
				return false
			}
		}
	}
	return true
}

// warnOfFaults says what is wrong with an element string.
func (r *reading) warnOfFaults(faults fault) {
	if faults&badShape != 0 {
		r.damage(WarnElement)
	}
	if faults&unknownAI != 0 {
		r.damage(WarnUnknownAI)
	}
}

// takeElements keeps the elements and what they say in words: weight, volume and expiry. A value without sense,
// such as a day that is in no calendar, is passed over with a warning; so are two weights, or two of another measure
// (marking-codes §8: at most one of each family), and an AI with two values (§6.1).
func (r *reading) takeElements(elements []Element) {
	r.Elements = elements
	for _, e := range elements {
		id := identifierOf(e.AI)
		if id == nil || !id.shaped(e.Value) {
			continue
		}
		switch {
		case !id.fits(e.Value), !sameAsBefore(elements, e.AI, e.Value):
			r.warn(WarnElement)
		case hasSibling(elements, e.AI):
			r.warn(WarnPairing)
		case strings.HasPrefix(e.AI, "310"):
			r.Weight, r.HasWeight = thousandths(e.Value, int(e.AI[3]-'0')), true
		case strings.HasPrefix(e.AI, "315"), strings.HasPrefix(e.AI, "335"):
			r.Volume, r.HasVolume = thousandths(e.Value, int(e.AI[3]-'0')), true
		case e.AI == "17" && r.Expiry == "":
			day, _ := dayOf(e.Value, true)
			r.Expiry = day.Format("2006-01-02")
		case e.AI == "7003":
			day, _ := dayOf(e.Value[:6], false)
			r.Expiry = day.Format("2006-01-02") + "T" + e.Value[6:8] + ":" + e.Value[8:]
		}
	}
}

// hasSibling tells whether another AI of the family of a measure is there: one whose first three digits are the same.
func hasSibling(elements []Element, ai string) bool {
	if len(ai) != 4 || ai[0] != '3' {
		return false
	}
	return slices.ContainsFunc(elements, func(e Element) bool { return len(e.AI) == 4 && e.AI[:3] == ai[:3] && e.AI != ai })
}

// thousandths turns kilograms or litres with n decimals into grams or millilitres, a half and more up.
func thousandths(value string, decimals int) money.Millis {
	n := number(value)
	for ; decimals < 3; decimals++ {
		n *= 10
	}
	divisor := 1
	for ; decimals > 3; decimals-- {
		divisor *= 10
	}
	return money.Millis((n + divisor/2) / divisor)
}

func (r *reading) setMRP(price money.Kopecks) {
	r.Code.mrp, r.Code.hasMRP = price, true
	r.Price, r.HasPrice = price, true
}

// crcState is what the check sum inside a check part says.
type crcState uint8

const (
	crcNone  crcState = 0 // there is none
	crcRight crcState = 1
	crcWrong crcState = 2
)

// checkSum tests the CRC-32 that 44-character check parts carry in their last four bytes. A wrong one is no
// proof of damage: codes that are to be checked in the drive have it so (marking-codes §2.3).
func checkSum(check string) crcState {
	if len(check) != 44 {
		return crcNone
	}
	var text [44]byte
	var b [33]byte
	copy(text[:], check)
	n, err := base64.StdEncoding.Decode(b[:], text[:])
	if err != nil || n != 32 {
		return crcNone
	}
	if crc32IEEE(b[:28]) != binary.LittleEndian.Uint32(b[28:32]) {
		return crcWrong
	}
	return crcRight
}

// crc32IEEE is crc32.ChecksumIEEE, which takes its argument to the heap: three times a scan.
func crc32IEEE(b []byte) uint32 {
	crc := ^uint32(0)
	for _, v := range b {
		crc = crc32.IEEETable[byte(crc)^v] ^ crc>>8
	}
	return ^crc
}

// Lengths of a tobacco pack code: GTIN, serial, price, check. Shorter ones are its КИ, bare or with the price.
// Source: marking-codes §2, §4.
const (
	packSerialEnd = 14 + 7
	packPriceEnd  = packSerialEnd + 4
	packLength    = packPriceEnd + 4
)

// readTobaccoPack: a code without AIs.
func (r *reading) readTobaccoPack() bool {
	t := r.Text
	switch len(t) {
	case packLength:
	case packSerialEnd, packPriceEnd:
		if t[0] != '0' || digits.all(t) {
			return false // any long number
		}
	default:
		return false
	}
	if !isGTIN(t[:14]) || !set82.all(t[14:]) {
		return false
	}
	r.known(KindMarking)
	r.GTIN = t[:14]
	r.Code = MarkingCode{gtin: t[:14], serial: t[14:packSerialEnd], ki: t[:packSerialEnd], km: t, check: t[min(packPriceEnd, len(t)):]}
	if len(t) >= packPriceEnd {
		switch price, ok := mrpOf(t[packSerialEnd:packPriceEnd]); {
		case !ok:
			r.warn(WarnMRP)
		case price > 0:
			r.setMRP(price)
		}
	}
	if r.Code.check == "" {
		r.damage(WarnNoCheckPart)
	}
	return true
}

// mrpAlphabet are the digits of the base-80 price of a tobacco pack, zero first.
// Source: guide to ПП 1944 appendix 1 (marking-check §3.2).
const mrpAlphabet = upperChars + lowerChars + digitChars + "!\"%&'*+-./_,:;=<>?"

// mrpOf reads the price in kopecks, most significant character first. 0: the pack has no maximum price.
func mrpOf(s string) (money.Kopecks, bool) {
	var price money.Kopecks
	for i := range len(s) {
		d := strings.IndexByte(mrpAlphabet, s[i])
		if d < 0 {
			return 0, false
		}
		price = price*80 + money.Kopecks(d)
	}
	return price, true
}
