package marking_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kassa/app/marking"
)

// elementsOf reads «01=… 21=…».
func elementsOf(text string) (all []marking.Element) {
	for pair := range strings.FieldsSeq(text) {
		ai, value, _ := strings.Cut(pair, "=")
		all = append(all, marking.Element{AI: ai, Value: value})
	}
	return all
}

func TestElementsOfALabelFollowEveryRuleOfGS1(t *testing.T) {
	const gtin, sscc = "01=04612345678903", "00=460123456789000014"
	for _, c := range []struct {
		name, elements string
		ai             string
		rule           marking.ElementRule // empty: nothing is wrong
	}{
		{"a unit with serial, batch and expiry", gtin + " 21=5ab 10=A1 17=261231 93=aB7z", "", ""},
		{"a pallet with its content", sscc + " 02=04612345678903 37=12", "", ""},
		{"goods by weight with their price", gtin + " 3103=001250 3922=12345", "", ""},
		{"a keg", gtin + " 21=5ab 3350=000030", "", ""},
		{"a coupon", "255=4612345678903 3900=100", "", ""},
		{"an AI twice with one value", gtin + " 10=A1 10=A1", "", ""},
		{"an AI that is not in the table", gtin + " 05=x", "05", marking.RuleUnknown},
		{"a wrong check digit", "01=04612345678904", "01", marking.RuleValue},
		{"a value that is too long", gtin + " 10=123456789012345678901", "10", marking.RuleValue},
		{"a character outside set 82", gtin + " 10=A#1", "10", marking.RuleValue},
		{"a day that is in no calendar", gtin + " 17=260231", "17", marking.RuleValue},
		{"a country that does not exist", gtin + " 422=999", "422", marking.RuleValue},
		{"a currency that does not exist", "8020=1 415=4612345678903 3912=001100", "3912", marking.RuleValue},
		{"an AI with two values", gtin + " 10=A1 10=A2", "10", marking.RuleTwice},
		// marking-codes §8, «Pairing rules that matter here».
		{"21 needs 01", "21=5ab", "21", marking.RuleNeeds},
		{"21 is content with 8006", "21=5ab 8006=046123456789030102", "", ""},
		{"10 needs 01", "10=A1", "10", marking.RuleNeeds},
		{"17 needs 01", sscc + " 17=261231", "17", marking.RuleNeeds},
		{"17 is content with 02", sscc + " 02=04612345678903 37=1 17=261231", "", ""},
		{"01 excludes 37", sscc + " " + gtin + " 37=12", "01", marking.RuleExclude},
		{"01 excludes 255", gtin + " 255=4612345678903", "01", marking.RuleExclude},
		{"02 needs 37", sscc + " 02=04612345678903", "02", marking.RuleNeeds},
		{"02 excludes 01", sscc + " " + gtin + " 02=04612345678903 37=1", "01", marking.RuleExclude},
		{"8005 needs 01 or 02", "8005=000100", "8005", marking.RuleNeeds},
		{"at most one weight", gtin + " 3103=001250 3102=000125", "3103", marking.RuleExclude},
		{"a weight and a length may stand together", gtin + " 3103=001250 3112=000125", "", ""},
		{"37 needs 00 beside 02", "02=04612345678903 37=12", "37", marking.RuleNeeds},
		{"a price needs a measure of any kind", gtin + " 3922=12345", "3922", marking.RuleNeeds},
		{"21 excludes 235", gtin + " 21=a 235=b", "21", marking.RuleExclude},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := marking.CheckElements(elementsOf(c.elements))
			if c.rule == "" {
				require.NoError(t, err)
				return
			}
			var broken *marking.ElementError
			require.True(t, errors.As(err, &broken), "%v", err)
			require.Equal(t, marking.ElementError{AI: c.ai, Rule: c.rule}, *broken)
			require.Equal(t, "AI ("+c.ai+"): "+string(c.rule), err.Error())
			_, notPrinted := marking.ElementString(elementsOf(c.elements))
			require.Equal(t, err, notPrinted)
		})
	}
}

func TestAnElementStringIsWrittenAsSymbolsHoldIt(t *testing.T) {
	for _, c := range []struct{ name, elements, want string }{
		{"milk by weight", "01=04612345678903 21=5abCd; 93=aB7z 3103=001250", milkWeight},
		{"no GS after a value of pre-defined length", "01=04612345678903 3103=001250 17=261231", "0104612345678903310300125017261231"},
		{"a GS after a fixed length that is not pre-defined", "01=04612345678903 21=a 8005=215000 93=Kd4x", "010461234567890321a\x1d8005215000\x1d93Kd4x"},
		{"no GS at the end", "01=04612345678903 10=A1", "010461234567890310A1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := marking.ElementString(elementsOf(c.elements))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// anyElements composes the elements of a marking code of a known form, in their usual order.
func anyElements(t *rapid.T) []marking.Element {
	const chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"%&'*+-./_,:;=<>?"
	text := func(label string, n int) string {
		return string(rapid.SliceOfN(rapid.SampledFrom([]byte(chars)), n, n).Draw(t, label))
	}
	forms := [][]string{
		{"21:6", "93:4"}, {"21:6", "93:4", "3103=001250"}, {"21:7", "93:4"}, {"21:7", "93:4", "3350=000030"},
		{"21:7", "8005=215000", "93:4"}, {"21:13", "93:4"},
		{"21:13", "91:4", "92=S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
		{"21:20", "91:4", "92=S0FTU0EgREVNTyBDSEVDSyBDT0RFIDAwMDAwMcacVtk="},
	}
	all := []marking.Element{{AI: "01", Value: rapid.SampledFrom([]string{"04612345678903", "14612345678900", "00000046012340"}).Draw(t, "gtin")}}
	for _, part := range rapid.SampledFrom(forms).Draw(t, "form") {
		if ai, value, fixed := strings.Cut(part, "="); fixed {
			all = append(all, marking.Element{AI: ai, Value: value})
			continue
		}
		ai, length, _ := strings.Cut(part, ":")
		n := 0
		for _, d := range length {
			n = n*10 + int(d-'0')
		}
		all = append(all, marking.Element{AI: ai, Value: text(ai, n)})
	}
	return all
}

func TestWhatIsWrittenAndGarbledReadsBackAsTheSameItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		elements := anyElements(t)
		code, err := marking.ElementString(elements)
		if err != nil {
			t.Fatal(err)
		}
		m := rapid.SampledFrom(mishaps).Draw(t, "mishap")
		s, err := marking.Parse([]byte(m.garble(code, "]d2")))
		if err != nil || s.Code.Identity() != elements[0].Value+"/"+elements[1].Value || s.Code.KM() != code {
			t.Fatalf("%s of %q: %q %v %v, %v", m.name, code, s.Code.KM(), s.Repairs, s.Warnings, err)
		}
		again, err := marking.ElementString(s.Elements)
		if err != nil || again != code {
			t.Fatalf("written anew: %q, %v", again, err)
		}
	})
}
