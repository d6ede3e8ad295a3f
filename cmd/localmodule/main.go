// Command localmodule is the marking module of a shop's LAN: it keeps the lists of blocked codes on a
// computer of the shop and answers the tills when the centre does not. Pure Go, Linux and Windows.
package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"kassa/cmd/internal/cli"
)

func main() { cli.Main(newRoot(os.Stdout, os.Stderr)) }

func newRoot(out, errOut io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "localmodule",
		Short: "The marking module of a shop's LAN: answers the tills when the centre does not",
		Args:  cobra.NoArgs,
	}
	root.SetOut(out)
	root.SetErr(errOut)
	root.AddCommand(serveCommand(), initCommand(), statusCommand(), syncCommand(), fillCommand())
	return root
}
