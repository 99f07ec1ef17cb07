// Prints a compose file with all profiles as `docker compose config` understands it, as JSON; fails
// where that would.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithProfiles([]string{"*"}))
	if err == nil {
		project, loadErr := options.LoadProject(context.Background())
		if loadErr == nil {
			var text []byte
			text, err = project.MarshalJSON()
			fmt.Println(string(text))
		} else {
			err = loadErr
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
