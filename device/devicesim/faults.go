package devicesim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Faults say how the printer misbehaves. [Shtrih.ApplyFaults] replaces the whole set; the zero set is a healthy
// printer. A member that names a command or a number is used up: a command is written as its hex number ("FF45",
// "E0") or as "next" for whichever comes next, a number counts occasions. The booleans last until replaced.
type Faults struct {
	// On is the command whose answer DropAfterBytes, SlowMS and GarbleLRC wait for; empty: any.
	On string `json:"on,omitempty"`

	// DropReply: the command is executed and its answer is not sent. It is offered at the next ENQ.
	DropReply string `json:"drop_reply,omitempty"`
	// DropAfterBytes: the link breaks after so many bytes of one answer: TCP is closed, a pty falls silent.
	DropAfterBytes *int `json:"drop_after_bytes,omitempty"`
	// SlowMS delays one answer; ENQ meanwhile is answered ACK.
	SlowMS int `json:"slow_ms,omitempty"`
	// NAK refuses so many frames as damaged; GarbleLRC damages so many answers.
	NAK       int `json:"nak,omitempty"`
	GarbleLRC int `json:"garble_lrc,omitempty"`
	// NoENQ leaves so many ENQ unanswered, DropACK so many frames unacknowledged (they are executed).
	NoENQ   int `json:"no_enq,omitempty"`
	DropACK int `json:"drop_ack,omitempty"`
	// Stale: the host's next ACK is not heard, so that the old answer is offered at the next ENQ.
	Stale bool `json:"stale,omitempty"`
	// FFJunk puts so many bytes FF before the next control byte.
	FFJunk int `json:"ff_junk,omitempty"`

	// PowerOff: no answer to anything. False brings the power back.
	PowerOff bool `json:"power_off,omitempty"`
	// DieBeforeCommit and DieAfterCommit switch the power off when this command forms a document: before the drive
	// has it, or when the drive has it and the host has no answer.
	DieBeforeCommit string `json:"die_before_commit,omitempty"`
	DieAfterCommit  string `json:"die_after_commit,omitempty"`

	// PaperOut and CoverOpen: submode 1 when idle; when something is being printed, submode 2. False: paper is in.
	PaperOut  bool `json:"paper_out,omitempty"`
	CoverOpen bool `json:"cover_open,omitempty"`
	// BreakPrint: the paper ends in the slip that this command prints; sets PaperOut.
	BreakPrint string `json:"break_print,omitempty"`
	// PrintMS: the next slip takes so long (submode 5, error 50h).
	PrintMS int `json:"print_ms,omitempty"`

	// Refuse answers one command with a code instead of executing it.
	Refuse *Refusal `json:"refuse,omitempty"`

	// OFDOffline: nothing goes to the ОФД, the queue grows.
	OFDOffline bool `json:"ofd_offline,omitempty"`
	// ClockSkewS moves the printer's clock by so many seconds; the drive's own timer does not move.
	ClockSkewS int `json:"clock_skew_s,omitempty"`

	// Autonomous: FF61h answers without a word of the ОИСМ. MarkTimeout: its server is silent (FFh).
	Autonomous  bool `json:"autonomous,omitempty"`
	MarkTimeout bool `json:"mark_timeout,omitempty"`
	// Mark2004 and Mark2106 are the results of the next FF61h in place of the code's own.
	Mark2004 *byte `json:"mark_2004,omitempty"`
	Mark2106 *byte `json:"mark_2106,omitempty"`
}

// Refusal is an error in place of an execution.
type Refusal struct {
	Command string `json:"command"` // hex or "next"
	Code    string `json:"code"`    // hex, "A0"
}

const nextCommand = "next"

// maxCount bounds the numbers of a set, maxDelayMS its delays, maxSkewS its seconds of the clock.
const (
	maxCount   = 10_000
	maxDelayMS = 600_000
	maxSkewS   = 10 * 365 * 24 * 3600
)

// check refuses a set that cannot be carried out.
func (f *Faults) check() error {
	for name, command := range map[string]string{
		"on": f.On, "drop_reply": f.DropReply, "die_before_commit": f.DieBeforeCommit,
		"die_after_commit": f.DieAfterCommit, "break_print": f.BreakPrint,
	} {
		if err := checkCommand(command); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, n := range map[string]int{"nak": f.NAK, "garble_lrc": f.GarbleLRC, "no_enq": f.NoENQ, "drop_ack": f.DropACK, "ff_junk": f.FFJunk} {
		if n < 0 || n > maxCount {
			return fmt.Errorf("%s: %d is not 0..%d", name, n, maxCount)
		}
	}
	for name, n := range map[string]int{"slow_ms": f.SlowMS, "print_ms": f.PrintMS} {
		if n < 0 || n > maxDelayMS {
			return fmt.Errorf("%s: %d is not 0..%d", name, n, maxDelayMS)
		}
	}
	if f.DropAfterBytes != nil && *f.DropAfterBytes < 0 {
		return fmt.Errorf("drop_after_bytes: %d is negative", *f.DropAfterBytes)
	}
	if f.ClockSkewS < -maxSkewS || f.ClockSkewS > maxSkewS {
		return fmt.Errorf("clock_skew_s: %d is more than ten years", f.ClockSkewS)
	}
	if f.Refuse != nil {
		if f.Refuse.Command == "" {
			return errors.New("refuse: command is missing")
		}
		if err := checkCommand(f.Refuse.Command); err != nil {
			return fmt.Errorf("refuse: %w", err)
		}
		if n, err := strconv.ParseUint(f.Refuse.Code, 16, 8); err != nil || n == 0 {
			return fmt.Errorf("refuse: code %q is not 01..FF", f.Refuse.Code)
		}
	}
	return nil
}

func checkCommand(name string) error {
	if name == "" || name == nextCommand {
		return nil
	}
	if _, err := strconv.ParseUint(name, 16, 16); err != nil {
		return fmt.Errorf("%q is neither a command in hex nor %q", name, nextCommand)
	}
	return nil
}

// meets tells whether a command is the one that is named.
func meets(name string, command uint16) bool {
	if name == "" {
		return false
	}
	if name == nextCommand {
		return true
	}
	n, err := strconv.ParseUint(name, 16, 16)
	return err == nil && uint16(n) == command
}

// strikes uses a one-shot member up when the command is the one that it names.
func (f *Faults) strikes(member *string, command uint16) bool {
	if !meets(*member, command) {
		return false
	}
	*member = ""
	return true
}

// counts uses one occasion of a counted member up.
func counts(member *int) bool {
	if *member == 0 {
		return false
	}
	*member--
	return true
}

// onThis tells whether the members that wait for On are due.
func (f *Faults) onThis(command uint16) bool { return f.On == "" || meets(f.On, command) }

// refuse gives the code that stands in place of an execution.
func (f *Faults) refuse(command uint16) (code, bool) {
	if f.Refuse == nil || !meets(f.Refuse.Command, command) {
		return ok, false
	}
	n, err := strconv.ParseUint(f.Refuse.Code, 16, 8)
	f.Refuse = nil
	return code(n), err == nil
}

// ApplyFaults replaces the set. Power coming back and paper being put in have their effect here.
func (s *Shtrih) ApplyFaults(f Faults) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wasOff, printing := s.faults.PowerOff, s.printing()
	// Documents that were due before the ОФД went away are gone to it.
	s.exchange()
	s.faults = f
	if (f.PaperOut || f.CoverOpen) && printing {
		s.breakPrint(s.paper.slip)
	}
	switch {
	case f.PowerOff && !wasOff:
		s.powerDown()
	case wasOff && !f.PowerOff:
		s.powerUp()
	}
	return nil
}

// readFaults reads one JSON set; a member that is not known is an error, so that a misspelt fault is noticed.
func readFaults(r io.Reader) (Faults, error) {
	var f Faults
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Faults{}, fmt.Errorf("read faults: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Faults{}, errors.New("read faults: more than one JSON object")
	}
	return f, f.check()
}
