// Command benchtable runs the project's benchmarks and prints their medians, each beside the baseline it was
// measured with in the same run. It is `make bench`, not a program of the product.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// row compares one benchmark with another of the same package.
type row struct {
	title, bench string
	baseline     string // empty: no ratio
	what         string // the baseline in words
}

// group is one package's benchmarks, run together.
type group struct {
	pkg  string
	rows []row
}

// trial is a benchmark that reports percentiles of many trials by itself.
type trial struct{ title, bench, limit string }

// trials are of one package, run once: each is many trials already.
var trials = []trial{
	{"scan to verdict, first scan, the centre answers after 50 ms", "VerdictTime/50ms", ""},
	{"scan to verdict, first scan, the centre answers after 1 s", "VerdictTime/1s", ""},
	{"scan to verdict, first scan, the centre is dead", "VerdictTime/dead-first-scan", "1530 ms"},
	{"scan to verdict, the centre is dead, breaker open", "VerdictTime/dead-breaker-open", ""},
	{"1,000 scans under every fault of the network", "WorstCase", "1530 ms"},
}

const trialsPackage = "./cmd/internal/wire"

var groups = []group{
	{"./cmd/internal/wire", []row{
		{"scan to verdict, the centre answers at once", "ScanToVerdict/online", "BareRequest", "bare HTTP request"},
		{"scan to verdict, module only (no internet)", "ScanToVerdict/module", "BareRequest", "bare HTTP request"},
		{"scan to verdict, breaker open, module", "ScanToVerdict/breaker-open", "BareRequest", "bare HTTP request"},
	}},
	{"./localmodule/server", []row{
		{"module look-up, one free code, 1 M blocked", "OutCheck/1_free_code", "EmptyHandler", "empty handler, same server"},
		{"module look-up, one blocked code", "OutCheck/1_blocked_code", "EmptyHandler", "empty handler, same server"},
		{"module look-up, 100 free codes", "OutCheck/100_free_codes", "EmptyHandler", "empty handler, same server"},
	}},
	{"./app/store", []row{
		{"receipt of five lines committed", "ReceiptCommit", "BareFsync", "bare write + fsync"},
	}},
	{"./cmd/tillctl", []row{
		{"tillctl code parse, 1,000 codes, read and printed (milk)", "CodeParse/milk", "", ""},
		{"the same, clothes with 44-character checks", "CodeParse/clothes", "", ""},
		{"the same, clothes whose GS were lost", "CodeParse/clothes_without_GS", "CodeParse/clothes", "whole codes"},
	}},
	{"./app/marking", []row{
		{"read a marking code (milk)", "Parse/milk", "", ""},
		{"read a marking code (clothes, 44-character check)", "Parse/clothes", "", ""},
		{"mend one whose GS were lost", "Parse/clothes_without_GS", "Parse/clothes", "the same, whole"},
		{"decide", "Decide", "", ""},
	}},
}

func main() {
	goCommand := flag.String("go", "go", "go command")
	count := flag.Int("count", 5, "runs of each benchmark; the median is shown")
	flag.Parse()
	if err := run(*goCommand, *count); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(goCommand string, count int) error {
	if err := ratios(goCommand, count); err != nil {
		return err
	}
	return percentiles(goCommand)
}

// ratios prints each median beside its baseline.
func ratios(goCommand string, count int) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "what\tmedian\tper second\tbaseline\tits median\tratio\t")
	for _, g := range groups {
		measured, err := measure(goCommand, g.pkg, count, g.benches())
		if err != nil {
			return err
		}
		for _, r := range g.rows {
			m, err := measured.median(g.pkg, r.bench, "ns/op")
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\t%s\t%.0f\t", r.title, show(m), 1e9/m)
			if r.baseline == "" {
				fmt.Fprint(w, "\t\t\t\n")
				continue
			}
			base, err := measured.median(g.pkg, r.baseline, "ns/op")
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\t%s\t%.2f×\t\n", r.what, show(base), m/base)
		}
	}
	return w.Flush()
}

// benches are the benchmarks that the rows name, as one expression.
func (g group) benches() string {
	var names []string
	for _, r := range g.rows {
		for _, b := range []string{r.bench, r.baseline} {
			if name, _, _ := strings.Cut(b, "/"); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return "^Benchmark(" + strings.Join(names, "|") + ")$"
}

// percentiles prints what waiting people see: the middle, the tail and the worst.
func percentiles(goCommand string) error {
	measured, err := measure(goCommand, trialsPackage, 1, "^Benchmark(VerdictTime|WorstCase)$")
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nwhat\tp50 ms\tp95 ms\tp99 ms\tworst ms\tlimit\t")
	for _, r := range trials {
		fmt.Fprintf(w, "%s\t", r.title)
		for _, unit := range []string{"p50-ms", "p95-ms", "p99-ms", "max-ms"} {
			m, err := measured.median(trialsPackage, r.bench, unit)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%.1f\t", m)
		}
		fmt.Fprintf(w, "%s\t\n", r.limit)
	}
	return w.Flush()
}

func show(ns float64) string { return time.Duration(ns).Round(10 * time.Nanosecond).String() }

// results are the values of all runs by benchmark and unit.
type results map[string]map[string][]float64

func (r results) median(pkg, bench, unit string) (float64, error) {
	values := r[bench][unit]
	if len(values) == 0 {
		return 0, fmt.Errorf("%s has no benchmark %s with %s", pkg, bench, unit)
	}
	slices.Sort(values)
	return values[len(values)/2], nil
}

// line is what `go test` prints of one run: name, number of processors, iterations, then values with units.
var line = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

func measure(goCommand, pkg string, count int, benches string) (results, error) {
	cmd := exec.Command(goCommand, "test", "-tags", "ci", "-run", "^$", "-bench", benches, "-count", strconv.Itoa(count), pkg)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("benchmarks of %s: %w\n%s%s", pkg, err, out.String(), errOut.String())
	}
	all := results{}
	for _, m := range line.FindAllStringSubmatch(out.String(), -1) {
		fields := strings.Fields(m[2])
		if all[m[1]] == nil {
			all[m[1]] = map[string][]float64{}
		}
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("benchmark %s: %w", m[1], err)
			}
			all[m[1]][fields[i+1]] = append(all[m[1]][fields[i+1]], v)
		}
	}
	return all, nil
}
