// etcd and the API server of Kubernetes in one program, which its first argument tells apart: both
// are linked from the same modules, so building them is one build.
package main

import (
	"fmt"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	if len(os.Args) < 2 {
		fail()
	}
	program := os.Args[1]
	os.Args = append([]string{program}, os.Args[2:]...)
	switch program {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(app.NewAPIServerCommand()))
	default:
		fail()
	}
}

func fail() {
	fmt.Fprintln(os.Stderr, "usage: program etcd|kube-apiserver [flags]")
	os.Exit(2)
}
