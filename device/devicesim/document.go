package devicesim

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"kassa/app/money"
)

// Tags that the printer itself writes or reads (§7.2).
const (
	tagUserPlaceAddress = 1009
	tagTime             = 1012
	tagOFDINN           = 1017
	tagINN              = 1018
	tagTotal            = 1020
	tagCashier          = 1021
	tagQuantity         = 1023
	tagItemName         = 1030
	tagCash             = 1031
	tagRNM              = 1037
	tagShift            = 1038
	tagFD               = 1040
	tagDrive            = 1041
	tagReceiptNumber    = 1042
	tagItemSum          = 1043
	tagOFDName          = 1046
	tagUser             = 1048
	tagSettlementKind   = 1054
	tagTaxSystem        = 1055
	tagItem             = 1059
	tagFNS              = 1060
	tagTaxSystems       = 1062
	tagSign             = 1077
	tagPrice            = 1079
	tagElectronic       = 1081
	tagUserAttribute    = 1084
	tagAttributeName    = 1085
	tagAttributeValue   = 1086
	tagVATList          = 1115
	tagVATOfRate        = 1119
	tagVATSum           = 1120
	tagProductCode      = 1163
	tagCorrectionType   = 1173
	tagPlace            = 1187
	tagVATRate          = 1199
	tagItemVAT          = 1200
	tagFFD              = 1209
	tagSubject          = 1212
	tagMethod           = 1214
	tagPrepaid          = 1215
	tagPostpaid         = 1216
	tagCounter          = 1217
	tagIndustry         = 1260
	tagIndustryValue    = 1265
	tagGS1M             = 1305
	tagShortCode        = 1306
	tagProcessing       = 2102
	tagMarkResult       = 2106
	tagMeasure          = 2108
	tagStatus           = 2110
)

// fiscalTags are what every document of the drive begins with.
func (s *Shtrih) fiscalTags(e *Entry) []byte {
	b := appendByte(nil, tagFFD, ffdTag1209)
	b = appendU32(b, tagTime, localUnix(e.Time))
	b = appendTag(b, tagINN, cp866(s.opts.INN, 12))
	b = appendTag(b, tagRNM, cp866(s.rnm(), 20))
	b = appendU32(b, tagShift, uint64(e.Shift))
	b = appendU32(b, tagFD, uint64(e.FD))
	return appendTag(b, tagDrive, []byte(s.opts.Drive))
}

// localUnix is unixtime of the wall clock, as documents carry it (§7.1).
func localUnix(t time.Time) uint64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return uint64(wall.Unix())
}

// registrationTags are the registration report, document 1.
func (s *Shtrih) registrationTags() []byte {
	b := s.fiscalTags(&Entry{FD: registrationFD, Time: s.opts.Registered})
	b = appendText(b, tagUser, simUser)
	b = appendText(b, tagUserPlaceAddress, simAddress)
	b = appendText(b, tagPlace, simPlace)
	b = appendText(b, tagOFDName, simOFD)
	b = appendTag(b, tagOFDINN, cp866(simOFDINN, 12))
	b = appendText(b, tagFNS, simFNS)
	return appendByte(b, tagTaxSystems, simTaxes)
}

// sign is the fiscal sign (ФП) of a document: a stable function of the drive's number and the document's tags. It
// is no cryptography of a real drive.
func (s *Shtrih) sign(tags []byte) uint32 {
	sum := sha256.Sum256(append([]byte(s.opts.Drive), tags...))
	return binary.BigEndian.Uint32(sum[:4])
}

// seal ends a document: its sign is computed and written into it (1077: two zero bytes, then ФП high byte first).
func (s *Shtrih) seal(e *Entry, tags []byte) []byte {
	e.Sign = s.sign(tags)
	return appendTag(tags, tagSign, binary.BigEndian.AppendUint32([]byte{0, 0}, e.Sign))
}

// cashierTags adds the cashier's name of table 2 unless the host gave one.
func (s *Shtrih) cashierTags(tags []byte, operator int) []byte {
	if _, given := findTag(tags, tagCashier); given {
		return tags
	}
	return appendText(tags, tagCashier, s.text(2, operator, 2))
}

// receiptTags builds a receipt or a correction as the drive keeps it.
func (s *Shtrih) receiptTags(e *Entry, r *openReceipt) []byte {
	b := s.fiscalTags(e)
	b = appendU32(b, tagReceiptNumber, uint64(e.Receipt))
	b = appendByte(b, tagSettlementKind, e.Kind)
	b = appendByte(b, tagTaxSystem, e.TaxSystem)
	b = append(b, s.cashierTags(r.tags, r.operator)...)
	for i := range r.lines {
		b = appendTag(b, tagItem, r.lines[i].encode())
	}
	b = appendVLN(b, tagTotal, uint64(e.Total))
	b = appendVLN(b, tagCash, uint64(e.Cash))
	b = appendVLN(b, tagElectronic, uint64(e.Card))
	b = appendVLN(b, tagPrepaid, uint64(paymentAt(e, payPrepaid)))
	b = appendVLN(b, tagPostpaid, uint64(paymentAt(e, payPostpaid)))
	b = appendVLN(b, tagCounter, uint64(paymentAt(e, payCounter)))
	return append(b, vatTags(r.vat(s.setting(1, 14) == 1))...)
}

// vatSum is the VAT of one rate; for the rates without tax it is the turnover.
type vatSum struct {
	rate money.VATRate
	sum  money.Kopecks
}

// receiptVATTags have a tag of their own; the other rates stand in 1115.
var receiptVATTags = map[money.VATRate]uint16{
	money.VAT20: 1102, money.VAT10: 1103, money.VAT0: 1104, money.VATNone: 1105, money.VAT20Calc: 1106, money.VAT10Calc: 1107,
}

func vatTags(list []vatSum) []byte {
	var b, others []byte
	for _, v := range list {
		if tag, own := receiptVATTags[v.rate]; own {
			b = appendVLN(b, tag, uint64(v.sum))
			continue
		}
		one := appendByte(nil, tagVATRate, byte(v.rate))
		others = appendTag(others, tagVATOfRate, appendVLN(one, tagVATSum, uint64(v.sum)))
	}
	if others != nil {
		b = appendTag(b, tagVATList, others)
	}
	return b
}

// encode is the value of 1059.
func (l *line) encode() []byte {
	b := appendText(nil, tagItemName, l.name)
	b = appendVLN(b, tagPrice, uint64(l.price))
	if l.micros%1000 == 0 {
		b = appendFVLN(b, tagQuantity, uint64(l.micros/1000), 3)
	} else {
		b = appendFVLN(b, tagQuantity, uint64(l.micros), 6)
	}
	b = appendVLN(b, tagItemSum, uint64(l.sum))
	b = appendByte(b, tagSubject, l.subject)
	b = appendByte(b, tagMethod, l.method)
	b = appendByte(b, tagVATRate, byte(l.vat))
	b = appendVLN(b, tagItemVAT, uint64(l.vat.Included(l.sum)))
	if _, given := findTag(l.tags, tagMeasure); !given {
		b = appendByte(b, tagMeasure, 0) // pieces unless the host says otherwise (D12)
	}
	b = append(b, l.tags...)
	if l.mark == nil {
		return b
	}
	b = appendTag(b, tagProductCode, productCode(l.mark.code))
	b = appendByte(b, tagProcessing, 0)
	b = appendByte(b, tagMarkResult, l.mark.t2106)
	return appendByte(b, tagStatus, l.mark.status)
}

// Payments of FF45h, counted from 0.
const (
	payCash     = 0
	payPrepaid  = 13
	payPostpaid = 14
	payCounter  = 15
)

func paymentAt(e *Entry, i int) money.Kopecks {
	if i >= len(e.Payments) {
		return 0
	}
	return e.Payments[i]
}
