package devicesim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gofrs/flock"

	"kassa/app/money"
)

// Types of journal lines.
const (
	TypeOpenShift  = "open-shift"
	TypeSale       = "sale"
	TypeReturn     = "return"
	TypeCorrection = "correction"
	TypeCashIn     = "cash-in"
	TypeCashOut    = "cash-out"
	TypeX          = "x"
	TypeZ          = "z"

	// Buying from people; a shop's till does not use them.
	TypePurchase       = "purchase"
	TypePurchaseReturn = "purchase-return"
)

// Entry is one formed document: one line of the journal, which is the simulator's fiscal memory.
// Sums are positive; the type tells the direction. x and z carry sales less returns of the shift.
type Entry struct {
	FD    uint32    `json:"fd"` // ФД; 0 for cash-in, cash-out and x, which the drive does not number (§2.4)
	Type  string    `json:"type"`
	Shift int       `json:"shift"`
	Time  time.Time `json:"time"` // the printer's clock
	Sign  uint32    `json:"sign"` // ФП, 0 when FD is 0

	Total money.Kopecks `json:"total_kopecks"`
	Cash  money.Kopecks `json:"cash_kopecks"` // net of change: by this much the drawer changed
	Card  money.Kopecks `json:"card_kopecks"` // every electronic payment (tag 1081)

	Lines     []EntryLine `json:"lines"`
	ReceiptID string      `json:"receipt_id,omitempty"`

	Drive    string `json:"drive"`
	Operator int    `json:"operator"` // by password, 1..30
	Cashier  string `json:"cashier,omitempty"`
	// Receipt is the number of the receipt in its shift.
	Receipt int `json:"receipt,omitempty"`
	// Kind is the sign of settlement, tag 1054: 1 приход, 2 возврат прихода, 3 расход, 4 возврат расхода.
	Kind      byte            `json:"kind,omitempty"`
	TaxSystem byte            `json:"tax_system,omitempty"`
	Payments  []money.Kopecks `json:"payments_kopecks,omitempty"` // as FF45h gave them, zeros at the end cut off
	Change    money.Kopecks   `json:"change_kopecks,omitempty"`
	// CashZeroed tells that closing the shift emptied the drawer's register (table 1 field 2).
	CashZeroed bool   `json:"cash_zeroed,omitempty"`
	Tags       string `json:"tags,omitempty"` // the whole document as TLV, hex
}

// EntryLine is one item of a receipt.
type EntryLine struct {
	Name  string        `json:"name"`
	Price money.Kopecks `json:"price_kopecks"`
	// Millis is the quantity. Micros repeats it in millionths when thousandths do not hold it.
	Millis  money.Millis  `json:"millis"`
	Micros  int64         `json:"micros,omitempty"`
	Sum     money.Kopecks `json:"sum_kopecks"`
	VAT     string        `json:"vat"` // as money.VATRate prints it
	KM      string        `json:"km,omitempty"`
	Tag1265 string        `json:"tag1265,omitempty"`
	Tag2106 *byte         `json:"tag2106,omitempty"` // of marked items
	Hidden  bool          `json:"hidden,omitempty"`  // the name was sent with //: not printed
}

// numbered tells whether the drive counts documents of this type.
func (e *Entry) numbered() bool { return e.FD != 0 }

// isReceipt tells whether the document settles goods.
func (e *Entry) isReceipt() bool {
	switch e.Type {
	case TypeSale, TypeReturn, TypeCorrection, TypePurchase, TypePurchaseReturn:
		return true
	}
	return false
}

// marked counts the marked items.
func (e *Entry) marked() int {
	n := 0
	for i := range e.Lines {
		if e.Lines[i].KM != "" {
			n++
		}
	}
	return n
}

// maxJournalLine bounds one document: 30 KB in the drive (§7.3), twice that in hex, and its lines.
const maxJournalLine = 1 << 20

// journal is the file of the fiscal memory. Not safe for concurrent use.
type journal struct {
	file *os.File
	lock *flock.Flock
	size int64 // length of the whole lines
	bad  error // a line could be neither written nor taken back
}

// openJournal opens or makes the file, locks it against a second simulator and gives its documents. A last line
// without its end was torn by a kill before anybody was told of it, and is cut off.
func openJournal(path string) (*journal, []Entry, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // marking codes are inside
	if err != nil {
		return nil, nil, fmt.Errorf("open journal: %w", err)
	}
	// The lock is a file of its own: where locks are mandatory (Windows) others may still read the journal.
	j := &journal{file: f, lock: flock.New(path+".lock", flock.SetPermissions(0o600))}
	entries, err := j.read()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("read journal %s: %w", path, err), j.close())
	}
	return j, entries, nil
}

func (j *journal) read() ([]Entry, error) {
	taken, err := j.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if !taken {
		return nil, errors.New("another simulator uses it")
	}
	all, err := io.ReadAll(j.file)
	if err != nil {
		return nil, err
	}
	whole := all[:bytes.LastIndexByte(all, '\n')+1]
	entries, err := parseJournal(whole)
	if err != nil {
		return nil, err
	}
	if len(whole) != len(all) {
		if err := j.file.Truncate(int64(len(whole))); err != nil {
			return nil, fmt.Errorf("cut the torn line: %w", err)
		}
	}
	j.size = int64(len(whole))
	return entries, nil
}

// ReadJournal gives the documents of a journal file, also of one that a simulator has open.
// A line that is just being written is left out.
func ReadJournal(path string) ([]Entry, error) {
	all, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	return parseJournal(all[:bytes.LastIndexByte(all, '\n')+1])
}

// parseJournal reads whole lines and refuses a memory that no drive could hold: gaps between numbers, two drives.
func parseJournal(whole []byte) ([]Entry, error) {
	var entries []Entry
	last := uint32(0)
	for no := 1; len(whole) > 0; no++ {
		line, rest, _ := bytes.Cut(whole, []byte{'\n'})
		whole = rest
		if len(line) > maxJournalLine {
			return nil, fmt.Errorf("line %d: over %d bytes", no, maxJournalLine)
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", no, err)
		}
		if e.numbered() {
			if e.FD <= registrationFD || last != 0 && e.FD != last+1 {
				return nil, fmt.Errorf("line %d: document %d after %d", no, e.FD, last)
			}
			last = e.FD
		}
		if len(entries) > 0 && e.Drive != entries[0].Drive {
			return nil, fmt.Errorf("line %d: drive %s after %s", no, e.Drive, entries[0].Drive)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// add writes one line and waits until it is on the disk. After an error the file is as it was before.
func (j *journal) add(e *Entry) error {
	if j.bad != nil {
		return j.bad
	}
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // codes hold < > &
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("encode document: %w", err)
	}
	_, err := j.file.WriteAt(line.Bytes(), j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		if cut := j.file.Truncate(j.size); cut != nil {
			j.bad = fmt.Errorf("journal is broken: %w", cut)
		}
		return fmt.Errorf("write document: %w", err)
	}
	j.size += int64(line.Len())
	return nil
}

func (j *journal) close() error { return errors.Join(j.file.Close(), j.lock.Unlock()) }
