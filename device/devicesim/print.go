package devicesim

import (
	"strings"
	"time"
)

// paper is the state of printing.
type paper struct {
	slip      []string  // what the paper shows last
	owed      []string  // a slip that was broken off and is to be printed again in full
	broken    bool      // owed waits for paper and for B0h
	busyUntil time.Time // the slip is being printed until then
}

// Submodes (§2.1).
const (
	submodeIdle     byte = 0
	submodePassive  byte = 1 // no paper, nothing was being printed
	submodeActive   byte = 2 // no paper, a slip was broken off
	submodeContinue byte = 3 // paper is in, waits for B0h
	submodePrinting byte = 5
)

// maxTape bounds the lines kept of what is printed outside documents.
const maxTape = 500

// paperOut tells whether nothing can be printed. An open cover is seen as the absence of paper, as the sensor sits
// under it; only the flags tell the two apart.
func (s *Shtrih) paperOut() bool { return s.faults.PaperOut || s.faults.CoverOpen }

func (s *Shtrih) printing() bool { return s.opts.Now().Before(s.paper.busyUntil) }

func (s *Shtrih) submode() byte {
	switch {
	case s.paper.broken && s.paperOut():
		return submodeActive
	case s.paper.broken:
		return submodeContinue
	case s.paperOut():
		return submodePassive
	case s.printing():
		return submodePrinting
	}
	return submodeIdle
}

// Values of 17.7.
const (
	printAll  = 0
	printSkip = 1 // the next or current document is not printed
	printNone = 2
)

// printRefused is why a printing command cannot be executed now.
func (s *Shtrih) printRefused() code {
	if s.setting(17, 7) != printAll && !s.paper.broken {
		return ok
	}
	switch s.submode() {
	case submodePassive, submodeActive:
		return noPaper
	case submodeContinue:
		return waitsContinue
	case submodePrinting:
		return stillPrinting
	}
	return ok
}

// print puts a slip on the paper, or a part of it when a fault breaks the print.
func (s *Shtrih) print(c *call, slip []string) {
	switch s.setting(17, 7) {
	case printSkip:
		s.table(17).setNumber(1, 7, printAll)
		fallthrough
	case printNone:
		s.paper.slip = nil
		return
	}
	if s.faults.strikes(&s.faults.BreakPrint, c.code) {
		s.faults.PaperOut = true
		s.breakPrint(slip)
		return
	}
	s.paper.slip = slip
	s.paper.busyUntil = s.opts.Now().Add(time.Duration(s.faults.PrintMS) * time.Millisecond)
	s.faults.PrintMS = 0
}

// breakPrint leaves the tape as §3.1 p. 2 tells: the first half and the word that it is void.
func (s *Shtrih) breakPrint(slip []string) {
	half := append([]string{}, slip[:len(slip)/2]...)
	s.paper.slip = append(half, center("ДОКУМЕНТ НЕДЕЙСТВИТЕЛЕН"))
	s.paper.owed, s.paper.broken = slip, true
	s.paper.busyUntil = time.Time{}
}

// continuePrint is B0h: the slip that was broken off is printed again in full.
func (s *Shtrih) continuePrint(c *call) ([]byte, code) {
	if !c.p.end() {
		return nil, badLength
	}
	switch s.submode() {
	case submodePassive, submodeActive:
		return nil, noPaper
	case submodeContinue:
		s.paper.slip, s.paper.owed, s.paper.broken = s.paper.owed, nil, false
		return nil, ok
	}
	return nil, wrongSubmode
}

// printLine is 17h, and 12h for bold ones: flags 1, text; printFontLine is 2Fh: flags 1, font 1, text.
func (s *Shtrih) printLine(c *call) ([]byte, code)     { return s.printText(c, 0) }
func (s *Shtrih) printFontLine(c *call) ([]byte, code) { return s.printText(c, 1) }

func (s *Shtrih) printText(c *call, fontBytes int) ([]byte, code) {
	c.p.take(1)
	font := c.p.num(fontBytes)
	text := c.p.rest()
	if c.p.short {
		return nil, badLength
	}
	if fontBytes == 1 && (font < 1 || font > fontsCount) {
		return nil, badParams
	}
	return nil, s.onTape(strings.TrimRight(fromWin1251(text), " "))
}

// feed is 29h: flags 1, lines 1.
func (s *Shtrih) feed(c *call) ([]byte, code) {
	c.p.take(1)
	lines := c.p.num(1)
	if !c.p.end() {
		return nil, badLength
	}
	for range lines {
		if result := s.onTape(""); result != ok {
			return nil, result
		}
	}
	return nil, ok
}

// onTape prints a line: inside a receipt it belongs to the receipt's slip, outside it follows the last slip.
func (s *Shtrih) onTape(text string) code {
	lines := wrap(text)
	if r := s.receipt; r != nil {
		if len(r.texts)+len(lines) > maxTape {
			return bufferFull
		}
		r.texts = append(r.texts, lines...)
		return ok
	}
	if s.setting(17, 7) == printAll && len(s.paper.slip)+len(lines) <= maxTape {
		s.paper.slip = append(s.paper.slip, lines...)
	}
	return ok
}

// cut is 25h: type 1 (0 full, 1 partial).
func (s *Shtrih) cut(c *call) ([]byte, code) {
	kind := c.p.num(1)
	if !c.p.end() {
		return nil, badLength
	}
	if kind > 1 {
		return nil, badParams
	}
	return nil, ok
}

// openDrawer is 28h: drawer 1 (0 or 1).
func (s *Shtrih) openDrawer(c *call) ([]byte, code) {
	drawer := c.p.num(1)
	if !c.p.end() {
		return nil, badLength
	}
	if drawer > 1 {
		return nil, badParams
	}
	s.drawerOpens++
	return nil, ok
}

// copyReceipt is 8Ch: the last receipt again, with the word that it is a copy.
func (s *Shtrih) copyReceipt(c *call) ([]byte, code) {
	if result := s.unnumberedRefused(c); result != ok {
		return nil, result
	}
	e := s.memory.lastReceipt()
	if e == nil {
		return nil, nothingToRepeat
	}
	s.print(c, append([]string{center("КОПИЯ")}, s.slipOf(e)...))
	return nil, ok
}
