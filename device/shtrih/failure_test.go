package shtrih

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"kassa/app/fiscal"
)

func TestEveryErrorThatLeavesTheDriverAnswersTheThreeQuestions(t *testing.T) {
	for name, test := range map[string]struct {
		cause   error
		problem fiscal.Problem
		device  string
	}{
		"a code of the printer":          {&deviceError{cmdCloseReceipt, 0x4E}, fiscal.ProblemShiftExpired, "ШТРИХ 4Eh: смена превысила 24 часа (команда FF45h)"},
		"a code of the drive":            {&deviceError{cmdCloseReceipt, 0x16}, fiscal.ProblemShiftExpired, "ШТРИХ 16h: ФН: смена длится более 24 часов (команда FF45h)"},
		"an unknown marking code":        {&deviceError{cmdCheckMark, 0xD3}, fiscal.ProblemMark, "ШТРИХ D3h: код маркировки не распознан (команда FF61h)"},
		"a code that stands in no table": {&deviceError{cmdBeep, 0xEE}, fiscal.ProblemRefused, "ШТРИХ EEh: причина в таблице не описана (команда 13h)"},
		"a wrapped code":                 {fmt.Errorf("item: %w", &deviceError{cmdOperation, 0x6B}), fiscal.ProblemPaper, "ШТРИХ 6Bh: нет чековой ленты (команда FF46h)"},
		"a finding of the driver":        {refusal(fiscal.ProblemForeign, "работала другая программа"), fiscal.ProblemForeign, "работала другая программа"},
		"a dead line":                    {fmt.Errorf("command 41h: %w", errLost), fiscal.ProblemSilent, ""},
		"an ended context":               {context.DeadlineExceeded, fiscal.ProblemSilent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := failure("register sale", fiscal.NotDone, test.cause)
			require.Equal(t, fiscal.NotDone, fiscal.OutcomeOf(err))
			require.Equal(t, test.problem, fiscal.ProblemOf(err))
			require.ErrorIs(t, err, test.cause)
			var e *fiscal.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, test.device, e.Device)
			require.Equal(t, err, failure("settle", fiscal.Unknown, err), "what is said once stays as it is")
		})
	}
}

// cmdBeep is a command that the driver does not use.
const cmdBeep = 0x13

func TestTheLogOfTheLineHoldsNoPasswordsAndNoCodes(t *testing.T) {
	l := sampleReceipt().Lines[2]
	for name, test := range map[string]struct{ message, answer, request, reply string }{
		"a plain command": {
			"8D 1E 00 00 00 00", "8D 00 1E", "8D ** ** ** ** 00", "8D 00 1E",
		},
		"a command without a password": {
			"F7 01", "F7 37", "F7 01", "F7 37",
		},
		"capabilities hold default passwords": {
			"F7 01", "F7 00 0102030405060708 24300105060708 11223344 55667788 00", "F7 01",
			"F7 00 01 02 03 04 05 06 07 08 24 30 01 05 06 07 08 [9 bytes with passwords]",
		},
		"an operator's password in table 2": {
			"1F 1E000000 02 0100 01", "1F 00 07 00 00 00", "1F ** ** ** ** 02 01 00 01", "1F 00 [4 bytes with a password]",
		},
		"another table": {
			"1F 1E000000 11 0100 11", "1F 00 04", "1F ** ** ** ** 11 01 00 11", "1F 00 04",
		},
		"a marking code to check": {
			hexText(checkMark(1, &l)), "FF 61 00 03 00 04 00", "FF 61 ** ** ** ** [36 bytes with a marking code]", "FF 61 00 03 00 04 00",
		},
		"a marking code to bind": {
			hexText(bindMark(1, l.Marked.Code)), "FF 67 00 44 4D 00", "FF 67 ** ** ** ** [33 bytes with a marking code]", "FF 67 00 44 4D 00",
		},
		"a document of the drive": {
			"FF 3B 1E000000", "FF 3B 00 3C 04 01 00 31", "FF 3B ** ** ** **", "FF 3B 00 [5 bytes of a document]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			message := unhex(t, test.message)
			require.Equal(t, test.request, maskRequest(message))
			require.Equal(t, test.reply, maskAnswer(message, unhex(t, test.answer)))
		})
	}
}
