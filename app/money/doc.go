// Package money holds the two numbers of trade, both integers: [Kopecks] and
// [Millis] (thousandths of a unit of goods), and the VAT rates. There is no
// float here and none may come near. Every rounding is a named function.
package money
