package devicesim

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// ShtrihOptions describe the simulated printer. Zero values mean the default named at the field.
type ShtrihOptions struct {
	Journal string // file of the fiscal memory; made when absent; one simulator at a time may use it
	Drive   string // ФН number, 16 digits; default DefaultDrive; must be the journal's
	INN     string // 10 or 12 digits; default DefaultINN
	Serial  string // 6..14 digits that begin with 00; default DefaultSerial

	// CashCore: FF4Dh and FF67h concern the next FF46h (F7h bit 23). Without it they concern the last one (§2.6).
	CashCore bool
	// AutoOpenShift: 8Dh opens a closed shift by itself, as many models do. Otherwise it is error 3Dh.
	AutoOpenShift bool
	// ExtendedAnswers: the time of the document stands at the end of document-forming answers (F7h bit 50).
	ExtendedAnswers bool
	// VAT20As22: the printer has the field 17.71, which is 1: from 2026 the 20 % code is recorded as 22 % (§2.2).
	VAT20As22 bool

	Registered time.Time     // date of the registration report, before which nothing is formed; default 1 September 2025, 10:00
	Expires    time.Time     // of the drive; default three years after Registered
	Capacity   int           // documents that the drive holds; default 230000
	MarkTable  int           // codes checked and not yet sold; default 128 (§7.3)
	OFDDelay   time.Duration // a document is sent to the ОФД and its ticket is back; default 30 s

	// ByteTimeout bounds the wait for the next byte inside a frame; default 50 ms (§1.1).
	ByteTimeout time.Duration
	// Speed in baud paces the bytes sent to a pty; 0 sends them at once.
	Speed int

	Faults Faults
	Now    func() time.Time // clock behind the printer's clock; default time.Now
	Log    *slog.Logger     // default: nothing is logged
}

// Defaults of the lab. Drives that begin with 9999 are debug ones: no real shop has this number.
const (
	DefaultDrive  = "9999000000000001"
	DefaultINN    = "7700000009"
	DefaultSerial = "00000000000001"
)

func (o *ShtrihOptions) complete() error {
	if o.Journal == "" {
		return errors.New("journal: no file is named")
	}
	for _, d := range []struct {
		set  *string
		byDf string
	}{{&o.Drive, DefaultDrive}, {&o.INN, DefaultINN}, {&o.Serial, DefaultSerial}} {
		if *d.set == "" {
			*d.set = d.byDf
		}
	}
	switch {
	case len(o.Drive) != 16 || !digits(o.Drive):
		return fmt.Errorf("drive %q: not 16 digits", o.Drive)
	case len(o.INN) != 10 && len(o.INN) != 12 || !digits(o.INN):
		return fmt.Errorf("INN %q: not 10 or 12 digits", o.INN)
	case len(o.Serial) < 6 || len(o.Serial) > 14 || !digits(o.Serial) || !strings.HasPrefix(o.Serial, "00"):
		return fmt.Errorf("serial %q: not 6..14 digits that begin with 00", o.Serial)
	}
	if o.Registered.IsZero() {
		o.Registered = time.Date(2025, time.September, 1, 10, 0, 0, 0, time.Local)
	}
	if o.Expires.IsZero() {
		o.Expires = o.Registered.AddDate(3, 0, 0)
	}
	if o.Capacity == 0 {
		o.Capacity = 230_000
	}
	if o.MarkTable == 0 {
		o.MarkTable = 128
	}
	if o.OFDDelay == 0 {
		o.OFDDelay = 30 * time.Second
	}
	if o.ByteTimeout == 0 {
		o.ByteTimeout = 50 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o.Faults.check()
}

func digits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
