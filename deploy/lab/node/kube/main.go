// Command kube is everything of Kubernetes that the lab needs, in one binary: the control plane,
// the node's agents, CoreDNS and kubectl. One binary means one compilation and one link.
//
// The first argument names the component; called as "kubectl" it is kubectl.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	_ "time/tzdata"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

const usage = "usage: kube apiserver|controller-manager|scheduler|kubelet|proxy|dns|ctl [flags]"

func main() {
	name := filepath.Base(os.Args[0])
	if name != "kubectl" {
		if len(os.Args) < 2 {
			fail()
		}
		name = os.Args[1]
		os.Args = append([]string{"kube-" + name}, os.Args[2:]...)
	}
	switch name {
	case "apiserver":
		run(apiserver.NewAPIServerCommand())
	case "controller-manager":
		run(controllermanager.NewControllerManagerCommand())
	case "scheduler":
		run(scheduler.NewSchedulerCommand())
	case "kubelet":
		run(kubelet.NewKubeletCommand(context.Background()))
	case "proxy":
		run(proxy.NewProxyCommand())
	case "dns":
		// The order in which CoreDNS calls its plugins.
		dnsserver.Directives = []string{"bind", "ready", "log", "errors", "cache", "hosts", "kubernetes", "forward"}
		coremain.Run()
	case "ctl", "kubectl":
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			kubectlutil.CheckErr(err)
		}
	default:
		fail()
	}
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

func fail() {
	fmt.Fprintln(os.Stderr, usage)
	os.Exit(2)
}
