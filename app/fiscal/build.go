package fiscal

import (
	"fmt"

	"kassa/app/marking"
	"kassa/app/money"
	"kassa/app/till"
)

// Industry attribute of ПП 1944 (guide v17 §3): the authority, date and number of the legal act.
const (
	industryAuthority = "030"
	industryDate      = "21.11.2023"
	industryNumber    = "1944"
)

// FromReceipt builds the document of a receipt. Removed lines are left out. A discount becomes a lower
// unit price; where no unit price gives the sum the line is split, so that the sums agree
// with the receipt exactly. It fails on lines that no document may hold.
func FromReceipt(r *till.Receipt, operator Operator, tax TaxSystem) (Document, error) {
	d := Document{ReceiptID: r.ID, Operator: operator, TaxSystem: tax, Kind: Sale}
	status := PieceSold
	if r.Kind == till.Return {
		d.Kind, status = Return, PieceReturned
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Removed {
			continue
		}
		if err := checkLine(l); err != nil {
			return Document{}, fmt.Errorf("line %d: %w", l.No, err)
		}
		line := Line{Name: clip(l.Name, 128), VAT: l.VAT, Subject: SubjectGoods, Method: MethodFull, Measure: uint8(l.Measure)}
		if !l.Mark.IsZero() {
			line.Marked = &MarkedUnit{Code: []byte(l.Mark.KM()), Status: status}
			line.Subject = markedSubject(l.Group)
			if l.Verdict.Tag1265 != "" {
				line.Industry = &Industry{industryAuthority, industryDate, industryNumber, l.Verdict.Tag1265}
			}
		}
		d.Lines = append(d.Lines, split(line, l.Quantity, l.Price, l.Sum())...)
	}
	if len(d.Lines) == 0 {
		return Document{}, till.Fail(till.ReceiptEmpty)
	}
	for _, p := range r.Payments {
		switch p.Kind {
		case till.Cash:
			d.Payments.Cash += p.Kopecks
		case till.Card, till.FastPay:
			d.Payments.Card += p.Kopecks
		case till.Prepaid:
			d.Payments.Prepaid += p.Kopecks
		case till.Credit:
			d.Payments.Credit += p.Kopecks
		}
	}
	return d, nil
}

func checkLine(l *till.Line) error {
	switch {
	case l.Quantity <= 0:
		return till.Fail(till.QuantityBad)
	case !l.VAT.Known():
		return till.Fail(till.ItemNoVAT, l.Name)
	case l.Sum() < 0:
		return till.Fail(till.DiscountBad)
	case l.Group != 0 && l.Mark.IsZero():
		return till.Fail(till.ReceiptIncomp, l.Name)
	case !l.Mark.IsZero() && l.Quantity != money.Unit:
		return till.Fail(till.LineMarked)
	}
	return nil
}

// markedSubject: 31 for excise goods with a mark, 33 for the others (tag 1212).
func markedSubject(g marking.ProductGroup) uint8 {
	switch g {
	case marking.Tobacco, marking.OTP, marking.Nicotine, marking.Beer:
		return SubjectExciseMark
	}
	return SubjectMarkedGoods
}

// split gives the lines whose sums are price × quantity within the kopeck that the drive forgives
// (FF46h) and add up to sum. Where no price does, a part of the quantity costs one kopeck more a unit.
func split(line Line, quantity money.Millis, price, sum money.Kopecks) []Line {
	whole := line
	whole.Quantity, whole.Price, whole.Sum = quantity, price, sum
	if money.Cost(price, quantity) != sum {
		whole.Price = money.UnitPrice(sum, quantity)
	}
	if diff := money.Cost(whole.Price, quantity) - sum; diff >= -1 && diff <= 1 {
		return []Line{whole}
	}
	// sum = low × (quantity - part) + (low + 1) × part, exactly; part is whole where quantity is.
	thousandths := int64(sum) * int64(money.Unit)
	low := money.Kopecks(thousandths / int64(quantity))
	part := money.Millis(thousandths % int64(quantity))
	most, rest := line, line
	most.Quantity, most.Price = quantity-part, low
	most.Sum = money.Cost(low, most.Quantity)
	rest.Quantity, rest.Price = part, low+1
	rest.Sum = sum - most.Sum
	return []Line{most, rest}
}

// clip cuts a name at the limit of tag 1030, by characters (one byte each in CP866).
func clip(s string, most int) string {
	r := []rune(s)
	if len(r) > most {
		return string(r[:most])
	}
	return s
}
