package marking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/marking"
)

func TestDigitalLinks(t *testing.T) {
	// marking-codes §8.
	for _, c := range []struct {
		name, link, elements, gtin string
		warnings                   []string
	}{
		{"a GTIN", "https://id.example/01/04612345678903", "01=04612345678903", "04612345678903", nil},
		{"a scheme in capitals", "HTTPS://ID.EXAMPLE/01/04612345678903", "01=04612345678903", "04612345678903", nil},
		{"a port and a slash at the end", "http://id.example:8080/01/04612345678903/", "01=04612345678903", "04612345678903", nil},
		{"a path before it", "https://id.example/a/b/01/04612345678903/21/5ab", "01=04612345678903 21=5ab", "04612345678903", nil},
		{"a folder that is named like a key", "https://id.example/01/shop/01/04612345678903", "01=04612345678903", "04612345678903", nil},
		{"a GTIN of 13 digits", "https://id.example/01/4612345678903", "01=04612345678903", "04612345678903", nil},
		{"a GTIN of 12 digits", "https://id.example/01/012345678905", "01=00012345678905", "00012345678905", nil},
		{"a GTIN of 8 digits", "https://id.example/01/46012340", "01=00000046012340", "00000046012340", nil},
		{"all qualifiers in their order", "https://id.example/01/04612345678903/22/2A/10/A1/21/5ab", "01=04612345678903 22=2A 10=A1 21=5ab", "04612345678903", nil},
		{"the other qualifier", "https://id.example/01/04612345678903/235/5ab", "01=04612345678903 235=5ab", "04612345678903", nil},
		{"qualifiers in the wrong order", "https://id.example/01/04612345678903/21/5ab/10/A1", "01=04612345678903 21=5ab 10=A1", "04612345678903", []string{marking.WarnLink}},
		{"qualifiers of two sorts", "https://id.example/01/04612345678903/10/A1/235/x", "01=04612345678903 10=A1 235=x", "04612345678903", []string{marking.WarnLink}},
		{"a qualifier of another key", "https://id.example/00/460123456789000014/10/A1", "00=460123456789000014 10=A1", "", []string{marking.WarnLink}},
		{"percent-encoding in a value", "https://id.example/01/04612345678903/10/A%2F1%25", "01=04612345678903 10=A/1%", "04612345678903", nil},
		{"attributes", "https://id.example/01/04612345678903?17=261231&3103=001250&lang=ru", "01=04612345678903 17=261231 3103=001250", "04612345678903", nil},
		{"attributes after semicolons", "https://id.example/01/04612345678903?17=261231;3103=001250", "01=04612345678903 17=261231 3103=001250", "04612345678903", nil},
		{"a part behind #", "https://id.example/01/04612345678903?17=261231#top", "01=04612345678903 17=261231", "04612345678903", nil},
		{"a serial number among the attributes", "https://id.example/01/04612345678903?21=5ab", "01=04612345678903 21=5ab", "04612345678903", []string{marking.WarnLink}},
		{"an attribute that is no AI", "https://id.example/01/04612345678903?05=1", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"an attribute without sense", "https://id.example/01/04612345678903?17=261331&17=269999", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"an attribute that says otherwise", "https://id.example/01/04612345678903?17=261231&17=261230", "01=04612345678903 17=261231", "04612345678903", []string{marking.WarnElement}},
		{"an attribute with broken encoding", "https://id.example/01/04612345678903?10=%zz", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"a qualifier with broken encoding", "https://id.example/01/04612345678903/10/A%zz/21/5ab", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"half a qualifier", "https://id.example/01/04612345678903/21", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"a qualifier that is no AI", "https://id.example/01/04612345678903/serial/5ab", "01=04612345678903", "04612345678903", []string{marking.WarnElement}},
		{"an SSCC", "https://id.example/00/460123456789000014", "00=460123456789000014", "", nil},
		{"a document", "https://id.example/253/4612345678903A1", "253=4612345678903A1", "", nil},
		{"a coupon", "https://id.example/255/4612345678903", "255=4612345678903", "", nil},
		{"a consignment", "https://id.example/401/4612A", "401=4612A", "", nil},
		{"a shipment", "https://id.example/402/46123456789012341", "402=46123456789012341", "", nil},
		{"a place with its part", "https://id.example/414/4612345678903/254/7", "414=4612345678903 254=7", "", nil},
		{"a place with another part", "https://id.example/414/4612345678903/7040/1ABC", "414=4612345678903 7040=1ABC", "", nil},
		{"a payment slip", "https://id.example/415/4612345678903/8020/17", "415=4612345678903 8020=17", "", nil},
		{"a party", "https://id.example/417/4612345678903", "417=4612345678903", "", nil},
		{"a returnable asset", "https://id.example/8003/04612345678903X", "8003=04612345678903X", "", nil},
		{"an asset", "https://id.example/8004/4612X", "8004=4612X", "", nil},
		{"a piece of an item", "https://id.example/8006/046123456789030102/21/5ab", "8006=046123456789030102 21=5ab", "", nil},
		{"a part with its serial number", "https://id.example/8010/4612/8011/12", "8010=4612 8011=12", "", nil},
		{"a model", "https://id.example/8013/1987654Ad4X4bL5ttr2310c2K", "8013=1987654Ad4X4bL5ttr2310c2K", "", nil},
		{"a service provider", "https://id.example/8017/460123456789000014/8019/3", "8017=460123456789000014 8019=3", "", nil},
		{"a service recipient", "https://id.example/8018/460123456789000014", "8018=460123456789000014", "", nil},
		{"a wrong check digit", "https://id.example/01/04612345678904", "", "", []string{marking.WarnElement}},
		{"broken encoding of the key", "https://id.example/01/0461234567890%33", "01=04612345678903", "04612345678903", nil},
		{"a page with numbers in its path", "https://example.com/2026/11/22/news", "", "", nil},
		{"a page whose last folder is a key", "https://example.com/shop/01", "", "", nil},
		{"the site alone", "https://example.com", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := parse(t, c.link)
			require.Equal(t, marking.KindURL, s.Kind)
			require.Equal(t, elementsOf(c.elements), s.Elements)
			require.Equal(t, c.gtin, s.GTIN)
			require.Equal(t, c.warnings, s.Warnings)
			require.Equal(t, c.link, s.Text)
		})
	}
	for _, text := range []string{"https://", "httpx://id.example/01/04612345678903", "http:/id.example"} {
		require.Equal(t, marking.KindUnknown, parse(t, text).Kind, text)
	}
}
