package sale

import (
	"slices"
	"strconv"
	"strings"

	"kassa/app/marking"
	"kassa/app/till"
)

// scan is what a scanner read: an item's barcode, a label of scales, or a marking code.
func (e *Engine) scan(c Scan) error {
	if c.At.IsZero() {
		c.At = e.set.Now()
	}
	r, err := e.editable()
	if err != nil {
		return err
	}
	s, err := e.set.Parser.Parse(c.Raw)
	if err != nil {
		return &till.Error{Code: till.ScanUnreadable, Err: err}
	}
	if !e.mended && (slices.Contains(s.Repairs, marking.RepairLayout) || slices.Contains(s.Repairs, marking.RepairCaps)) {
		e.mended = true // said once, not at every scan (till-ux SC-6)
		e.say(true, NoticeLayout)
	}
	switch {
	case s.Kind == marking.KindMarking:
		return e.scanMarked(s, c.At)
	case s.Kind == marking.KindUnknown && s.GTIN != "": // begins like a marking code and makes no sense
		return e.incomplete("")
	case r != nil && r.Kind == till.Return:
		return e.scanReturned(s)
	}
	return e.scanItem(s)
}

// incomplete asks for the same code once more: a scan of it is what is waited for. Args tell how many times in
// a row that happened: then it is the scanner, not the hand (M-08).
func (e *Engine) incomplete(masked string) error {
	e.incompletes++
	stop := &Stop{Code: till.MarkIncomplete, Args: []string{strconv.Itoa(e.incompletes)}, Masked: masked, Wanted: e.wanted()}
	if stop.Wanted != nil {
		stop.Item = stop.Wanted.Name
	}
	e.show(stop)
	return till.Fail(till.MarkIncomplete)
}

// scanItem finds the item of a barcode and adds it.
func (e *Engine) scanItem(s marking.Scan) error {
	item, err := e.find(s)
	if w := e.wanted(); w != nil { // nothing but the code is taken now
		if err == nil && item.Marked() {
			e.show(&Stop{Code: till.MarkWanted, Item: w.Name, Wanted: w})
			return till.Fail(till.MarkWanted, w.Name)
		}
		return till.Fail(till.StopShown)
	}
	if err != nil {
		return e.unknownItem(err, barcodeOf(s))
	}
	w := wish{item: item, barcode: barcodeOf(s)}
	if item.NoPieces && s.HasWeight {
		w.weight, w.weighed = s.Weight, true
	}
	return e.add(w, e.set.Now())
}

// find asks the catalogue for the whole barcode first: a shop may print plain barcodes that look like
// labels of scales. Then the number inside the label counts (marking-codes §9).
func (e *Engine) find(s marking.Scan) (till.Item, error) {
	item, err := e.ports.Catalog.ByBarcode(e.ctx, barcodeOf(s))
	if s.PLU == "" || till.CodeOf(err) != till.ItemUnknown {
		return item, err
	}
	for _, code := range []string{s.PLU, strings.TrimLeft(s.PLU, "0")} {
		weighed, err := e.ports.Catalog.ByCode(e.ctx, code)
		switch {
		case err == nil && weighed.NoPieces:
			return weighed, nil
		case err != nil && till.CodeOf(err) != till.ItemUnknown:
			return till.Item{}, err
		}
	}
	return till.Item{}, err
}

// barcodeOf are the digits under the bars, or the whole text of what is no barcode.
func barcodeOf(s marking.Scan) string {
	if s.Barcode != "" {
		return s.Barcode
	}
	return s.Text
}

// maxShown is how much of an unknown scan is shown to people.
const maxShown = 40

// unknownItem shows an unknown code as a stop: the cashier must not believe that it was sold.
func (e *Engine) unknownItem(err error, code string) error {
	if till.CodeOf(err) != till.ItemUnknown {
		return err
	}
	if r := []rune(code); len(r) > maxShown {
		code = string(r[:maxShown]) + "…"
	}
	e.show(&Stop{Code: till.ItemUnknown, Args: []string{code}})
	return till.Fail(till.ItemUnknown, code)
}

// scanReturned ticks what the customer brings back.
func (e *Engine) scanReturned(s marking.Scan) error {
	if err := e.pickItem(barcodeOf(s), ""); err == nil {
		return nil
	}
	item, err := e.find(s)
	if err != nil {
		return e.unknownItem(err, barcodeOf(s))
	}
	return e.pickItem("", item.ID)
}
