package devicesim

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kassa/app/money"
)

// Shtrih is a simulated ШТРИХ-М printer with a drive inside. Its methods may be called from several goroutines.
type Shtrih struct {
	opts ShtrihOptions
	log  *slog.Logger
	wall func() time.Time // for deadlines on the wire, which run in real time under any injected clock
	turn chan struct{}    // holds one token: the client that has it is talked to, the others wait

	mu sync.Mutex // guards everything below
	// What is on the disk and what follows from it.
	journal *journal
	memory  *memory
	tables  []*table
	// What the power keeps.
	line        lineState
	receipt     *openReceipt // nil when no receipt is open
	begun       *begunReport // shift document begun by FF41h or FF42h
	marks       marks
	clockOffset time.Duration // printer's clock less Now
	offsetAtOD  time.Duration // clockOffset when the shift was opened: what the drive's own timer knows
	unconfirmed time.Time     // date set by 22h and not confirmed by 23h; zero when there is none
	paper       paper
	unsent      int // index into memory.entries: everything before it went to the ОФД
	drawerOpens int // times that 28h opened the cash drawer
	reading     []byte
	faults      Faults
}

// NewShtrih makes a printer and reads its fiscal memory. Close gives the journal back.
func NewShtrih(opts ShtrihOptions) (*Shtrih, error) {
	if err := opts.complete(); err != nil {
		return nil, fmt.Errorf("simulated printer: %w", err)
	}
	j, entries, err := openJournal(opts.Journal)
	if err != nil {
		return nil, fmt.Errorf("simulated printer: %w", err)
	}
	s := &Shtrih{
		opts: opts, log: opts.Log, wall: time.Now, turn: make(chan struct{}, 1),
		journal: j, memory: newMemory(opts.Registered), faults: opts.Faults,
	}
	if len(entries) > 0 && entries[0].Drive != opts.Drive {
		err := fmt.Errorf("simulated printer: journal %s belongs to drive %s, not %s", opts.Journal, entries[0].Drive, opts.Drive)
		return nil, errors.Join(err, j.close())
	}
	s.tables = s.newTables()
	for i := range entries {
		s.memory.apply(&entries[i])
	}
	if last := s.memory.last(); last != nil {
		s.paper.slip = s.slipOf(last)
	}
	return s, nil
}

// Close gives the journal back. It is called after every Serve has ended.
func (s *Shtrih) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.close()
}

// clock is the printer's clock.
func (s *Shtrih) clock() time.Time {
	return s.opts.Now().Add(s.clockOffset).Add(time.Duration(s.faults.ClockSkewS) * time.Second).Truncate(time.Second)
}

// Modes (§2.1).
const (
	modeShiftOpen    byte = 2
	modeShiftExpired byte = 3
	modeShiftClosed  byte = 4
	modeConfirmDate  byte = 6
	modeReceipt      byte = 8 // the high nibble is the kind as 8Dh counts
)

func (s *Shtrih) mode() byte {
	switch {
	case !s.unconfirmed.IsZero():
		return modeConfirmDate
	case s.receipt != nil:
		return s.receipt.kind<<4 | modeReceipt
	case !s.memory.shiftOpen:
		return modeShiftClosed
	case s.clock().Sub(s.memory.shiftOpened) >= shiftLimit-time.Duration(s.setting(17, 8))*time.Minute:
		return modeShiftExpired
	}
	return modeShiftOpen
}

// call is one command being executed.
type call struct {
	code     uint16 // command; the FFxx ones with both bytes
	operator int    // by password, 0 when the command has none
	port     byte   // as command 11h names it: 0..127 COM, 128 TCP
	p        params
}

// execute runs one message (command and parameters) and gives the message of the answer.
// nil: the power went inside the command.
func (s *Shtrih) execute(message []byte, port byte) []byte {
	if len(message) == 0 {
		return []byte{0, byte(badLength)}
	}
	c := &call{code: uint16(message[0]), port: port}
	head := 1
	if message[0] == 0xFF && len(message) > 1 {
		c.code, head = 0xFF00|uint16(message[1]), 2
	}
	name := message[:head]
	cmd, known := commands[c.code]
	if !known {
		return []byte{message[0], byte(unsupported)} // the short form of §1.1 for FFxx
	}
	c.p = params{b: message[head:]}
	data, result := s.run(cmd, c)
	if result == powerWent {
		return nil
	}
	answer := append(append([]byte{}, name...), byte(result))
	if result != ok {
		s.log.Debug("refused", "command", fmt.Sprintf("%X", name), "code", fmt.Sprintf("%02X", byte(result)))
		return answer
	}
	if cmd.op {
		answer = append(answer, byte(c.operator))
	}
	return append(answer, data...)
}

func (s *Shtrih) run(cmd command, c *call) ([]byte, code) {
	if refused, fault := s.faults.refuse(c.code); fault {
		return nil, refused
	}
	if cmd.who != nobody {
		password := c.p.take(4)
		if c.p.short {
			return nil, badLength
		}
		c.operator = s.operatorBy(password)
		if !cmd.who.admits(c.operator) {
			return nil, badPassword
		}
	}
	if s.mode() == modeConfirmDate && !cmd.undated {
		return nil, confirmDate
	}
	if cmd.prints {
		if refused := s.printRefused(); refused != ok {
			return nil, refused
		}
	}
	return cmd.run(s, c)
}

// operatorBy finds the row of table 2 with this password; 0 when there is none.
func (s *Shtrih) operatorBy(password []byte) int {
	t := s.table(2)
	found := 0
	for row := 1; row <= t.rows; row++ {
		if subtle.ConstantTimeCompare(t.read(s, row, 1), password) == 1 && found == 0 {
			found = row
		}
	}
	return found
}

// access says whose password a command wants.
type access int

const (
	nobody  access = iota // no password
	anyone                // every operator of table 2
	reports               // 28, 29, 30
	admins                // 29, 30
	system                // 30
)

func (a access) admits(operator int) bool {
	switch a {
	case reports:
		return operator >= 28
	case admins:
		return operator >= 29
	case system:
		return operator == 30
	}
	return operator > 0
}

// commit forms a document: writes it to the journal, applies it, prints its slip. Afterwards no document of the
// drive is open if e is a numbered one.
func (s *Shtrih) commit(c *call, e *Entry) code {
	if s.faults.strikes(&s.faults.DieBeforeCommit, c.code) {
		s.powerDown()
		return powerWent
	}
	if e.Lines == nil {
		e.Lines = []EntryLine{} // scripts walk the member of every line
	}
	e.Drive, e.Operator = s.opts.Drive, c.operator
	if err := s.journal.add(e); err != nil {
		s.log.Error("document lost", "err", err)
		return driveFault
	}
	s.memory.apply(e)
	slip := s.slipOf(e)
	if s.receipt != nil {
		slip = append(slip, s.receipt.texts...)
	}
	if e.numbered() {
		s.receipt, s.begun = nil, nil
		if e.isReceipt() {
			s.marks = marks{}
		}
	}
	s.log.Info("document formed", "type", e.Type, "document", e.FD, "shift", e.Shift, "total", e.Total.String())
	if s.faults.strikes(&s.faults.DieAfterCommit, c.code) {
		s.paper.owed = slip
		s.powerDown()
		return powerWent
	}
	s.print(c, slip)
	return ok
}

// powerDown is the loss of power: what was not yet in the drive is lost there, the printer's own memory stays.
func (s *Shtrih) powerDown() {
	s.faults.PowerOff = true
	s.line = lineState{}
	s.begun, s.reading = nil, nil
	s.marks = marks{}
	if s.receipt != nil {
		s.receipt.inDrive = false
	}
	s.log.Info("power off")
}

// powerUp resumes an unfinished print by itself (§3.1 p. 3).
func (s *Shtrih) powerUp() {
	s.log.Info("power on")
	s.paper.busyUntil = time.Time{}
	if s.paper.owed != nil && !s.paperOut() {
		s.paper.slip, s.paper.owed, s.paper.broken = s.paper.owed, nil, false
	} else if s.paper.owed != nil {
		s.paper.broken = true
	}
}

// kopecks reads a sum of n bytes.
func kopecks(p *params, n int) money.Kopecks { return money.Kopecks(p.num(n)) }
