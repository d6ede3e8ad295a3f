package shtrih

import (
	"context"
	"errors"
	"fmt"

	"kassa/app/fiscal"
	"kassa/app/money"
)

// receipt is all that is sent for one receipt, in order. It is complete before the first byte is sent, so
// that nothing can turn out unfit with a receipt open in the printer.
type receipt struct {
	open   request
	tags   []request // FF0Ch: cashier, the till's id
	checks []request // FF61h, each followed by FF69h
	items  []request // FF46h, FF4Dh, FF67h
	close  request
}

// compose makes the commands of a receipt for this model. An error means that no such receipt can be made.
func (s *Settings) compose(doc *fiscal.Document, m *model) (*receipt, error) {
	if err := s.fits(doc, m); err != nil {
		return nil, err
	}
	openKind, operationKind := byte(openSale), byte(operationSale)
	if doc.Kind == fiscal.Return {
		openKind, operationKind = openReturn, operationReturn
	}
	r := &receipt{
		open:  with(cmdOpenReceipt, s.OperatorPassword, openKind),
		close: closeReceipt(s.OperatorPassword, doc.Payments, doc.TaxSystem),
	}
	for _, tag := range [][]byte{
		textTag(tagCashier, doc.Operator.Name, 64),
		textTag(tagCashierINN, doc.Operator.INN, 12),
		receiptIDTLV(doc.ReceiptID),
	} {
		if tag != nil {
			r.tags = append(r.tags, with(cmdDocumentTag, s.AdminPassword, tag...))
		}
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if l.Marked != nil {
			r.checks = append(r.checks, checkMark(s.OperatorPassword, l))
		}
		item := operation(s.OperatorPassword, operationKind, s.VAT[l.VAT], l)
		bound, err := s.bound(l)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		// The cash core binds tags and mark to the item that follows, other printers to the one before; in
		// the wrong order the sale succeeds without them (§2.6).
		if m.caps.has(capCashCore) {
			r.items = append(append(r.items, bound...), item)
		} else {
			r.items = append(append(r.items, item), bound...)
		}
	}
	return r, nil
}

// bound are the commands that belong to an item: its tags, then its mark.
func (s *Settings) bound(l *fiscal.Line) ([]request, error) {
	var list []request
	// The printer takes pieces for granted (§2.7); a marked item says even that.
	if l.Measure != 0 || l.Marked != nil {
		list = append(list, with(cmdOperationTag, s.AdminPassword, tlv(tagMeasure, l.Measure)...))
	}
	if l.Industry != nil {
		tag := industryTLV(l.Industry)
		if len(tag) > maxTLV {
			return nil, refusal(fiscal.ProblemUnsupported, fmt.Sprintf("отраслевой реквизит длиннее %d байт", maxTLV))
		}
		list = append(list, with(cmdOperationTag, s.AdminPassword, tag...))
	}
	if l.Marked != nil {
		list = append(list, bindMark(s.OperatorPassword, l.Marked.Code))
	}
	return list, nil
}

// textTag is a tag of text, nil for an empty text.
func textTag(tag uint16, text string, limit int) []byte {
	if text == "" {
		return nil
	}
	return tlv(tag, tlvText(text, limit)...)
}

// maxCode is the longest marking code that one frame takes: FF61h has ten bytes beside it and its tags.
const maxCode = 200

// fits refuses what the printer would refuse in the middle, or would not notice.
func (s *Settings) fits(doc *fiscal.Document, m *model) error {
	if len(doc.Lines) == 0 {
		return refusal(fiscal.ProblemRefused, "в чеке нет позиций")
	}
	if len(doc.ReceiptID) > 128 {
		return refusal(fiscal.ProblemRefused, "номер чека в кассе слишком длинный")
	}
	for i := range doc.Lines {
		if err := s.lineFits(&doc.Lines[i], m); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	p, total := doc.Payments, doc.Total()
	for _, sum := range []money.Kopecks{p.Cash, p.Card, p.Prepaid, p.Credit, p.Counter, total} {
		if !isSum(sum) {
			return refusal(fiscal.ProblemRefused, "сумма вне допустимых границ")
		}
	}
	switch {
	case p.Sum() < total:
		return refusal(fiscal.ProblemRefused, "сумма оплат меньше итога чека")
	case p.Sum()-p.Cash > total:
		return refusal(fiscal.ProblemRefused, "безналичная сумма больше суммы чека")
	}
	switch doc.TaxSystem {
	case fiscal.TaxGeneral, fiscal.TaxIncome, fiscal.TaxIncomeOutcome, fiscal.TaxAgricultural, fiscal.TaxPatent:
		return nil
	}
	return refusal(fiscal.ProblemRefused, "система налогообложения не указана")
}

func (s *Settings) lineFits(l *fiscal.Line, m *model) error {
	const maxQuantity = 1<<48/1000 - 1 // six bytes of millionths
	diff := money.Cost(l.Price, l.Quantity) - l.Sum
	switch {
	case l.Quantity <= 0 || l.Quantity > maxQuantity || !isSum(l.Price) || !isSum(l.Sum):
		return refusal(fiscal.ProblemRefused, "цена, количество или сумма вне допустимых границ")
	case diff < -1 || diff > 1:
		return refusal(fiscal.ProblemRefused, "сумма позиции не равна произведению цены и количества")
	case s.VAT[l.VAT] == 0:
		return refusal(fiscal.ProblemUnsupported, "для ставки НДС "+l.VAT.String()+" в настройках нет кода")
	case l.Marked == nil:
		return nil
	case m.ffd != ffd12:
		return refusal(fiscal.ProblemUnsupported, "маркированный товар требует ФФД 1.2, в ККТ ФФД "+ffdName(m.ffd))
	case len(l.Marked.Code) == 0 || len(l.Marked.Code) > maxCode:
		return &problem{fiscal.ProblemMark, fmt.Errorf("длина кода маркировки %d байт", len(l.Marked.Code))}
	}
	return nil
}

// isSum tells whether a sum fits into five bytes and is not the one that means «not given».
func isSum(k money.Kopecks) bool { return k >= 0 && k < notGiven }

// sell sends a receipt up to its last command. Nothing is formed by it (§3.1).
func (d *Driver) sell(ctx context.Context, r *receipt) error {
	if _, err := d.run(ctx, r.open); err != nil {
		return fmt.Errorf("open receipt: %w", err)
	}
	for _, tag := range r.tags {
		if _, err := d.call(ctx, tag); err != nil {
			return fmt.Errorf("tag of receipt: %w", err)
		}
	}
	for i, check := range r.checks {
		if err := d.checkMark(ctx, check); err != nil {
			return fmt.Errorf("marking code %d: %w", i+1, err)
		}
	}
	for _, item := range r.items {
		if _, err := d.call(ctx, item); err != nil {
			return fmt.Errorf("item: %w", err)
		}
	}
	return nil
}

// checkMark lets the drive and the server look at a code and accepts it (FF61h, FF69h), unless it is
// certainly bad.
func (d *Driver) checkMark(ctx context.Context, check request) error {
	const reject, accept = 0, 1
	f, err := d.call(ctx, check)
	if err != nil {
		return err
	}
	result, err := decodeMarkCheck(f)
	if err != nil {
		return err
	}
	if why := result.refusal(); why != "" {
		_, err := d.call(ctx, with(cmdAcceptMark, d.settings.OperatorPassword, reject))
		return errors.Join(refusal(fiscal.ProblemMark, "код маркировки не принят: "+why), err)
	}
	_, err = d.call(ctx, with(cmdAcceptMark, d.settings.OperatorPassword, accept))
	return err
}

// pay closes the receipt (FF45h): the one command that forms it.
func (d *Driver) pay(ctx context.Context, r *receipt) (closed, error) {
	f, err := d.call(ctx, r.close)
	if err != nil {
		return closed{}, fmt.Errorf("close receipt: %w", err)
	}
	c, err := decodeClosed(f, d.settings.Location)
	if err != nil {
		return closed{}, fmt.Errorf("close receipt: %w", err)
	}
	return c, nil
}
