package shtrih

import (
	"context"
	"errors"
	"maps"
	"time"

	"kassa/app/money"
	"kassa/device/wire"
)

// Settings of one printer. Begin with Defaults.
type Settings struct {
	// Address as wire.Open understands it: "tcp:10.0.0.5:7778", "serial:/dev/ttyACM0?baud=115200".
	Address string

	OperatorPassword uint32 // of table 2, rows 1..28
	AdminPassword    uint32 // СИСТ.АДМИН, row 30

	Timeouts Timeouts

	// AfterClosePause is kept after a receipt was closed, as the maker's driver does.
	AfterClosePause time.Duration

	// PrintWait is how long a print that goes on is waited for before the printer counts as busy.
	PrintWait time.Duration

	// VAT is the code of FF46h for each rate that may be sold (§2.6); models differ.
	VAT map[money.VATRate]byte

	// Location is the time zone of the printer's clock.
	Location *time.Location

	// Now is the till's clock. The printer's clock is compared with it; nothing is timed by it.
	Now func() time.Time

	// Dial opens the line; nil: wire.Open.
	Dial func(ctx context.Context, address string) (wire.Port, error)
}

// Timeouts of the line.
type Timeouts struct {
	ENQ    time.Duration // ENQ to ACK or NAK; asked ten times
	Byte   time.Duration // between the bytes of a frame
	Frame  time.Duration // a frame to its ACK or NAK
	Answer time.Duration // a command without its own time below to its answer

	// Commands are the answer times of the commands that differ: 0x41 for 41h, 0xFF61 for FF61h.
	Commands map[uint16]time.Duration
}

// Defaults are the maker's values (§1.1, §2.2). The address is missing.
func Defaults() Settings {
	return Settings{
		OperatorPassword: 1,
		AdminPassword:    30,
		Timeouts: Timeouts{
			ENQ:    500 * time.Millisecond,
			Byte:   100 * time.Millisecond,
			Frame:  time.Second,
			Answer: 30 * time.Second,
			Commands: map[uint16]time.Duration{
				cmdShortStatus: 3 * time.Second,
				cmdFullStatus:  3 * time.Second,
				cmdZReport:     65 * time.Second,
				cmdOpenShift:   120 * time.Second,
				cmdCheckMark:   40 * time.Second,
				cmdBindMark:    40 * time.Second,
			},
		},
		AfterClosePause: 3 * time.Second,
		PrintWait:       time.Minute,
		VAT: map[money.VATRate]byte{
			money.VAT20:     0x01,
			money.VAT10:     0x02,
			money.VAT0:      0x04,
			money.VATNone:   0x08,
			money.VAT20Calc: 0x10,
			money.VAT10Calc: 0x20,
			money.VAT5:      0x81,
			money.VAT7:      0x82,
			money.VAT5Calc:  0x84,
			money.VAT7Calc:  0x88, // one document of the maker says 90h
			money.VAT22:     0xCB, // ШТРИХ-НАНО: 90h
			money.VAT22Calc: 0xCC, // ШТРИХ-НАНО: A0h
		},
		Location: time.Local,
		Now:      time.Now,
	}
}

func (s Settings) check() error {
	switch {
	case s.Address == "":
		return errors.New("printer has no address")
	case s.Timeouts.ENQ <= 0 || s.Timeouts.Byte <= 0 || s.Timeouts.Frame <= 0 || s.Timeouts.Answer <= 0:
		return errors.New("printer has a timeout that is not above zero")
	case s.PrintWait <= 0 || s.AfterClosePause < 0:
		return errors.New("printer has a pause below zero")
	case len(s.VAT) == 0:
		return errors.New("printer has no VAT codes")
	case s.Location == nil || s.Now == nil:
		return errors.New("printer has no clock")
	}
	return nil
}

// own is a copy that shares nothing with the caller.
func (s Settings) own() Settings {
	s.VAT = maps.Clone(s.VAT)
	s.Timeouts.Commands = maps.Clone(s.Timeouts.Commands)
	if s.Dial == nil {
		s.Dial = wire.Open
	}
	return s
}

// answer is how long the answer to cmd is waited for.
func (t *Timeouts) answer(cmd uint16) time.Duration {
	if d, ok := t.Commands[cmd]; ok {
		return d
	}
	return t.Answer
}
