// How many primes lie below a number: the same question to every language.
package main

import (
	"context"
	"runtime"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

type question struct {
	Query map[string]string `json:"queryStringParameters"`
}

type answer struct {
	Language string  `json:"language"`
	Count    int     `json:"count"`
	Ms       float64 `json:"ms"`
}

func handle(_ context.Context, question question) (answer, error) {
	below, err := strconv.Atoi(question.Query["below"])
	if err != nil || below < 0 || below > 2_000_000 {
		below = 200_000
	}
	began := time.Now()
	count := primes(below)
	ms := float64(time.Since(began).Microseconds()/10) / 100
	return answer{"Go " + runtime.Version()[2:], count, ms}, nil
}

func primes(below int) int {
	composite := make([]bool, below)
	count := 0
	for number := 2; number < below; number++ {
		if composite[number] {
			continue
		}
		count++
		for multiple := number * number; multiple < below; multiple += number {
			composite[multiple] = true
		}
	}
	return count
}

func main() {
	lambda.Start(handle)
}
