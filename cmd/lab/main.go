// Command lab is the emulated outside world of a till: central system, fiscal printers, scanner.
// It never is a fiscal device: every slip says «НЕ ЯВЛЯЕТСЯ ЧЕКОМ».
package main

import (
	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
)

func main() {
	root := &cobra.Command{
		Use:   "lab",
		Short: "The emulated outside world of a till: central system, fiscal printers, scanner",
		Long:  "The emulated outside world of a till. Never a fiscal device: every slip says «НЕ ЯВЛЯЕТСЯ ЧЕКОМ».",
		Args:  cobra.NoArgs,
	}
	root.AddCommand(commands()...)
	cli.Main(root)
}
