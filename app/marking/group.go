package marking

// ProductGroup is a товарная группа by its number in ГИС МТ (groupIds, pg). Zero: not marked or not known.
// Source: guide to ПП 1944, version 17, §1.5.1.
type ProductGroup uint16

const (
	Clothes    ProductGroup = 1
	Shoes      ProductGroup = 2
	Tobacco    ProductGroup = 3
	Perfumery  ProductGroup = 4
	Tires      ProductGroup = 5
	Cameras    ProductGroup = 6
	Milk       ProductGroup = 8
	OTP        ProductGroup = 12 // альтернативная табачная продукция
	Water      ProductGroup = 13
	Beer       ProductGroup = 15
	Nicotine   ProductGroup = 16 // никотинсодержащая продукция
	SoftDrinks ProductGroup = 23
)

// groupNames are the names that files use; the list is the guide's §1.5.1.
var groupNames = map[ProductGroup]string{
	1: "lp", 2: "shoes", 3: "tobacco", 4: "perfumery", 5: "tires", 6: "electronics", 7: "pharma", 8: "milk",
	9: "bicycle", 10: "wheelchairs", 12: "otp", 13: "water", 14: "furs", 15: "beer", 16: "ncp", 17: "bio",
	19: "antiseptic", 20: "petfood", 21: "seafood", 22: "nabeer", 23: "softdrinks", 26: "vetpharma", 27: "toys",
	28: "radio", 32: "conserve", 33: "vegetableoil", 35: "chemistry", 37: "grocery", 39: "construction",
	43: "autofluids", 45: "sweets",
}

// String is the name of the group in exchange files, empty for zero.
func (g ProductGroup) String() string { return groupNames[g] }

// ParseGroup finds a group by its name; an empty name is the zero group.
func ParseGroup(name string) (ProductGroup, bool) {
	if name == "" {
		return 0, true
	}
	for g, n := range groupNames {
		if n == name {
			return g, true
		}
	}
	return 0, false
}
