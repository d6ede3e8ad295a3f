package marking

import (
	"fmt"
	"slices"
	"strings"
)

// ElementError is the first rule of GS1 that a list of elements breaks.
type ElementError struct {
	AI   string
	Rule ElementRule
}

// ElementRule names what is wrong with an element.
type ElementRule string

const (
	RuleUnknown ElementRule = "unknown"  // the AI is not in the table
	RuleValue   ElementRule = "value"    // length, alphabet, check digit, day or code of the value
	RuleTwice   ElementRule = "twice"    // the AI is there with another value too
	RuleNeeds   ElementRule = "needs"    // another AI that belongs to it is missing
	RuleExclude ElementRule = "excludes" // another AI may not stand beside it
)

// Error names the AI and the rule, never the value: it may be part of a code.
func (e *ElementError) Error() string { return fmt.Sprintf("AI (%s): %s", e.AI, e.Rule) }

// CheckElements tests all elements of one item or box by the whole table: values, required and excluded pairs.
// It is for labels that we print and for labels of boxes; marking codes are read with less (marking-codes §8).
// Rules of pairs speak of all symbols of a label together. The error is an [*ElementError].
func CheckElements(elements []Element) error {
	for i, e := range elements {
		id := identifierOf(e.AI)
		switch {
		case id == nil:
			return &ElementError{e.AI, RuleUnknown}
		case !id.fits(e.Value):
			return &ElementError{e.AI, RuleValue}
		case !sameAsBefore(elements[:i], e.AI, e.Value):
			return &ElementError{e.AI, RuleTwice}
		}
	}
	return checkPairs(elements)
}

// checkPairs tests which elements stand together; AIs that are not in the table have no rules.
func checkPairs(elements []Element) error {
	if err := checkExcluded(elements); err != nil {
		return err
	}
	for _, e := range elements {
		id := identifierOf(e.AI)
		if id == nil || len(id.needs) == 0 {
			continue
		}
		if !slices.ContainsFunc(id.needs, func(group []string) bool { return hasAll(elements, group) }) {
			return &ElementError{e.AI, RuleNeeds}
		}
	}
	return nil
}

// checkExcluded tests only what no other symbol of the same label can mend.
func checkExcluded(elements []Element) error {
	for _, e := range elements {
		id := identifierOf(e.AI)
		if id == nil {
			continue
		}
		for _, pattern := range id.excludes {
			if slices.ContainsFunc(elements, func(o Element) bool { return o.AI != e.AI && matches(pattern, o.AI) }) {
				return &ElementError{e.AI, RuleExclude}
			}
		}
	}
	return nil
}

// hasAll tells whether an element of each pattern is there.
func hasAll(elements []Element, patterns []string) bool {
	for _, pattern := range patterns {
		if !slices.ContainsFunc(elements, func(e Element) bool { return matches(pattern, e.AI) }) {
			return false
		}
	}
	return true
}

// matches compares an AI with a pattern in which n stands for any digit.
func matches(pattern, ai string) bool {
	if len(pattern) != len(ai) {
		return false
	}
	for i := range len(ai) {
		if pattern[i] != 'n' && pattern[i] != ai[i] {
			return false
		}
	}
	return true
}

// ElementString writes elements as a GS1 symbol holds them: GS after a value of variable length, unless it is
// the last one. The leading FNC1 belongs to the symbol and is not written. What [CheckElements] refuses is
// refused here too: what we print follows every rule.
func ElementString(elements []Element) (string, error) {
	if err := CheckElements(elements); err != nil {
		return "", err
	}
	var b strings.Builder
	for i, e := range elements {
		b.WriteString(e.AI)
		b.WriteString(e.Value)
		if i < len(elements)-1 && identifierOf(e.AI).fixed == 0 {
			b.WriteByte(GS)
		}
	}
	return b.String(), nil
}
