package marking_test

import (
	"fmt"

	"kassa/app/marking"
)

func ExampleParse() {
	s, err := marking.Parse([]byte("]d20104612345678903215abCd;\x1d93aB7z"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Kind, s.Code.KI(), s.Code.Check(), s.Repairs)
	fmt.Println(s.Code) // for a log
	// Output:
	// marking 0104612345678903215abCd; aB7z [aim]
	// 04612345678903/5ab…
}
