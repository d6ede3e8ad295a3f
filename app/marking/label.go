package marking

import (
	"errors"
	"fmt"
	"strings"

	"kassa/app/money"
)

// Label is one way in which scales and shops fill an EAN-13 that is theirs to use. Its digits are: prefix,
// item, a check digit of the value (if any), value, check digit of the barcode. Source: marking-codes §9.
type Label struct {
	Prefix     string
	ItemDigits int
	// InnerCheck: a digit before the value guards it. How scales count it differs, so it is passed over.
	InnerCheck  bool
	ValueDigits int
	Kind        LabelKind
	Multiplier  int // of the value, 0: 1; 100 with grams reads tenths of a kilogram
}

// LabelKind says what the value of a label counts. The names are those of the settings.
type LabelKind string

const (
	LabelGrams   LabelKind = "grams"
	LabelKopecks LabelKind = "kopecks"
	LabelPieces  LabelKind = "pieces"
)

// labelPrefixes begin the numbers that a shop or a company may use as it likes (marking-codes §9).
var labelPrefixes = []string{"2", "02", "04"}

// maxMultiplier keeps the largest value far from the end of an int64.
const maxMultiplier = 1_000_000

// Check tells what is wrong with a label of the settings.
func (l Label) Check() error {
	length := len(l.Prefix) + l.ItemDigits + l.ValueDigits + 1
	if l.InnerCheck {
		length++
	}
	switch {
	case l.Prefix == "" || !digits.all(l.Prefix):
		return fmt.Errorf("prefix %q: digits", l.Prefix)
	case !isLabelPrefix(l.Prefix):
		return fmt.Errorf("prefix %q belongs to goods of others: a label begins with 2, 02 or 04", l.Prefix)
	case l.ItemDigits < 1 || l.ValueDigits < 1:
		return errors.New("item and value need a digit each")
	case length != 13:
		return fmt.Errorf("prefix, item, value and check digits are %d, not 13", length)
	case l.Kind != LabelGrams && l.Kind != LabelKopecks && l.Kind != LabelPieces:
		return fmt.Errorf("kind %q: grams, kopecks or pieces", l.Kind)
	case l.Multiplier < 0 || l.Multiplier > maxMultiplier:
		return fmt.Errorf("multiplier %d: 1 to %d", l.Multiplier, maxMultiplier)
	}
	return nil
}

func isLabelPrefix(prefix string) bool {
	for _, p := range labelPrefixes {
		if strings.HasPrefix(prefix, p) {
			return true
		}
	}
	return false
}

// DefaultLabels is what scales print most often: 2P CCCCC VVVVV K with grams (marking-codes §9).
func DefaultLabels() []Label {
	labels := make([]Label, 0, 10)
	for p := byte('0'); p <= '9'; p++ {
		labels = append(labels, Label{Prefix: "2" + string(p), ItemDigits: 5, ValueDigits: 5, Kind: LabelGrams})
	}
	return labels
}

var defaultLabels = DefaultLabels()

// readScaleLabel takes the item and the value out of an in-store code; the label with the longest prefix counts.
// Barcode keeps all digits: the catalogue is asked for them first, then for the item's number.
func (r *reading) readScaleLabel(labels []Label) bool {
	t := r.Barcode
	if len(t) == 12 {
		t = "0" + t // a UPC-A
	}
	if len(t) != 13 {
		return false
	}
	var label *Label
	for i := range labels {
		l := &labels[i]
		if strings.HasPrefix(t, l.Prefix) && (label == nil || len(l.Prefix) > len(label.Prefix)) && l.Check() == nil {
			label = l
		}
	}
	if label == nil {
		return false
	}
	rest := t[len(label.Prefix):]
	r.Kind = KindWeight
	r.PLU, rest = rest[:label.ItemDigits], rest[label.ItemDigits:]
	if label.InnerCheck {
		rest = rest[1:]
	}
	value := int64(number(rest[:label.ValueDigits])) * int64(max(1, label.Multiplier))
	switch label.Kind {
	case LabelGrams:
		r.Weight, r.HasWeight = money.Millis(value), true
		if value == 0 {
			r.warn(WarnNoWeight)
		}
		return true
	case LabelKopecks:
		r.Price, r.HasPrice = money.Kopecks(value), true
	case LabelPieces:
		r.Pieces, r.HasPieces = value, true
	}
	if value == 0 {
		r.warn(WarnNoValue)
	}
	return true
}
