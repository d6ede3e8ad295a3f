package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kassa/app/marking"
	"kassa/cmd/internal/cli"
)

func codeCommand(s streams) *cobra.Command {
	code := &cobra.Command{Use: "code", Short: "What codes mean", Args: cobra.NoArgs}
	var asJSON bool
	parse := &cobra.Command{
		Use:   "parse",
		Short: "Read scans from stdin, one a line, and print what each means",
		Long: "Reads scans from stdin, one a line, raw bytes: GS as byte 1D, or written out as \\x1d or <GS>.\n" +
			"Prints one JSON object a line.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return parseCodes(s.in, s.out) },
	}
	parse.Flags().BoolVar(&asJSON, "json", false, "print JSON (the only form there is)")
	code.AddCommand(parse)
	return code
}

// codeJSON is what `tillctl code parse` prints of one scan.
type codeJSON struct {
	Kind        marking.Kind      `json:"kind"`
	GTIN        string            `json:"gtin,omitempty"`
	Serial      string            `json:"serial,omitempty"`
	KI          string            `json:"ki,omitempty"`
	KM          string            `json:"km,omitempty"`
	AIs         map[string]string `json:"ais,omitempty"`
	Key         string            `json:"key,omitempty"`
	Check       string            `json:"check,omitempty"`
	MRPKopecks  *int64            `json:"mrp_kopecks,omitempty"`
	WeightGrams *int64            `json:"weight_grams,omitempty"`
	Expiry      string            `json:"expiry,omitempty"`
	Symbology   string            `json:"symbology,omitempty"`
	Tag1162     string            `json:"tag1162,omitempty"`
	Repairs     []marking.Repair  `json:"repairs"`
	Warnings    []string          `json:"warnings"`
	Error       string            `json:"error,omitempty"`
}

func parseCodes(in io.Reader, out io.Writer) error {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriterSize(out, 64<<10)
	print := cli.Printer(w)
	for {
		line, err := readScan(r)
		if len(line) > 0 {
			if err := print.Encode(codeOf(line)); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if r.Buffered() == 0 || err != nil { // a person or a pipe is waiting for the answer
			if err := w.Flush(); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read scans: %w", err)
		}
	}
}

// readScan reads a line without its end. What is longer than a scan may be is cut one byte above the
// limit, so that Parse says so, and the rest of the line is dropped.
func readScan(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if room := marking.MaxScan + 1 - len(line); room > 0 {
			line = append(line, part[:min(len(part), room)]...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}

func codeOf(line []byte) codeJSON {
	s, err := marking.Parse(line)
	j := codeJSON{
		Kind: s.Kind, GTIN: s.GTIN, Expiry: s.Expiry, Symbology: s.Symbology,
		Repairs: s.Repairs, Warnings: s.Warnings, Tag1162: hex.EncodeToString(s.Tag1162),
	}
	if err != nil {
		j.Kind, j.Error = marking.KindUnknown, err.Error()
	}
	if j.Repairs == nil {
		j.Repairs = []marking.Repair{}
	}
	if j.Warnings == nil {
		j.Warnings = []string{}
	}
	if len(s.Elements) > 0 {
		j.AIs = make(map[string]string, len(s.Elements))
		for _, e := range s.Elements {
			j.AIs[e.AI] = e.Value
		}
	}
	if !s.Code.IsZero() {
		j.Serial, j.KI, j.KM, j.Key, j.Check = s.Code.Serial(), s.Code.KI(), s.Code.KM(), s.Code.Key(), s.Code.Check()
		if mrp, ok := s.Code.MRP(); ok {
			j.MRPKopecks = (*int64)(&mrp)
		}
	}
	if s.HasPrice && j.MRPKopecks == nil {
		j.MRPKopecks = (*int64)(&s.Price)
	}
	if s.HasWeight {
		j.WeightGrams = (*int64)(&s.Weight)
	}
	return j
}
