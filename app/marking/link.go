package marking

import (
	"net/url"
	"slices"
	"strings"
)

// readLink: a web address; when it is a GS1 Digital Link, its elements too.
func (r *reading) readLink() bool {
	if len(r.Text) < 8 || !strings.EqualFold(r.Text[:4], "http") {
		return false
	}
	mended := mendEscapes(r.Text)
	u, err := url.Parse(mended)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return false
	}
	r.known(KindURL)
	if mended != r.Text {
		r.warn(WarnElement)
	}
	_, path, _ := strings.Cut(r.Text, "://")
	_, path, _ = strings.Cut(path, "/")
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	elements := r.linkPath(path)
	if len(elements) == 0 {
		return true
	}
	_, query, _ := strings.Cut(r.Text, "?")
	query, _, _ = strings.Cut(query, "#")
	elements = r.linkQuery(elements, query)
	r.GTIN = valueOf(elements, "01")
	r.takeElements(elements)
	if serial := valueOf(elements, "21"); isGTIN(r.GTIN) && serial != "" { // the same item as its КМ, without a check part
		ki := "01" + r.GTIN + "21" + serial
		r.Code = MarkingCode{gtin: r.GTIN, serial: serial, ki: ki, km: ki}
	}
	return true
}

// mendEscapes writes a % that begins no byte in hexadecimal as one that does: the address stays one, and the value
// with it is passed over.
func mendEscapes(text string) string {
	if isPercentEncoded(text) {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		b.WriteByte(text[i])
		if text[i] == '%' && !(len(text) >= i+3 && hexDigits.all(text[i+1:i+3])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// linkPath takes the elements out of the path of a GS1 Digital Link: a primary key at any depth, then its
// qualifiers. Source: marking-codes §8, key and path of identifierTable.
func (r *reading) linkPath(text string) (elements []Element) {
	path := strings.Split(strings.Trim(text, "/"), "/")
	start := slices.IndexFunc(path, func(p string) bool { id := identifierOf(p); return id != nil && id.key })
	// «/01/» may also be a folder of the site: a key is one whose value looks like it.
	for ; start >= 0 && start+1 < len(path); start++ {
		key := identifierOf(path[start])
		if key == nil || !key.key {
			continue
		}
		if e, ok := linkElement(path[start], path[start+1], url.PathUnescape); ok && key.shaped(e.Value) {
			if !key.fits(e.Value) {
				r.warn(WarnElement)
				return nil
			}
			elements = append(elements, e)
			break
		}
	}
	if len(elements) == 0 {
		return nil
	}
	rest := path[start+2:]
	for ; len(rest) >= 2 && len(elements) < maxElements; rest = rest[2:] {
		e, ok := linkElement(rest[0], rest[1], url.PathUnescape)
		if id := identifierOf(e.AI); !ok || id == nil || !id.fits(e.Value) {
			break
		}
		elements = append(elements, e)
	}
	if len(rest) > 0 {
		r.warn(WarnElement)
	}
	if !inOrder(elements) {
		r.warn(WarnLink)
	}
	return elements
}

// inOrder tells whether the qualifiers of a key stand in one of the orders that it allows; any may be absent.
func inOrder(elements []Element) bool {
	qualifiers := elements[1:]
	if len(qualifiers) == 0 {
		return true
	}
	return slices.ContainsFunc(identifierOf(elements[0].AI).qualifiers, func(order []string) bool {
		next := 0
		for _, e := range qualifiers {
			i := slices.Index(order[next:], e.AI)
			if i < 0 {
				return false
			}
			next += i + 1
		}
		return true
	})
}

// linkQuery adds the attributes of a Digital Link. Names that are no numbers are the site's own.
func (r *reading) linkQuery(elements []Element, query string) []Element {
	for pair := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' }) {
		ai, value, _ := strings.Cut(pair, "=")
		if ai == "" || !digits.all(ai) || len(elements) == maxElements {
			continue
		}
		e, ok := linkElement(ai, value, url.QueryUnescape)
		id := identifierOf(ai)
		switch {
		case !ok || id == nil || !id.fits(e.Value) || !sameAsBefore(elements, ai, e.Value):
			r.warn(WarnElement)
			continue
		case id.pathOnly:
			r.warn(WarnLink)
		}
		elements = append(elements, e)
	}
	return elements
}

// linkElement undoes the percent-encoding. A GTIN of 8, 12 or 13 digits is an older form: it is filled up to 14.
func linkElement(ai, value string, unescape func(string) (string, error)) (Element, bool) {
	value, err := unescape(value)
	if err != nil {
		return Element{}, false
	}
	if ai == "01" && isBarcodeLength(len(value)) {
		value = padGTIN(value)
	}
	return Element{ai, value}, true
}

// padGTIN fills a shorter GTIN up to the 14 digits that compare.
func padGTIN(gtin string) string { return strings.Repeat("0", 14-len(gtin)) + gtin }
