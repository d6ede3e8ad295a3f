package texts

import (
	"errors"
	"strconv"
	"strings"

	"kassa/app/till"
)

// Tone is one of the four states of the screens (till-ux ST-2). It always comes with a sign and a word.
type Tone uint8

const (
	OK        Tone = 1 // можно
	Wait      Tone = 2 // проверяем
	Attention Tone = 3 // внимание
	Forbidden Tone = 4 // нельзя
)

// Message is what a person is told: what happened, and what to do.
type Message struct {
	Tone     Tone
	Headline string
	Body     string
}

// Line is the message as one sentence after the other.
func (m Message) Line() string {
	if m.Body == "" {
		return m.Headline
	}
	return m.Headline + ". " + m.Body
}

// Error is the message of an error: that of its till.Code, or the one for faults of the program.
func Error(err error) Message {
	var known *till.Error
	if errors.As(err, &known) {
		return Refusal(known.Code, known.Args...)
	}
	return Refusal(till.Internal)
}

// Refusal is the message of a code with its arguments. A code without a text is told by its name.
func Refusal(code till.Code, args ...string) Message {
	m, ok := refusals[code]
	if !ok {
		m = refusals[till.Internal]
		args = []string{string(code)}
	}
	if code == till.MarkIncomplete && readsInARow(args) >= brokenScannerAfter {
		m = brokenScanner
	}
	m.Headline, m.Body = fill(m.Headline, args), fill(m.Body, args)
	return m
}

// readsInARow is the argument of till.MarkIncomplete: how many reads in a row were cut off.
func readsInARow(args []string) int {
	if len(args) == 0 {
		return 0
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return 0
	}
	return n
}

// fill puts args into the gaps {0}, {1} … of a sentence. A part in square brackets whose gap has no
// argument is left out; outside brackets such a gap becomes empty. A decimal point in a number becomes a comma.
func fill(sentence string, args []string) string {
	var out strings.Builder
	for sentence != "" {
		open := strings.IndexByte(sentence, '[')
		if open < 0 {
			out.WriteString(fillPart(sentence, args))
			break
		}
		out.WriteString(fillPart(sentence[:open], args))
		length := strings.IndexByte(sentence[open:], ']')
		part := sentence[open+1 : open+length]
		if hasAll(part, args) {
			out.WriteString(fillPart(part, args))
		}
		sentence = sentence[open+length+1:]
	}
	return out.String()
}

// maxGaps is the largest number of gaps in any sentence.
const maxGaps = 3

func gap(i int) string { return "{" + strconv.Itoa(i) + "}" }

func hasAll(part string, args []string) bool {
	for i := range maxGaps {
		if strings.Contains(part, gap(i)) && (i >= len(args) || args[i] == "") {
			return false
		}
	}
	return true
}

// fillPart replaces all gaps at once, so that an argument that looks like a gap stays as it is.
func fillPart(part string, args []string) string {
	pairs := make([]string, 0, 2*maxGaps)
	for i := range maxGaps {
		value := ""
		if i < len(args) {
			value = args[i]
			if isNumber(value) {
				value = comma(value)
			}
		}
		pairs = append(pairs, gap(i), value)
	}
	return strings.NewReplacer(pairs...).Replace(part)
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && strings.Trim(s, "0123456789.-") == ""
}
