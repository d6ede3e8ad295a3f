package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/spf13/cobra"

	"kassa/app/money"
	"kassa/app/sale"
	"kassa/app/texts"
	"kassa/app/till"
	"kassa/cmd/internal/cli"
	"kassa/cmd/internal/wire"
)

// Limits of a script.
const (
	maxScriptLine  = 64 << 10
	maxScriptLines = 100_000
)

func sellCommand(s streams) *cobra.Command {
	var c common
	var script string
	cmd := &cobra.Command{
		Use:   "sell",
		Short: "Run a script of sale commands",
		Long: `Runs a script, one JSON object a line, and prints one JSON object for each command.

  {"do":"scan","raw":"…"}                        {"do":"pay","kind":"cash","kopecks":50000}
  {"do":"quantity","line":1,"millis":2000}       {"do":"close"}
  {"do":"discount","line":1,"percent":"5"}       {"do":"cancel"}
  {"do":"remove","line":1}                       {"do":"suspend"}  {"do":"resume","id":"…"}
  {"do":"return","receipt_id":"…","lines":[1]}   {"do":"cash-in","kopecks":100000}
  {"do":"report-x"}                              {"do":"cash-out","kopecks":100000}
  {"do":"confirm-age"}                           the customer is old enough; with "no":true he is not
  {"do":"expect","total_kopecks":17980}          compares members of the state
  {"story":"…","rules":["TR-1"]}                 a note about the script, not run

A sale always starts with a new receipt: one that a killed run left open is suspended first. A closed shift is
opened. A refused command ends the run with exit code 1, unless the next line is an "expect".`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return sell(cmd.Context(), s, c, script) },
	}
	c.actFlags(cmd)
	cmd.Flags().StringVar(&script, "script", "", "file with the script; - is stdin")
	_ = cmd.MarkFlagRequired("script") // it exists
	return cmd
}

// step is one line of a script.
type step struct {
	Do        string          `json:"do"`
	Raw       string          `json:"raw"`
	Line      int             `json:"line"`
	Millis    int64           `json:"millis"`
	Percent   string          `json:"percent"`
	Kind      string          `json:"kind"`
	Kopecks   int64           `json:"kopecks"`
	ID        string          `json:"id"`
	ReceiptID string          `json:"receipt_id"`
	Lines     []int           `json:"lines"`
	Reason    string          `json:"reason"`
	No        bool            `json:"no"`
	Story     string          `json:"story"`
	Rules     []string        `json:"rules"`
	whole     json.RawMessage // for expect
	number    int
}

func sell(ctx context.Context, s streams, c common, script string) (err error) {
	steps, err := readScript(s, script)
	if err != nil {
		return err
	}
	t, _, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := c.login(ctx, t); err != nil {
		return explain(err)
	}
	if err := freshReceipt(ctx, t); err != nil {
		return explain(err)
	}
	r := runner{t: t, out: cli.Printer(s.out)}
	for i, st := range steps {
		expected := i+1 < len(steps) && steps[i+1].Do == "expect"
		if err := r.run(ctx, st, expected); err != nil {
			return fmt.Errorf("script line %d: %w", st.number, err)
		}
	}
	return nil
}

func readScript(s streams, name string) ([]step, error) {
	in := s.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, &cli.Failure{What: err.Error(), Do: "name the script with --script"}
		}
		defer f.Close()
		in = f
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxScriptLine)
	var steps []step
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		st := step{number: n, whole: bytes.Clone(text)}
		d := json.NewDecoder(bytes.NewReader(text))
		if err := d.Decode(&st); err != nil {
			return nil, cli.Usage("script line %d: %w", n, err)
		}
		if st.Do == "" && st.Story == "" {
			return nil, cli.Usage("script line %d: no command (do)", n)
		}
		if steps = append(steps, st); len(steps) > maxScriptLines {
			return nil, cli.Usage("the script has more than %d lines", maxScriptLines)
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read script: %w", err)
	}
	return steps, nil
}

// freshReceipt makes the till ready for a new receipt: what a killed run left open is put aside, a closed
// shift is opened.
func freshReceipt(ctx context.Context, t *wire.Till) error {
	now, err := t.WaitFor(ctx, settled)
	if err != nil {
		return err
	}
	if now.Step == sale.StepUnknown {
		return till.Fail(till.PrinterUnclear)
	}
	if now.Stop != nil { // the line that a stopped check has refused
		if err := t.Do(ctx, sale.Dismiss{}); err != nil {
			return err
		}
	}
	if r := now.Receipt; r != nil {
		if r.State == till.Paid { // the start could not print it: its money is taken, nothing goes over it
			return till.Fail(r.Failure)
		}
		if r.State == till.Paying {
			if err := t.Do(ctx, sale.Unpay{}); err != nil {
				return err
			}
		}
		if err := putAside(ctx, t, r); err != nil {
			return err
		}
	}
	if !now.Shift.Open {
		return t.Do(ctx, sale.OpenShift{})
	}
	return nil
}

func putAside(ctx context.Context, t *wire.Till, r *till.Receipt) error {
	if r.Positions() == 0 || r.Kind == till.Return {
		return t.Do(ctx, sale.Cancel{Reason: "left open"})
	}
	return t.Do(ctx, sale.Suspend{Comment: "left open"})
}

// settled tells that no check is running and no document is on its way. A check that the disk did not take stays
// «checking»; its stop is what there is to be seen of it.
func settled(s sale.Snapshot) bool {
	if s.Printing.Active {
		return false
	}
	if s.Stop != nil && s.Stop.Code == till.DiskFailed {
		return true
	}
	if s.Receipt != nil {
		for i := range s.Receipt.Lines {
			if l := &s.Receipt.Lines[i]; !l.Removed && l.MarkState == till.MarkChecking {
				return false
			}
		}
	}
	return true
}

// runner runs the lines of one script.
type runner struct {
	t       *wire.Till
	out     *json.Encoder
	refusal error // of the last command
	stop    *sale.Stop
}

func (r *runner) run(ctx context.Context, st step, expected bool) error {
	switch st.Do {
	case "":
		return nil
	case "expect":
		return r.expect(st)
	}
	command, err := commandOf(st)
	if err != nil {
		return cli.Usage("%w", err)
	}
	before := r.t.Engine.Latest()
	r.stop = nil
	r.refusal = r.t.Do(ctx, command)
	now, err := r.t.WaitFor(ctx, settled)
	if err != nil {
		return err
	}
	if now.Stop != nil {
		r.stop = now.Stop
		if r.refusal == nil {
			r.refusal = till.Fail(now.Stop.Code, now.Stop.Args...)
		}
		// «Отсканируйте код» and the question about age are answered by the next line, the others are read.
		if now.Stop.Wanted == nil && now.Stop.Asked == nil {
			if err := r.t.Do(ctx, sale.Dismiss{}); err != nil {
				return err
			}
		}
	}
	if err := r.out.Encode(r.result(st, before, now)); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if r.refusal != nil && !expected {
		return r.explain()
	}
	return nil
}

// stopped tells that the refusal is what the stop is about, and gives its number.
func (r *runner) stopped() (till.Code, bool) {
	if r.stop == nil || till.CodeOf(r.refusal) != r.stop.Code {
		return "", false
	}
	return texts.StopCode(*r.stop), true
}

// explain says the last refusal in the words of its stop.
func (r *runner) explain() error {
	code, ok := r.stopped()
	if !ok {
		return explain(r.refusal)
	}
	m := texts.Stop(*r.stop)
	return &cli.Failure{What: fmt.Sprintf("%s (%s)", m.Headline, code), Do: m.Body}
}

// commandOf reads a line of the script as a command of the engine.
func commandOf(st step) (sale.Command, error) {
	switch st.Do {
	case "scan":
		return sale.Scan{Raw: []byte(st.Raw)}, nil
	case "quantity":
		return sale.SetQuantity{Line: st.Line, Quantity: money.Millis(st.Millis)}, nil
	case "discount":
		p, err := money.ParsePercent(st.Percent)
		return sale.Discount{Line: st.Line, Percent: p}, err
	case "remove":
		return sale.Remove{Line: st.Line}, nil
	case "pay":
		kind, ok := till.ParsePaymentKind(st.Kind)
		if !ok {
			return nil, fmt.Errorf("kind of payment %q: cash, card, sbp, prepaid or credit", st.Kind)
		}
		return sale.Pay{Kind: kind, Sum: money.Kopecks(st.Kopecks)}, nil
	case "close":
		return sale.Close{}, nil
	case "cancel":
		return sale.Cancel{Reason: st.Reason}, nil
	case "suspend":
		return sale.Suspend{}, nil
	case "resume":
		return sale.Resume{ID: st.ID}, nil
	case "return":
		return sale.StartReturn{ReceiptID: st.ReceiptID, Lines: st.Lines}, nil
	case "cash-in", "cash-out":
		kind := till.CashIn
		if st.Do == "cash-out" {
			kind = till.CashOut
		}
		return sale.MoveCash{Kind: kind, Sum: money.Kopecks(st.Kopecks), Reason: st.Reason}, nil
	case "report-x":
		return sale.ReportX{}, nil
	case "confirm-age":
		return sale.ConfirmAge{Yes: !st.No}, nil
	}
	return nil, fmt.Errorf("unknown command %q", st.Do)
}

// stateJSON is the state after a command: the members that "expect" may compare.
type stateJSON struct {
	Do        string     `json:"do"`
	OK        bool       `json:"ok"`
	Code      till.Code  `json:"code,omitempty"`
	Text      string     `json:"text,omitempty"`
	Reason    string     `json:"reason,omitempty"` // of a refused marked item
	ReceiptID string     `json:"receipt_id,omitempty"`
	Number    int        `json:"receipt_number,omitempty"`
	State     string     `json:"receipt_state,omitempty"`
	Positions int        `json:"positions"`
	Total     int64      `json:"total_kopecks"`
	Discount  int64      `json:"discount_kopecks"`
	Due       int64      `json:"due_kopecks"`
	Change    int64      `json:"change_kopecks"`
	Lines     []lineJSON `json:"lines,omitempty"`
	Document  uint32     `json:"fiscal_document,omitempty"`
	Sign      uint32     `json:"fiscal_sign,omitempty"`
	Suspended int        `json:"suspended"`
	Shift     int        `json:"shift"`
}

func (r *runner) result(st step, before, now sale.Snapshot) stateJSON {
	j := stateJSON{Do: st.Do, OK: r.refusal == nil, Suspended: len(now.Suspended), Shift: now.Shift.Number}
	if r.refusal != nil {
		j.Code, j.Text = till.CodeOf(r.refusal), texts.Error(r.refusal).Line()
	}
	if code, ok := r.stopped(); ok {
		j.Code = code
	}
	if r.stop != nil {
		j.Text = texts.Stop(*r.stop).Line()
		if r.stop.Verdict != nil {
			j.Reason = string(r.stop.Verdict.Reason)
		}
	}
	receipt := now.Receipt
	if receipt == nil && before.Receipt != nil && st.Do != "scan" { // it was closed, cancelled or suspended by this command
		if ended, err := r.t.Store.Receipt(context.Background(), before.Receipt.ID); err == nil {
			receipt = ended
		}
	}
	if receipt != nil {
		j.ReceiptID, j.Number, j.State = receipt.ID, receipt.Number, receipt.State.String()
		j.Positions, j.Total, j.Discount = receipt.Positions(), int64(receipt.Total()), int64(receipt.Discount())
		j.Due, j.Change = int64(receipt.Due()), int64(receipt.Change())
		j.Lines = linesOf(receipt)
		j.Document, j.Sign = receipt.Fiscal.Document, receipt.Fiscal.Sign
	} else if now.Last != nil && r.refusal == nil {
		j.Document, j.Sign = now.Last.Fiscal.Document, now.Last.Fiscal.Sign
	}
	return j
}

// expect compares members of the state with the line's; both values are in the error.
func (r *runner) expect(st step) error {
	now := r.t.Engine.Latest()
	have, err := members(r.result(step{Do: "expect"}, now, now))
	if err != nil {
		return err
	}
	want, err := members(st.whole)
	if err != nil {
		return cli.Usage("%w", err)
	}
	for name, w := range want {
		if name == "do" {
			continue
		}
		h, known := have[name]
		if !known && w != nil {
			h = nil
		}
		if !reflect.DeepEqual(h, w) {
			return &cli.Failure{What: fmt.Sprintf("expected %s %v, have %v", name, w, h), Do: "look at the line above in the output"}
		}
	}
	r.refusal, r.stop = nil, nil
	return r.out.Encode(map[string]any{"do": "expect", "ok": true})
}

func members(v any) (map[string]any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	return m, json.Unmarshal(b, &m)
}
