package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"kassa/app/sale"
	"kassa/app/till"
	"kassa/app/ui"
	"kassa/cmd/internal/cli"
)

// lookEvery is how often the probe looks whether the keys have moved.
const lookEvery = 50 * time.Millisecond

// probe tells a program outside what is on the glass, as JSON lines.
type probe struct {
	mu   sync.Mutex // guards: out
	out  *json.Encoder
	last map[string]rect // of the UI goroutine
}

func newProbe(w io.Writer) *probe { return &probe{out: cli.Printer(w)} }

func (p *probe) say(v any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// A reader that has gone away must not stop the till.
	_ = p.out.Encode(v)
}

// window says that the window is shown.
func (p *probe) window() { p.say(map[string]string{"probe": "window"}) }

var (
	stepNames = map[sale.Step]string{
		sale.StepStarting: "starting", sale.StepLogin: "login", sale.StepShift: "shift", sale.StepSale: "sale",
		sale.StepPayment: "payment", sale.StepPrinting: "printing", sale.StepUnknown: "unknown",
	}
	markNames = map[till.MarkState]string{
		till.MarkNone: "none", till.MarkNeeded: "needed", till.MarkChecking: "checking", till.MarkAllowed: "allowed",
		till.MarkUnchecked: "unchecked", till.MarkRefused: "refused",
	}
)

type probedLine struct {
	No       int    `json:"no"`
	Name     string `json:"name"`
	Millis   int64  `json:"millis"`
	Sum      int64  `json:"sum_kopecks"`
	Mark     string `json:"mark"`
	Source   string `json:"source"`
	Selected bool   `json:"selected"`
	Removed  bool   `json:"removed"`
}

type probedDocument struct {
	Kind     string `json:"kind"`
	Number   int    `json:"number"`
	Document uint32 `json:"fiscal_document"`
	Sign     uint32 `json:"fiscal_sign"`
	Total    int64  `json:"total_kopecks"`
}

type probedSnapshot struct {
	Probe     string          `json:"probe"`
	Seq       uint64          `json:"seq"`
	Step      string          `json:"step"`
	Cashier   string          `json:"cashier"`
	Lines     []probedLine    `json:"lines"`
	Total     int64           `json:"total_kopecks"`
	Due       int64           `json:"due_kopecks"`
	Change    int64           `json:"change_kopecks"`
	Stop      string          `json:"stop"`
	Reason    string          `json:"reason"`
	Notice    string          `json:"notice"`
	Suspended int             `json:"suspended"`
	Last      *probedDocument `json:"last_document"`
}

// snapshot says what has just been drawn.
func (p *probe) snapshot(s sale.Snapshot) { p.say(probed(s)) }

func probed(s sale.Snapshot) probedSnapshot {
	out := probedSnapshot{
		Probe: "snapshot", Seq: s.Seq, Step: stepNames[s.Step], Lines: []probedLine{}, Notice: string(s.Notice.Code), Suspended: len(s.Suspended),
	}
	if s.Cashier != nil {
		out.Cashier = s.Cashier.Name
	}
	if r := s.Receipt; r != nil {
		out.Total, out.Due, out.Change = int64(r.Total()), int64(r.Due()), int64(r.Change())
		for _, l := range r.Lines {
			line := probedLine{
				No: l.No, Name: l.Name, Millis: int64(l.Quantity), Sum: int64(l.Sum()), Mark: markNames[l.MarkState],
				Selected: l.No == s.Selected, Removed: l.Removed,
			}
			if l.MarkState != till.MarkNone {
				line.Source = l.Verdict.Source.String()
			}
			out.Lines = append(out.Lines, line)
		}
	}
	if s.Stop != nil {
		out.Stop = string(s.Stop.Code)
		if s.Stop.Verdict != nil {
			out.Reason = string(s.Stop.Verdict.Reason)
		}
	}
	if d := s.Last; d != nil {
		out.Last = &probedDocument{d.Kind, d.Number, d.Fiscal.Document, d.Fiscal.Sign, int64(d.Total)}
		if s.Receipt == nil {
			out.Change = int64(d.Change)
		}
	}
	return out
}

// rect is a place in physical pixels from the upper left corner of the window.
type rect struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// watch tells where the living keys are whenever that has changed, until ctx ends.
func (p *probe) watch(ctx context.Context, u *ui.UI, c fyne.Canvas) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			fyne.Do(func() { p.targets(u, c.Scale()) })
		case <-ctx.Done():
			return
		}
	}
}

func (p *probe) targets(u *ui.UI, scale float32) {
	now := map[string]rect{}
	for _, f := range u.Targets() {
		if f.Dead() {
			continue
		}
		size := f.Size()
		now[f.TargetName()] = rect{int(f.At.X * scale), int(f.At.Y * scale), int(size.Width * scale), int(size.Height * scale)}
	}
	if maps.Equal(now, p.last) {
		return
	}
	p.last = now
	p.say(map[string]any{"probe": "targets", "targets": now})
}
