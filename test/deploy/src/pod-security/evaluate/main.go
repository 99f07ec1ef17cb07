// Reads manifests from standard input and prints what the Pod Security standard `restricted` has
// against them, one line each: the API server's own evaluator, without a server.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	sigsyaml "sigs.k8s.io/yaml"
)

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	fail(err)
	reader := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	for {
		document, err := reader.Read()
		if err == io.EOF {
			return
		}
		fail(err)
		evaluate(evaluator, document)
	}
}

func evaluate(evaluator policy.Evaluator, document []byte) {
	var kind metav1.PartialObjectMetadata
	fail(sigsyaml.Unmarshal(document, &kind))
	template := templateOf(kind.Kind, document)
	if template == nil {
		return
	}
	fmt.Printf("seen %s/%s\n", kind.Kind, kind.Name)
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
		if !result.Allowed {
			fmt.Printf("forbidden %s/%s: %s: %s\n", kind.Kind, kind.Name, result.ForbiddenReason,
				result.ForbiddenDetail)
		}
	}
}

func templateOf(kind string, document []byte) *corev1.PodTemplateSpec {
	switch kind {
	case "Deployment":
		var deployment appsv1.Deployment
		fail(sigsyaml.UnmarshalStrict(document, &deployment))
		return &deployment.Spec.Template
	case "StatefulSet":
		var set appsv1.StatefulSet
		fail(sigsyaml.UnmarshalStrict(document, &set))
		return &set.Spec.Template
	case "Pod":
		var pod corev1.Pod
		fail(sigsyaml.UnmarshalStrict(document, &pod))
		return &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
	case "Job":
		var job batchv1.Job
		fail(sigsyaml.UnmarshalStrict(document, &job))
		return &job.Spec.Template
	}
	return nil
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
